using System.Diagnostics.CodeAnalysis;

namespace MinerFlow.Reporting.Push.Sftp;

/// <summary>Where a drop is and who we are there.</summary>
internal sealed record SftpSettings
{
    private const int Sha256Length = 32;

    private const string PinPrefix = "SHA256:";

    public required string Host { get; init; }

    public int Port { get; init; } = 22;

    public required string User { get; init; }

    /// <summary>SHA-256 of each public host key that is taken (RFC 4253, 6.6: over the key as the server sends it).</summary>
    public required IReadOnlyList<byte[]> HostKeys { get; init; }

    /// <summary>Private key, PEM or OpenSSH's own form; null when <see cref="Password"/> is used.</summary>
    public ChannelSecret? Key { get; init; }

    /// <summary>Opens <see cref="Key"/>; null when it is not locked.</summary>
    public ChannelSecret? Passphrase { get; init; }

    public ChannelSecret? Password { get; init; }

    /// <summary>Folder that packages go to; a relative one counts from where the server puts the user.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>Folder that receipts are picked up from; null when the recipient gives none. A relative one counts from <see cref="Folder"/>.</summary>
    public string? Receipts { get; init; } = "receipts";

    /// <summary>Whether the folder of receipts was named by the operator, so that it has to be there.</summary>
    public bool ReceiptsAreExpected { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest time that the server may keep silent within one step.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    public string Address => $"{Host}:{Port}";

    /// <summary>A name in the folder of the drop.</summary>
    public string PathOf(string name) => Join(Folder, name);

    /// <summary>A name in the folder of receipts.</summary>
    public string ReceiptPath(string name) => Join(Join(Folder, Receipts!), name);

    /// <summary>SHA-256 of a host key as <c>ssh-keygen -l</c> prints it.</summary>
    public static string Print(ReadOnlySpan<byte> digest) => PinPrefix + Convert.ToBase64String(digest).TrimEnd('=');

    /// <returns>Null when something is missing or wrong; the problems say what.</returns>
    public static SftpSettings? From(ChannelSettings settings)
    {
        var host = settings.RequiredText("host");
        var port = (int)settings.Number("port", 22, 1, 65_535);
        var user = settings.RequiredText("user");
        var hostKeys = Pins(settings);
        var key = settings.Secret("key");
        var passphrase = settings.Secret("passphrase");
        var password = settings.Secret("password");
        var receipts = settings.Text("receipts");
        var folder = settings.Text("folder") is { Length: > 0 } named ? named : ".";
        var connectSeconds = settings.Number("connect-timeout-seconds", 15, 1, 600);
        var seconds = settings.Number("timeout-seconds", 60, 1, 3_600);
        var hasOneWay = IsOneWay(settings, passphrase, key, password);
        return host.Length == 0 || user.Length == 0 || hostKeys is null || !hasOneWay ? null : new SftpSettings
        {
            Host = host,
            Port = port,
            User = user,
            HostKeys = hostKeys,
            Key = key,
            Passphrase = passphrase,
            Password = password,
            Folder = folder,
            Receipts = receipts switch { null => "receipts", "none" => null, _ => receipts },
            ReceiptsAreExpected = receipts is not null and not "none",
            ConnectTimeout = TimeSpan.FromSeconds(connectSeconds),
            Timeout = TimeSpan.FromSeconds(seconds),
        };
    }

    private static bool IsOneWay(ChannelSettings settings, ChannelSecret? passphrase, ChannelSecret? key, ChannelSecret? password)
    {
        if ((settings.Text("key") is null) == (settings.Text("password") is null))
        {
            settings.Report("key", "one of 'key' and 'password' says how we log in, and only one.");
            return false;
        }

        if (passphrase is not null && key is null)
        {
            settings.Report("passphrase", "'passphrase' opens a 'key', and there is none.");
            return false;
        }

        return key is not null || password is not null;
    }

    private static List<byte[]>? Pins(ChannelSettings settings)
    {
        var pins = new List<byte[]>();
        foreach (var text in settings.RequiredText("host-key").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!TryPin(text, out var pin))
            {
                settings.Report("host-key", $"'host-key' is the key's SHA-256 as 'ssh-keygen -lf HOST_KEY.pub' prints it, {PinPrefix} and 43 letters, not '{text}'; several are parted by spaces.");
                return null;
            }

            pins.Add(pin);
        }

        return pins.Count == 0 ? null : pins;
    }

    private static bool TryPin(string text, [NotNullWhen(true)] out byte[]? pin)
    {
        pin = new byte[Sha256Length];
        return text.StartsWith(PinPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[PinPrefix.Length..].TrimEnd('=') + "=", pin, out var written)
            && written == Sha256Length;
    }

    private static string Join(string folder, string name) => name.StartsWith('/') || folder is "." ? name : folder.TrimEnd('/') + "/" + name;
}
