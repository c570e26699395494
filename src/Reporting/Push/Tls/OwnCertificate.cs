using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MinerFlow.Reporting.Push.Tls;

/// <summary>
/// The certificate by which we show who we are, as client or as server, with its key and the issuers that are in the same file. The far side may know only the last of them
/// (RFC 8446 section 4.4.2), so all are sent.
/// </summary>
public sealed class OwnCertificate : IDisposable
{
    private OwnCertificate(X509Certificate2 certificate, X509Certificate2Collection issuers)
    {
        Certificate = certificate;
        Issuers = issuers;
        Context = SslStreamCertificateContext.Create(certificate, issuers, offline: true);
    }

    /// <summary>With its key.</summary>
    public X509Certificate2 Certificate { get; }

    public X509Certificate2Collection Issuers { get; }

    /// <summary>All of it, as TLS wants it.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>What is shown, for messages.</summary>
    public string Description => $"we show {Certificate.Subject}, issued by {Certificate.Issuer}, until {Certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}";

    /// <param name="path">PEM: the certificate first, then its issuers if any.</param>
    /// <param name="key">PEM of its key, PKCS #8, PKCS #1 or SEC 1.</param>
    /// <param name="password">Of the key; null when it has none.</param>
    /// <param name="problem">What is wrong, when there is none.</param>
    public static OwnCertificate? Read(string path, ChannelSecret key, ChannelSecret? password, out string problem)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Read(path, _ => key.Reveal(), password?.Reveal(), out problem);
    }

    /// <param name="path">PEM: the certificate first, then its issuers if any.</param>
    /// <param name="keyPath">PEM of its key, PKCS #8, PKCS #1 or SEC 1, without a password; empty when it is in the same file.</param>
    /// <param name="problem">What is wrong, when there is none.</param>
    public static OwnCertificate? Read(string path, string keyPath, out string problem)
    {
        ArgumentNullException.ThrowIfNull(keyPath);
        return Read(path, pem => keyPath.Length == 0 ? pem : File.ReadAllText(keyPath), null, out problem);
    }

    /// <summary>Whether its time is over, or has not begun; null when it can be shown.</summary>
    internal string? Problem(TimeProvider clock) => ServerCheck.TimeProblem(Certificate, "our client certificate", clock);

    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var issuer in Issuers)
        {
            issuer.Dispose();
        }
    }

    private static OwnCertificate? Read(string path, Func<string, string> keyOf, string? password, out string problem)
    {
        problem = "";
        X509Certificate2? certificate = null;
        try
        {
            var pem = File.ReadAllText(path);
            var key = keyOf(pem);
            certificate = password is null ? X509Certificate2.CreateFromPem(pem, key) : X509Certificate2.CreateFromEncryptedPem(pem, key, password);
            var all = new X509Certificate2Collection();
            all.ImportFromPem(pem);
            all[0].Dispose();
            all.RemoveAt(0);
            return new OwnCertificate(certificate, all);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            certificate?.Dispose();
            problem = error.Message;
            return null;
        }
    }
}
