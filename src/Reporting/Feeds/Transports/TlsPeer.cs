using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MinerFlow.Reporting.Push.Tls;

namespace MinerFlow.Reporting.Feeds.Transports;

/// <summary>Judges the far side's certificate and says what is wrong with it: by its fingerprint (RFC 5425 section 5.1), or by its signers and its name (section 5.2).</summary>
internal sealed class TlsPeer
{
    /// <summary>Extended key usage <c>id-kp-serverAuth</c> (RFC 5280 section 4.2.1.12).</summary>
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly TlsPeerOptions _options;
    private readonly ServerTrust _trust;
    private readonly ServerCheck _check;

    public TlsPeer(TlsPeerOptions options)
    {
        _options = options;
        _trust = new ServerTrust(options.Authorities, [], ByPinAlone: false)
        {
            Remedy = shown => $"name its CA in 'Authorities', or its fingerprint in 'Pin'; it shows {FingerprintOf(shown)}",
        };
        _check = new ServerCheck(_trust, options.Name, TimeProvider.System);
    }

    /// <summary>Why the last certificate was refused; empty when it was not.</summary>
    public string Refusal { get; private set; } = "";

    public SslClientAuthenticationOptions Settings() => new()
    {
        TargetHost = _options.Name,
        ClientCertificateContext = _options.Own?.Context,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = Accept,
    };

    /// <summary>The decision, for libraries that ask for it.</summary>
    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Refusal = certificate is not null && _options.Pin is { } pin ? FingerprintProblem(certificate, pin)
            : certificate is X509Certificate2 shown && _trust.ChainPolicy() is { } policy ? ChainProblem(shown, policy, chain, errors)
            : Problem(certificate, chain, errors);
        return Refusal.Length == 0;
    }

    private static string FingerprintOf(X509Certificate certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();

    private static string FingerprintProblem(X509Certificate certificate, string pin)
    {
        var shown = FingerprintOf(certificate);
        return shown == pin ? "" : $"the far side's certificate has the SHA-256 fingerprint {shown}, not the one that is pinned";
    }

    /// <summary>The chain is built anew: the message client takes no policy, and has built it with the system's authorities. Certificates in between come from the far side.</summary>
    private string ChainProblem(X509Certificate2 shown, X509ChainPolicy policy, X509Chain? sent, SslPolicyErrors errors)
    {
        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            policy.ExtraStore.Add(element.Certificate);
        }

        using var chain = new X509Chain { ChainPolicy = policy };
        chain.Build(shown);
        return Problem(shown, chain, errors);
    }

    private string Problem(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => _check.Accept(this, certificate, chain, errors) ? "" : _check.Problem ?? "";
}
