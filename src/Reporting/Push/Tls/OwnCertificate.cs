using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MinerFlow.Reporting.Push.Tls;

namespace MinerFlow.Reporting.Push.Https;

/// <summary>What a far side did about a client certificate in one TLS handshake.</summary>
internal enum ClientCertificateUse
{
    /// <summary>It asked for none.</summary>
    NotAsked,

    /// <summary>It asked for one, and there is none to show.</summary>
    Missing,

    /// <summary>It asked for one and got ours.</summary>
    Shown,
}

/// <summary>The certificate by which we show who we are, with its key and the issuers that were in the same file.</summary>
internal sealed class ClientCertificate : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _issuers;

    private ClientCertificate(X509Certificate2 certificate, X509Certificate2Collection issuers)
    {
        _certificate = certificate;
        _issuers = issuers;
        Context = SslStreamCertificateContext.Create(certificate, issuers, offline: true);
    }

    public SslStreamCertificateContext Context { get; }

    /// <summary>What is shown, for messages.</summary>
    public string Description => $"we show {_certificate.Subject}, issued by {_certificate.Issuer}, until {_certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}";

    /// <param name="path">PEM: the certificate first, then its issuers if any.</param>
    /// <param name="key">PEM of its key, PKCS #8, PKCS #1 or SEC 1.</param>
    /// <param name="password">Of the key; null when it has none.</param>
    /// <param name="problem">What is wrong, when there is none.</param>
    public static ClientCertificate? Read(string path, ChannelSecret key, ChannelSecret? password, out string problem)
    {
        problem = "";
        X509Certificate2? certificate = null;
        try
        {
            var pem = File.ReadAllText(path);
            certificate = password is null ? X509Certificate2.CreateFromPem(pem, key.Reveal()) : X509Certificate2.CreateFromEncryptedPem(pem, key.Reveal(), password.Reveal());
            var all = new X509Certificate2Collection();
            all.ImportFromPem(pem);
            all[0].Dispose();
            all.RemoveAt(0);
            return new ClientCertificate(certificate, all);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            certificate?.Dispose();
            problem = $"'{path}' and its key do not make a client certificate: {error.Message}";
            return null;
        }
    }

    /// <summary>Whether its time is over, or has not begun; null when it can be shown.</summary>
    public string? Problem(TimeProvider clock) => ServerCheck.TimeProblem(_certificate, "our client certificate", clock);

    public void Dispose()
    {
        _certificate.Dispose();
        foreach (var issuer in _issuers)
        {
            issuer.Dispose();
        }
    }
}
