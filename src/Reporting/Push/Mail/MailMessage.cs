using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MinerFlow.Reporting.Push.Mail;

/// <summary>
/// One message of a package (RFC 5322, RFC 2045 to 2049), in ASCII lines that every server takes. The same package, part and attachments give the same identity, so that whoever gets it
/// twice can tell.
/// </summary>
internal sealed class MailMessage(MailSettings settings, DeliveryPackage package, MailPart part)
{
    private const int Base64Line = 76;

    /// <summary>Bytes of fields, text and boundaries beside the attachments, at most, for one attachment and for the rest.</summary>
    public const int FrameLength = 4_096;

    /// <summary>Bytes that an attachment takes in a message, with its fields.</summary>
    public static long EncodedLength(MailAttachment attachment)
    {
        var base64 = (attachment.Content.Length + 2L) / 3 * 4;
        return base64 + (2 * (base64 + Base64Line - 1) / Base64Line) + FrameLength;
    }

    /// <summary>Identity of the message: of the package, the part, and their number, since another limit of the server parts otherwise.</summary>
    public string Id => $"<{package.Id}.{part.Number}-{part.Count}@{settings.Sender[(settings.Sender.IndexOf('@', StringComparison.Ordinal) + 1)..]}>";

    public byte[] Bytes()
    {
        var output = new MemoryStream();
        var boundary = "=_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Id)))[..32];
        Line(output, "From: <" + settings.Sender + ">");
        Line(output, "To: " + string.Join(",\r\n ", settings.To.Select(address => $"<{address}>")));
        Line(output, "Subject: " + MimeText.Words(Subject()));
        Line(output, "Date: " + Date(package.MadeAt));
        Line(output, "Message-ID: " + Id);
        Line(output, $"X-MinerFlow-Package: {package.Id}; sequence={package.Sequence}; part={part.Number}; parts={part.Count}");

        // RFC 3834: no automatic answer is wanted.
        Line(output, "Auto-Submitted: auto-generated");
        Line(output, "MIME-Version: 1.0");
        Line(output, $"Content-Type: multipart/mixed;\r\n boundary=\"{boundary}\"");
        Line(output, "");
        Line(output, "--" + boundary);
        Line(output, "Content-Type: text/plain; charset=utf-8");
        Line(output, "Content-Transfer-Encoding: base64");
        Line(output, "");
        Base64(output, Encoding.UTF8.GetBytes(Text()));
        foreach (var attachment in part.Attachments)
        {
            Line(output, "--" + boundary);
            Line(output, $"Content-Type: {ContentType(attachment.Name)};\r\n {MimeText.OldParameter("name", attachment.Name)}");
            Line(output, "Content-Transfer-Encoding: base64");
            Line(output, $"Content-Disposition: attachment;\r\n {string.Join(";\r\n ", MimeText.Parameter("filename", attachment.Name))}");
            Line(output, "");
            Base64(output, attachment.Content.Span);
        }

        Line(output, "--" + boundary + "--");
        return output.ToArray();
    }

    private string Parts => part.Count == 1 ? "" : $" ({part.Number}/{part.Count})";

    private string Subject() => $"{settings.Subject} 第{package.Sequence}号{Parts}";

    /// <summary>What a clerk has to know. Names of people, lines and addresses stand in the attachments only.</summary>
    private string Text()
    {
        var text = new StringBuilder();
        text.AppendLine($"报送序号：{package.Sequence}{Parts}").AppendLine($"报送标识：{package.Id}");
        text.AppendLine("附件：");
        foreach (var attachment in part.Attachments)
        {
            text.AppendLine($"  {attachment.Name}（{attachment.Content.Length} 字节）");
        }

        if (settings.Lock.IsOn)
        {
            text.AppendLine("附件已加密，打开密码另行告知。");
        }

        text.AppendLine().AppendLine($"Submission no. {package.Sequence}{Parts}, identity {package.Id}. A message that came before under the same Message-ID is the same one.");
        if (settings.Lock.IsOn)
        {
            text.AppendLine("The documents are encrypted; the password comes by another way.");
        }

        return text.ToString().ReplaceLineEndings("\r\n");
    }

    /// <summary>RFC 5322, 3.3: the zone without a colon.</summary>
    private static string Date(DateTimeOffset moment) =>
        moment.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + moment.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);

    private static string ContentType(string name) => Path.GetExtension(name) switch
    {
        ".xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".json" => "application/json",
        ".csv" => "text/csv",
        ".p7m" => "application/pkcs7-mime",
        _ => "application/octet-stream",
    };

    private static void Line(MemoryStream output, string text) => output.Write(Encoding.UTF8.GetBytes(text + "\r\n"));

    private static void Base64(MemoryStream output, ReadOnlySpan<byte> content)
    {
        const int BytesInLine = Base64Line / 4 * 3;
        for (; !content.IsEmpty; content = content[Math.Min(BytesInLine, content.Length)..])
        {
            Line(output, Convert.ToBase64String(content[..Math.Min(BytesInLine, content.Length)]));
        }
    }
}

/// <summary>What one message of several carries.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Count">Messages of the package.</param>
/// <param name="Attachments">Whole documents.</param>
internal sealed record MailPart(int Number, int Count, IReadOnlyList<MailAttachment> Attachments)
{
    /// <summary>Parts documents among messages, none of which is larger than the limit, in the order of the documents.</summary>
    /// <param name="attachments">All of the package.</param>
    /// <param name="limit">Bytes of a message at most.</param>
    /// <exception cref="DeliveryStepException">A document is larger than a message may be.</exception>
    public static IReadOnlyList<MailPart> Split(IEnumerable<MailAttachment> attachments, long limit)
    {
        var messages = new List<List<MailAttachment>>();
        var left = 0L;
        foreach (var attachment in attachments)
        {
            var length = MailMessage.EncodedLength(attachment);
            if (length + MailMessage.FrameLength > limit)
            {
                throw new DeliveryStepException(
                    DeliveryOutcomeKind.Refused,
                    "message",
                    $"'{attachment.Name}' has {attachment.Content.Length} bytes, in a message {length + MailMessage.FrameLength}, and a message has {limit} at most: "
                    + "send it by SFTP or HTTPS, or raise 'largest-message-bytes' if that is the lower limit.");
            }

            if (messages.Count == 0 || length > left)
            {
                messages.Add([]);
                left = limit - MailMessage.FrameLength;
            }

            messages[^1].Add(attachment);
            left -= length;
        }

        return [.. messages.Select((content, index) => new MailPart(index + 1, messages.Count, content))];
    }
}
