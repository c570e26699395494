using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push.Https;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push.Https;

public sealed class HttpsSettingsTests : IDisposable
{
    private const string Pin = "sha256/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-settings-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void WhatIsNotSaidHasItsStandard()
    {
        using var read = HttpsSample.Sound(_folder.FullName);

        Assert.Equal(
            (PackageForm.Multipart, true, true, 15d, 300d, "receiver.example", "receiver.example:443"),
            (read.Form, read.WantsName, read.AsksFirst, read.ConnectTimeout.TotalSeconds, read.WholeTimeout.TotalSeconds, read.Host, read.FirstHop));
        Assert.Null(read.Trust.ChainPolicy());
        Assert.Null(read.Proxy);
        Assert.Null(read.ReceiptsAddress);
    }

    [Fact]
    public void WhatIsSaidIsTaken()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "password"), "pass-word\n");
        using var read = HttpsSample.Sound(
            _folder.FullName, "body=json", "answer=status", "expect-continue=false", $"pins={Pin} {Pin}", "pin-only=true", "proxy=http://proxy.example:3128", "proxy-user=carrier",
            "proxy-password=file:password", "connect-timeout-seconds=3", "timeout-seconds=60", "receipts-url=https://receiver.example/receipts");

        Assert.Equal((PackageForm.Json, false, false, 3d, 60d, "proxy.example:3128"), (read.Form, read.WantsName, read.AsksFirst, read.ConnectTimeout.TotalSeconds, read.WholeTimeout.TotalSeconds, read.FirstHop));
        Assert.Equal(2, read.Trust.Pins.Count);
        Assert.True(read.Trust.ByPinAlone);
        Assert.Equal(("carrier", "pass-word"), (read.ProxyCredential!.UserName, read.ProxyCredential.Password));
        Assert.Equal("/receipts", read.ReceiptsAddress!.AbsolutePath);
    }

    [Theory]
    [InlineData("url=", "'url' is missing.")]
    [InlineData("url=http://receiver.example/", "'url' is an address as https://")]
    [InlineData("url=https://user:secret@receiver.example/", "without a password")]
    [InlineData("url=https://receiver.example/#a", "without '#'")]
    [InlineData("url=packages", "'url' is an address as https://")]
    [InlineData("receipts-url=https://other.example/receipts", "'receipts-url' has to be on the host of 'url', receiver.example")]
    [InlineData("receipts-url=receipts", "'receipts-url' is an address as https://")]
    [InlineData("body=xml", "'body' is one of multipart, json, not 'xml'.")]
    [InlineData("answer=html", "'answer' is one of json, status, not 'html'.")]
    [InlineData("hmac=md5", "'hmac' is one of sha-256, sm3, not 'md5'.")]
    [InlineData("hmac-key-id=a b", "'hmac-key-id' is the key's name")]
    [InlineData("hmac-key-id=", "'hmac-key-id' is the key's name")]
    [InlineData("hmac-key=0123456789abcdef0123456789abcdef", "a secret is named by its place")]
    [InlineData("hmac-key=file:nothing.key", "cannot be read")]
    [InlineData("hmac-key=file:short.key", "'hmac-key' has 5 bytes: it has at least 16")]
    [InlineData("client-key=file:hmac.key", "'client-key' is given without 'client-certificate'.")]
    [InlineData("client-certificate=text", "'client-certificate' needs its key")]
    [InlineData("ca-file=nothing.pem", "there is no file")]
    [InlineData("ca-file=text", "holds no certificate in PEM.")]
    [InlineData("pins=sha256/AAEC", "a pin is sha256/ and 44 characters of base64")]
    [InlineData("pins=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "a pin is sha256/ and 44 characters of base64")]
    [InlineData("pin-only=true", "'pin-only' needs 'pins'")]
    [InlineData("proxy=https://proxy.example:3128", "'proxy' is an address as http://")]
    [InlineData("proxy=http://user:secret@proxy.example:3128", "'proxy' is an address as http://")]
    [InlineData("proxy-user=carrier", "are given without 'proxy'")]
    [InlineData("timeout-seconds=0", "'timeout-seconds' is a whole number from 1 to 3600, not '0'.")]
    [InlineData("redirects=true", "'redirects' is no key of this channel")]
    public void EachFaultIsToldWithWhatWouldBeRight(string fault, string message)
    {
        Write("hmac.key", "0123456789abcdef0123456789abcdef");
        Write("short.key", "short");
        Write("text", "no PEM");
        var values = new Dictionary<string, string>
        {
            ["url"] = "https://receiver.example/packages",
            ["hmac"] = "sha-256",
            ["hmac-key"] = "file:hmac.key",
            ["hmac-key-id"] = "carrier-1",
            [fault.Split('=')[0]] = fault.Split('=', 2)[1],
        };
        var problems = new List<Problem>();

        HttpsSample.Read(_folder.FullName, problems, values.Select(pair => $"{pair.Key}={pair.Value}"))?.Dispose();

        var problem = Assert.Single(problems);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789abcdef0123456789abcdef", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AllFaultsAreToldAtOnce()
    {
        var problems = new List<Problem>();

        Assert.Null(HttpsSample.Read(_folder.FullName, problems, "body=xml", "proxy-user=a", "pin-only=true", "other=1"));

        Assert.Equal(6, problems.Count);
        Assert.Contains(problems, problem => problem.Message.StartsWith("nothing shows who sends", StringComparison.Ordinal));
    }

    [Fact]
    public void AClientCertificateAndItsKeyHaveToFit()
    {
        var (certificate, key) = NewCertificate();
        var (_, otherKey) = NewCertificate();
        Write("carrier.pem", certificate);
        Write("carrier.key", key.ExportPkcs8PrivateKeyPem());
        Write("locked.key", key.ExportEncryptedPkcs8PrivateKeyPem("pass", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)));
        Write("other.key", otherKey.ExportPkcs8PrivateKeyPem());
        Write("password", "pass");

        Assert.Empty(ProblemsOf("client-key=file:carrier.key"));
        Assert.Empty(ProblemsOf("client-key=file:locked.key", "client-key-password=file:password"));
        Assert.Contains("do not make a client certificate", Assert.Single(ProblemsOf("client-key=file:other.key")).Message, StringComparison.Ordinal);
        Assert.Contains("do not make a client certificate", Assert.Single(ProblemsOf("client-key=file:locked.key")).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Single(ProblemsOf("client-key=file:locked.key", "client-key-password=file:nothing")).Message, StringComparison.Ordinal);

        List<Problem> ProblemsOf(params string[] values)
        {
            var problems = new List<Problem>();
            HttpsSample.Read(_folder.FullName, problems, ["url=https://receiver.example/", "client-certificate=carrier.pem", .. values])?.Dispose();
            return problems;
        }
    }

    private static (string Certificate, ECDsa Key) NewCertificate()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=carrier", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return (certificate.ExportCertificatePem(), key);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);
}
