using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Https;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push.Https;

public sealed class PackageBodyTests
{
    [Fact]
    public async Task PartsStandAsTheyAreUnderTheirNames()
    {
        var body = PackageBody.Of(HttpsSample.Package, PackageForm.Multipart);

        var boundary = "minerflow-" + Convert.ToHexStringLower(SHA256.HashData(HttpsSample.Package.Manifest.Span));
        Assert.Equal("multipart/form-data; boundary=" + boundary, body.MediaType);
        Assert.Equal(
            $$"""
            --{{boundary}}
            Content-Disposition: form-data; name="manifest"; filename="manifest.json"
            Content-Type: application/json

            {"package":"01-0017"}
            --{{boundary}}
            Content-Disposition: form-data; name="signature"; filename="manifest.sig.json"
            Content-Type: application/json

            {"value":"s"}
            --{{boundary}}
            Content-Disposition: form-data; name="file"; filename="附件2 %22a%22.xlsx"
            Content-Type: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet

            xlsx
            --{{boundary}}
            Content-Disposition: form-data; name="file"; filename="b.csv"
            Content-Type: text/csv; charset=utf-8

            c
            --{{boundary}}--

            """.ReplaceLineEndings("\r\n"),
            Encoding.UTF8.GetString(await Bytes(body)));
    }

    [Fact]
    public async Task JsonHoldsEveryByteInBase64()
    {
        var body = PackageBody.Of(HttpsSample.Package, PackageForm.Json);

        var root = JsonDocument.Parse(await Bytes(body)).RootElement;
        Assert.Equal("application/json", body.MediaType);
        Assert.Equal(HttpsSample.Package.Manifest.ToArray(), root.GetProperty("manifest").GetBytesFromBase64());
        Assert.Equal(HttpsSample.Package.Signature!.Value.ToArray(), root.GetProperty("signature").GetBytesFromBase64());
        Assert.Equal(
            HttpsSample.Package.Files.Select(file => (file.Name, Encoding.UTF8.GetString(file.Content.Span))),
            root.GetProperty("files").EnumerateArray().Select(file => (file.GetProperty("name").GetString()!, Encoding.UTF8.GetString(file.GetProperty("content").GetBytesFromBase64()))));
    }

    // Around the step in which base64 is made.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData((48 << 10) - 1)]
    [InlineData(48 << 10)]
    [InlineData((48 << 10) + 1)]
    [InlineData(200_000)]
    public async Task LengthAndDigestsAreThoseOfWhatIsWritten(int bytes)
    {
        var content = Enumerable.Range(0, bytes).Select(i => (byte)(i * 7)).ToArray();
        var package = HttpsSample.Package with { Signature = null, Files = [new DeliveryFile("a", content, "", ""), new DeliveryFile("b", content, "", "")] };
        foreach (var form in Enum.GetValues<PackageForm>())
        {
            var body = PackageBody.Of(package, form);
            var written = await Bytes(body);
            var digests = body.Digests(withSm3: true);

            Assert.Equal(written.Length, body.Length);
            Assert.Equal(SHA256.HashData(written), digests.Sha256);
            Assert.Equal(Sm3.HashData(written), digests.Sm3);
            Assert.Equal($"sha-256=:{Convert.ToBase64String(SHA256.HashData(written))}:, sm3=:{Convert.ToBase64String(Sm3.HashData(written))}:", digests.ToHeader());
            Assert.Equal(written, await Bytes(PackageBody.Of(package, form)));
        }
    }

    private static async Task<byte[]> Bytes(PackageBody body)
    {
        using var stream = new MemoryStream();
        await body.Write(stream, TestContext.Current.CancellationToken);
        return stream.ToArray();
    }
}
