using System.Text;
using MinerFlow.Detection.Protocols;
using MinerFlow.Traffic;
using Xunit;
using Keccak256 = MinerFlow.Detection.Protocols.Keccak256;

namespace MinerFlow.Unit.Detection.Protocols;

public class NodeHashTests
{
    private const string Generator = "79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8";
    private const string TwiceGenerator = "C6047F9441ED7D6D3045406E95C07CD85C778E4B8CEF3CA7ABAC09B95C709EE51AE168FEA63DC339A3C58419466CEAEEF7F632653266D0E1236431A950CFE52A";

    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("testing", "5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02")]
    public void KeccakGivesTheKnownDigests(string message, string digest)
    {
        var found = new byte[Keccak256.DigestLength];
        Keccak256.Hash(Encoding.ASCII.GetBytes(message), found);
        Assert.Equal(digest, Convert.ToHexStringLower(found));
    }

    [Theory]
    [InlineData(Generator)]
    [InlineData(TwiceGenerator)]
    public void PointsOfTheCurveAreKnown(string point) => Assert.True(Secp256k1.IsPoint(Convert.FromHexString(point)));

    [Fact]
    public void OneBitBesideTheCurveIsNoPoint()
    {
        for (var bit = 0; bit < 512; bit++)
        {
            var point = Convert.FromHexString(Generator);
            point[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Secp256k1.IsPoint(point), $"bit {bit}");
        }
    }

    [Fact]
    public void RandomBytesAreNoPoints()
    {
        var random = new SeededRandom(3);
        for (var run = 0; run < 5_000; run++)
        {
            Assert.False(Secp256k1.IsPoint(random.Bytes(64)));
        }
    }

    [Fact]
    public void NumbersNotBelowThePrimeAreNoPoints() => Assert.False(Secp256k1.IsPoint(Enumerable.Repeat((byte)0xFF, 64).ToArray()));
}
