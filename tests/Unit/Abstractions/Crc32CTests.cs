using System.Text;
using MinerFlow.Abstractions;
using Xunit;

namespace MinerFlow.Unit.Abstractions;

public sealed class Crc32CTests
{
    // The check value of the catalogue of parametrised CRC algorithms, and the vectors of RFC 3720 appendix B.4, whose bytes stand there in the order of the wire.
    [Fact]
    public void TheChecksumsAreThoseOfTheSpecification()
    {
        byte[] ascending = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

        Assert.Equal(0xE306_9283u, Crc32C.Of(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0x8A91_36AAu, Crc32C.Of(new byte[32]));
        Assert.Equal(0x62A8_AB43u, Crc32C.Of([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(0x46DD_794Eu, Crc32C.Of(ascending));
        Assert.Equal(0x113F_DB5Cu, Crc32C.Of([.. ascending.Reverse()]));
        Assert.Equal(0u, Crc32C.Of([]));
    }
}
