using System.Buffers;
using System.Text;

namespace MinerFlow.Reporting.Push.Mail;

/// <summary>What a mail server answers (RFC 5321, 4.2).</summary>
/// <param name="Code">200 to 599.</param>
/// <param name="Lines">Text of each line, without code and line end.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    /// <summary>Bytes that all lines of a reply have at most. RFC 5321, 4.5.3.1.5 allows 512 a line; an EHLO answer has some twenty.</summary>
    public const int LongestBytes = 64 << 10;

    private const int CodeLength = 3;

    private const int LongestText = 200;

    public bool IsGood => Code is >= 200 and < 300;

    /// <summary>Whether the same may be tried again (RFC 5321, 4.2.1: 4yz).</summary>
    public bool IsTransient => Code is >= 400 and < 500;

    /// <summary>Code and first text, for a person.</summary>
    public override string ToString()
    {
        var text = new string([.. string.Join(' ', Lines).Where(character => !char.IsControl(character))]);
        return $"{Code} {(text.Length > LongestText ? text[..LongestText] + "…" : text)}".TrimEnd();
    }

    /// <summary>Reads one reply, which may have several lines: <c>250-text</c> … <c>250 text</c>.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="reply">The reply, with <see cref="OperationStatus.Done"/>.</param>
    /// <param name="consumed">Bytes that it took; 0 unless done.</param>
    /// <returns><see cref="OperationStatus.InvalidData"/> when this is no reply or too long a one.</returns>
    public static OperationStatus TryRead(ReadOnlySpan<byte> bytes, out SmtpReply? reply, out int consumed)
    {
        (reply, consumed) = (null, 0);
        var lines = new List<string>();
        var code = 0;
        for (var at = 0; ;)
        {
            var rest = bytes[at..];
            var end = rest.IndexOf((byte)'\n');
            if (end < 0)
            {
                return bytes.Length >= LongestBytes ? OperationStatus.InvalidData : OperationStatus.NeedMoreData;
            }

            at += end + 1;
            var line = rest[..end].TrimEnd((byte)'\r');
            if (!TryCode(line, out var lineCode) || (lines.Count > 0 && lineCode != code) || at > LongestBytes)
            {
                return OperationStatus.InvalidData;
            }

            code = lineCode;
            lines.Add(line.Length > CodeLength ? Encoding.UTF8.GetString(line[(CodeLength + 1)..]) : "");
            if (line.Length == CodeLength || line[CodeLength] == ' ')
            {
                (reply, consumed) = (new SmtpReply(code, lines), at);
                return OperationStatus.Done;
            }
        }
    }

    private static bool TryCode(ReadOnlySpan<byte> line, out int code)
    {
        code = 0;
        if (line.Length < CodeLength || line[0] is < (byte)'2' or > (byte)'5' || !char.IsAsciiDigit((char)line[1]) || !char.IsAsciiDigit((char)line[2]))
        {
            return false;
        }

        code = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + (line[2] - '0');
        return line.Length == CodeLength || line[CodeLength] is (byte)' ' or (byte)'-';
    }
}
