using System.Net;
using System.Text;
using MinerFlow.Reporting.Push.Tls;

namespace MinerFlow.Reporting.Push.Mail;

/// <summary>How the way to the mail server is kept from strangers.</summary>
internal enum MailTls
{
    /// <summary>TLS before anything is said (RFC 8314), port 465.</summary>
    Implicit,

    /// <summary>TLS after STARTTLS (RFC 3207), port 587.</summary>
    StartTls,

    /// <summary>None, on the machine itself only.</summary>
    None,
}

/// <summary>Which mail server takes our messages, from whom and to whom they are, and how their attachments are locked.</summary>
internal sealed record MailSettings
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required MailTls Tls { get; init; }

    public required ServerTrust Trust { get; init; }

    /// <summary>Name to log in with; null where the server asks for none.</summary>
    public string? User { get; init; }

    /// <summary>There with <see cref="User"/>.</summary>
    public ChannelSecret? Password { get; init; }

    public required string Sender { get; init; }

    public required IReadOnlyList<string> To { get; init; }

    public required string Subject { get; init; }

    /// <summary>Bytes of a message that mailboxes of recipients take; the server may ask for less.</summary>
    public long LargestMessage { get; init; } = 20 << 20;

    public required WorkbookLock Lock { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest wait for a reply.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    public string Server => $"{Host}:{Port}";

    /// <summary>Whether an address needs RFC 6531.</summary>
    public bool NeedsUtf8 => !To.Append(Sender).All(address => Ascii.IsValid(address));

    /// <returns>Null when something is missing or wrong; the problems say what.</returns>
    public static MailSettings? From(ChannelSettings settings)
    {
        var host = settings.RequiredText("host");
        var tls = settings.Choice("tls", "implicit", "implicit", "starttls", "none") switch { "starttls" => MailTls.StartTls, "none" => MailTls.None, _ => MailTls.Implicit };
        var port = (int)settings.Number("port", tls switch { MailTls.Implicit => 465, MailTls.StartTls => 587, _ => 25 }, 1, 65_535);
        var trust = ServerTrust.From(settings);
        var user = settings.Text("user");
        var password = settings.Secret("password");
        var from = Addresses(settings, "from");
        var to = Addresses(settings, "to");
        var isSound = IsSafe(settings, host, tls, user) & HasBoth(settings, user, password) & IsOne(settings, from);
        var largest = settings.Number("largest-message-bytes", 20 << 20, 64 << 10, 1 << 30);
        var attachments = WorkbookLock.From(settings);
        var connectSeconds = settings.Number("connect-timeout-seconds", 15, 1, 600);
        var seconds = settings.Number("timeout-seconds", 120, 1, 3_600);
        var subject = settings.Text("subject") ?? "虚拟货币“挖矿”核查材料";
        return !isSound || host.Length == 0 || from is null || to is null || attachments is null ? null : new MailSettings
        {
            Host = host,
            Port = port,
            Tls = tls,
            Trust = trust,
            User = user,
            Password = password,
            Sender = from[0],
            To = to,
            Subject = subject,
            LargestMessage = largest,
            Lock = attachments,
            ConnectTimeout = TimeSpan.FromSeconds(connectSeconds),
            Timeout = TimeSpan.FromSeconds(seconds),
        };
    }

    private static bool IsSafe(ChannelSettings settings, string host, MailTls tls, string? user)
    {
        if (tls != MailTls.None || ((host is "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address))) && user is null))
        {
            return true;
        }

        settings.Report("tls", "'tls: none' is for a mail server on this machine that asks for no password; else take implicit or starttls.");
        return false;
    }

    private static bool HasBoth(ChannelSettings settings, string? user, ChannelSecret? password)
    {
        if ((user is null) == (settings.Text("password") is null))
        {
            return user is null || password is not null;
        }

        settings.Report(user is null ? "password" : "user", "'user' and 'password' go together.");
        return false;
    }

    private static bool IsOne(ChannelSettings settings, List<string>? from)
    {
        if (from is null or { Count: 1 })
        {
            return true;
        }

        settings.Report("from", "'from' is one address.");
        return false;
    }

    private static List<string>? Addresses(ChannelSettings settings, string key)
    {
        var addresses = settings.RequiredText(key).Split([' ', ',', ';', '，', '；'], StringSplitOptions.RemoveEmptyEntries).ToList();
        if (addresses.Find(address => !IsAddress(address)) is { } bad)
        {
            settings.Report(key, $"'{key}' holds '{bad}', which is no address as name@example.net.");
            return null;
        }

        return addresses.Count == 0 ? null : addresses;
    }

    // What a quoted name may hold besides (RFC 5321, 4.1.2) no mailbox of an authority has, and brackets or line ends would be commands.
    private static bool IsAddress(string text) => text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at == text.LastIndexOf('@') && at < text.Length - 1
        && !text.Any(character => char.IsControl(character) || char.IsWhiteSpace(character) || "<>()[]\\\":".Contains(character, StringComparison.Ordinal));
}
