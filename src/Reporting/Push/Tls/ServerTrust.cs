using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MinerFlow.Reporting.Push.Tls;

/// <summary>Whom this channel takes for the far side.</summary>
/// <param name="Authorities">Trusted instead of the system's; null for the system's.</param>
/// <param name="Pins">SHA-256 of the SubjectPublicKeyInfo (RFC 7469, section 2.4) of keys of which one has to be there; empty for any.</param>
/// <param name="ByPinAlone">Whether a pinned key of the far side itself is enough, whoever issued its certificate. Its name and its time still count.</param>
internal sealed record ServerTrust(X509Certificate2Collection? Authorities, IReadOnlyList<byte[]> Pins, bool ByPinAlone)
{
    private const string Prefix = "sha256/";

    private const string PinHint =
        "a pin is sha256/ and 44 characters of base64, as 'openssl x509 -in CERT.pem -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64' prints them";

    /// <summary>What makes a far side trusted for which nobody vouches, in the words of the settings.</summary>
    public Func<X509Certificate2, string> Remedy { get; init; } = shown => $"name its CA in 'ca-file', or its key in 'pins' with 'pin-only: true'; it shows {PinOf(shown)}";

    /// <summary>How the key of a certificate is pinned, as text.</summary>
    public static string PinOf(X509Certificate2 certificate) => Prefix + Convert.ToBase64String(KeyDigest(certificate));

    /// <summary>Reads a pin as <see cref="PinOf"/> writes it.</summary>
    public static bool TryReadPin(string text, out byte[] pin)
    {
        pin = new byte[SHA256.HashSizeInBytes];
        return text.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Prefix.Length..], pin, out var length) && length == pin.Length;
    }

    /// <summary>Reads <c>ca-file</c>, <c>pins</c> and <c>pin-only</c>.</summary>
    public static ServerTrust From(ChannelSettings settings)
    {
        X509Certificate2Collection? authorities = null;
        if (settings.ExistingFile("ca-file") is { } path && (authorities = TrustedAuthorities.Read(path, out var problem)) is null)
        {
            settings.Report("ca-file", $"'ca-file': '{path}' cannot be used: {problem}.");
        }

        var pins = new List<byte[]>();
        foreach (var text in (settings.Text("pins") ?? "").Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (TryReadPin(text, out var pin))
            {
                pins.Add(pin);
            }
            else
            {
                settings.Report("pins", $"'pins' holds '{text}': {PinHint}.");
            }
        }

        var alone = settings.Switch("pin-only", false);
        if (alone && pins.Count == 0)
        {
            settings.Report("pin-only", $"'pin-only' needs 'pins': {PinHint}.");
        }

        return new ServerTrust(authorities, pins, alone && pins.Count > 0);
    }

    public bool IsPinned(X509Certificate2 certificate) => Pins.Any(pin => pin.AsSpan().SequenceEqual(KeyDigest(certificate)));

    /// <summary>How the framework builds the chain; null for its own way.</summary>
    public X509ChainPolicy? ChainPolicy()
    {
        if (Authorities is null)
        {
            return null;
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(Authorities);
        return policy;
    }

    private static byte[] KeyDigest(X509Certificate2 certificate) => SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo());
}
