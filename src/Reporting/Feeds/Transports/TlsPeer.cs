using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MinerFlow.Reporting.Feeds.Transports;

/// <summary>Judges the far side's certificate and says what is wrong with it: by its fingerprint (RFC 5425 section 5.1), or by its signers and its name (section 5.2).</summary>
internal sealed class TlsPeer(TlsPeerOptions options)
{
    /// <summary>Extended key usage <c>id-kp-serverAuth</c> (RFC 5280 section 4.2.1.12).</summary>
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Why the last certificate was refused; empty when it was not.</summary>
    public string Refusal { get; private set; } = "";

    public SslClientAuthenticationOptions Settings() => new()
    {
        TargetHost = options.Name,
        ClientCertificates = options.Own is null ? null : [options.Own],
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = Accept,
    };

    /// <summary>The decision, for libraries that ask for it.</summary>
    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Refusal = Judge(certificate, chain, errors);
        return Refusal.Length == 0;
    }

    private string Judge(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return "the far side showed no certificate";
        }

        if (options.Pin is { } pin)
        {
            var shown = Convert.ToHexStringLower(SHA256.HashData(certificate.GetRawCertData()));
            return shown == pin ? "" : $"the far side's certificate has the SHA-256 fingerprint {shown}, not the one that is pinned";
        }

        var wrong = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            wrong.Add($"it is not for the name {options.Name}");
        }

        wrong.AddRange(options.Authorities.Count > 0 ? SignersOf(certificate, chain) : errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) ? Words(chain) : []);
        return wrong.Count == 0 ? "" : $"the far side's certificate ({certificate.Subject}) is refused: {string.Join("; ", wrong)}";
    }

    /// <summary>What stands against the certificate with our authorities alone; certificates in between come from the far side.</summary>
    private List<string> SignersOf(X509Certificate certificate, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.CustomTrustStore.AddRange(options.Authorities);
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(leaf) ? [] : Words(chain);
    }

    private static List<string> Words(X509Chain? chain) => [.. (chain?.ChainStatus ?? []).Select(status => status.StatusInformation.Trim().TrimEnd('.'))];
}
