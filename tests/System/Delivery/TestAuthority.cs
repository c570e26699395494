using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MinerFlow.Reporting.Push.Tls;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>A certificate authority of one test, with what it issues as PEM files in one folder.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly string _folder;
    private readonly X509Certificate2 _certificate;

    /// <summary>PEM of what stands between this authority and one that others know: nothing for an authority by itself.</summary>
    private readonly string _between = "";

    /// <param name="folder">Takes the PEM files.</param>
    /// <param name="name">Of the authority, and of its file.</param>
    /// <param name="issuer">Who signs for it; null when it stands for itself.</param>
    public TestAuthority(string folder, string name, TestAuthority? issuer = null)
    {
        _folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (issuer is null)
        {
            _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(1));
        }
        else
        {
            using var issued = request.Create(issuer._certificate, new DateTimeOffset(issuer._certificate.NotBefore), new DateTimeOffset(issuer._certificate.NotAfter), RandomNumberGenerator.GetBytes(8));
            _certificate = issued.CopyWithPrivateKey(key);
            _between = _certificate.ExportCertificatePem() + "\n" + issuer._between;
        }

        File.WriteAllText(FileOf(name), _certificate.ExportCertificatePem());
    }

    public X509Certificate2 Certificate => _certificate;

    /// <summary>Path of the certificate of this name; that of its key ends in <c>.key</c>.</summary>
    public string FileOf(string name) => Path.Combine(_folder, name + ".pem");

    /// <summary>Path of the certificate of this name with those that stand between it and an authority that others know.</summary>
    public string ChainOf(string name)
    {
        var path = Path.Combine(_folder, name + ".chain.pem");
        File.WriteAllText(path, File.ReadAllText(FileOf(name)) + "\n" + _between);
        return path;
    }

    /// <summary>The certificate of this name to show, with or without what stands between.</summary>
    public OwnCertificate Own(string name, bool withChain = true) =>
        OwnCertificate.Read(withChain ? ChainOf(name) : FileOf(name), FileOf(name) + ".key", out var problem) ?? throw new InvalidOperationException(problem);

    /// <summary>A certificate for 127.0.0.1 and localhost, or for one other name.</summary>
    public X509Certificate2 ServerCertificate(string name, string? host = null, double endsAfterDays = 30) => Issue(name, server: true, host, endsAfterDays);

    public X509Certificate2 ClientCertificate(string name, double endsAfterDays = 30) => Issue(name, server: false, null, endsAfterDays);

    public void Dispose() => _certificate.Dispose();

    private X509Certificate2 Issue(string name, bool server, string? host, double endsAfterDays)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(server ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
        if (server)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host ?? "localhost");
            if (host is null)
            {
                names.AddIpAddress(IPAddress.Loopback);
            }

            request.CertificateExtensions.Add(names.Build());
        }

        var now = DateTimeOffset.UtcNow;
        using var issued = request.Create(_certificate, now.AddDays(Math.Min(-1, endsAfterDays - 1)), now.AddDays(endsAfterDays), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(FileOf(name), issued.ExportCertificatePem());
        File.WriteAllText(FileOf(name) + ".key", key.ExportPkcs8PrivateKeyPem());
        return issued.CopyWithPrivateKey(key);
    }
}
