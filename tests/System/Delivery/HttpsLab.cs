using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Https;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>One authority with a client certificate and a shared key, and what is built from them: receivers, and channels to them.</summary>
internal sealed class HttpsLab : IDisposable
{
    public const string Key = "0123456789abcdef0123456789abcdef";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-https-");

    public HttpsLab()
    {
        Authority = new TestAuthority(Folder, "authority");
        File.WriteAllText(Path.Combine(Folder, "hmac.key"), Key + "\n");
        Authority.ClientCertificate("carrier").Dispose();
    }

    public static IEnumerable<(string, string)> Hmac => [("hmac", "sha-256"), ("hmac-key", "file:hmac.key"), ("hmac-key-id", "carrier-1")];

    public static IEnumerable<(string, string)> Mutual => [("client-certificate", "carrier.pem"), ("client-key", "file:carrier.pem.key")];

    public string Folder => _folder.FullName;

    public TestAuthority Authority { get; }

    public static string PinOf(X509Certificate2 certificate) => "sha256/" + Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    public void Dispose()
    {
        Authority.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <param name="mutual">Whether a client certificate is wanted.</param>
    /// <param name="key">Whether a proof is wanted.</param>
    /// <param name="port">0 for one that is free.</param>
    public async Task<HttpsReceiver> Receiver(bool mutual, bool key, int port = 0)
    {
        var receiver = new HttpsReceiver { Key = key ? Encoding.ASCII.GetBytes(Key) : null };
        await receiver.StartAsync(Authority.ServerCertificate("server"), mutual ? Authority.Certificate : null, port);
        return receiver;
    }

    public IDeliveryChannel Channel(int port, params IEnumerable<(string, string)> values)
    {
        var problems = new List<Problem>();
        var settings = SyntheticPackage.Settings(problems, Folder, [("url", $"https://localhost:{port}/packages"), ("ca-file", "authority.pem"), ("timeout-seconds", "60"), .. values]);
        var channel = HttpsChannel.Create(settings);
        settings.RefuseOthers();
        Assert.Empty(problems);
        return channel!;
    }
}
