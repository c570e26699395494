using System.Text;
using MinerFlow.Abstractions;
using Xunit;

namespace MinerFlow.Unit.Abstractions;

public sealed class Sm3Tests
{
    // The two examples of GB/T 32905-2016, annex A; the others from OpenSSL 3 ("openssl dgst -sm3").
    [Theory]
    [InlineData("abc", 1, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")]
    [InlineData("abcd", 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732")]
    [InlineData("", 1, "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b")]
    [InlineData("x", 55, "ff8f8d58b95a1f90e39d96f739fa873eee33c0a80e59c7bbbf184eb7d9b1f112")]
    [InlineData("x", 56, "c4c1c6206d36c325e66ae5432948b26f04acff8dfc0ea2606a79d59b83a16d61")]
    [InlineData("x", 63, "b3ada6bc4838430afe100fb8b39ea65e13a556fb9a5f3699a7c541f8e3a07a93")]
    [InlineData("x", 64, "ad6af8cbe6a5a10beac0ecd1df9fa779228553fd7ead00313765349b32bd81ce")]
    [InlineData("x", 119, "ebeb591c289fe14873d297f6d2fc8c70e6ed03a2ff6e2240600eede2e8197bbf")]
    [InlineData("x", 120, "f86deedb441db075511ff2ae5ace229719f7d0e754af15391be725e4e553cc4a")]
    [InlineData("x", 1000, "f698c23cad9bf84f65509038c7000bc7ab60e7a1206cb4e4e21674952e3d028d")]
    public void DigestsAreThoseOfTheStandardAndOfOpenSsl(string text, int times, string digest) =>
        Assert.Equal(digest, Convert.ToHexStringLower(Sm3.HashData(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, times))))));

    [Fact]
    public void InPiecesItIsTheSameAsAtOnce()
    {
        var random = new Random(1);
        var sm3 = new Sm3();
        var data = new byte[1000];
        var digest = new byte[Sm3.Length];
        random.NextBytes(data);
        for (var length = 0; length <= data.Length; length += random.Next(1, 40))
        {
            for (var at = 0; at < length;)
            {
                var piece = Math.Min(random.Next(0, 150), length - at);
                sm3.AppendData(data.AsSpan(at, piece));
                at += piece;
            }

            sm3.GetHashAndReset(digest);
            Assert.Equal(Sm3.HashData(data.AsSpan(0, length)), digest);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    public void SeveralAtOnceTheyAreTheSameAsOneByOne(int messages)
    {
        var random = new Random(messages);
        var data = new byte[2000];
        random.NextBytes(data);
        var digests = new byte[messages * Sm3.Length];
        for (var round = 0; round < 300; round++)
        {
            // Every length around the ends of blocks, beside others; the messages may overlap.
            var ranges = Enumerable.Range(0, messages).Select(i => random.Next(1000) is var start && i == 0 ? start..(start + round) : start..(start + random.Next(400))).ToArray();
            Sm3Lanes.HashData(data, ranges, digests);
            for (var i = 0; i < messages; i++)
            {
                Assert.Equal(Sm3.HashData(data.AsSpan(ranges[i])), digests[(i * Sm3.Length)..((i + 1) * Sm3.Length)]);
            }
        }
    }

    [Fact]
    public void MoreAtOnceThanThereAreLanesIsAnError() =>
        Assert.Throws<ArgumentException>(() => Sm3Lanes.HashData(new byte[9], new Range[Sm3Lanes.Count + 1], new byte[Sm3.Length * (Sm3Lanes.Count + 1)]));
}
