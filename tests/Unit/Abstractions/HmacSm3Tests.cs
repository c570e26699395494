using System.Text;
using MinerFlow.Abstractions;
using Xunit;

namespace MinerFlow.Unit.Abstractions;

public sealed class HmacSm3Tests
{
    // From OpenSSL 3: openssl dgst -sm3 -mac HMAC -macopt key:….
    [Theory]
    [InlineData("key", 3, "The quick brown fox jumps over the lazy dog", "bd4a34077888162b210645b8ebf74b9af357303789357a27c7fc457244ebd398")]
    [InlineData("k", 64, "abc", "e324ecfff1ae9b48cf8818257208410221b39d94e74f821f247e5f3bf967c812")]
    [InlineData("k", 65, "abc", "658228fe546af0045d7b5f69a7e5d64706ac9ec7f3967e39b932cc5230137d74")]
    [InlineData("k", 200, "", "9f60924defe20c59ed6b7bbfef7ba7fba89f442ede7f84564324941155c7eb75")]
    public void ProofsAreThoseOfOpenSsl(string key, int length, string data, string proof)
    {
        var bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(key, length))[..length]);

        Assert.Equal(proof, Convert.ToHexStringLower(HmacSm3.HashData(bytes, Encoding.ASCII.GetBytes(data))));
    }
}
