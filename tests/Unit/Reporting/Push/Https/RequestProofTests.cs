using System.Security.Cryptography;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Https;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push.Https;

public sealed class RequestProofTests : IDisposable
{
    private static readonly byte[] Body = "{\"kept\":[\"r-17\"]}"u8.ToArray();

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    // The proofs were counted by OpenSSL 3: openssl dgst -sha256 (-sm3) -mac HMAC -macopt key:…
    [Theory]
    [InlineData(false, "hmac-sha-256", "cd8dfc54dcbae58bf032be8d435d6f86d3691946f3b9b41e645f7cdd20027983")]
    [InlineData(true, "hmac-sm3", "6300ee71b7de820da73ce8a74cc04255618debf27affed40832f9c608120320d")]
    public void TheProofIsThatOfTheDescription(bool sm3, string algorithm, string proof)
    {
        var digests = new BodyDigests(SHA256.HashData(Body), Sm3.HashData(Body));

        var header = Proof(sm3).Header(digests, DateTimeOffset.FromUnixTimeSeconds(1649293091), "00112233445566778899aabbccddeeff");

        var digest = Convert.ToHexStringLower(sm3 ? Sm3.HashData(Body) : SHA256.HashData(Body));
        Assert.Equal(
            $"MinerFlow-HMAC algorithm=\"{algorithm}\", key-id=\"carrier-1\", timestamp=\"1649293091\", nonce=\"00112233445566778899aabbccddeeff\", digest=\"{digest}\", proof=\"{proof}\"", header);
        var description = File.ReadAllText(Repository.PathOf("src", "Reporting", "Push", "Https", "openapi.yaml"));
        Assert.Contains(digest, description, StringComparison.Ordinal);
        Assert.Contains(proof, description, StringComparison.Ordinal);
    }

    [Fact]
    public void NoNonceComesTwice()
    {
        var proof = Proof(sm3: false);

        var headers = Enumerable.Range(0, 1_000).Select(_ => proof.Header(BodyDigests.OfNothing(withSm3: false), DateTimeOffset.UnixEpoch)).ToHashSet();

        Assert.Equal(1_000, headers.Count);
    }

    private RequestProof Proof(bool sm3)
    {
        File.WriteAllText(_file, "0123456789abcdef0123456789abcdef\n", Encoding.ASCII);
        return new RequestProof("carrier-1", ChannelSecret.From("file:" + _file, "/", out _)!, sm3);
    }
}
