using System.Net;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Nat.Templates;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Enrichment.Subscribers.Nat;

public sealed class ByteTextTests
{
    [Theory]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("1::")]
    [InlineData("2001:db8::98")]
    [InlineData("2001:DB8:1::2:2")]
    [InlineData("10:0:0:0:0:0:0:98")]
    [InlineData("1:2:3:4:5:6:7::")]
    [InlineData("::ffff:192.0.2.1")]
    [InlineData("64:ff9b::192.0.2.33")]
    [InlineData("1:2:3:4:5:6:192.0.2.1")]
    [InlineData("192.0.2.1")]
    public void AddressesAreReadAsTheFrameworkReadsThem(string text)
    {
        Assert.True(ByteText.TryParseAddress(Encoding.ASCII.GetBytes(text), out var address));
        Assert.Equal(IpAddress.From(IPAddress.Parse(text)), address);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1::2::3")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4:5:6:7:8::")]
    [InlineData("12345::")]
    [InlineData("g::")]
    [InlineData("1:")]
    [InlineData(":1")]
    [InlineData("::1.2.3")]
    [InlineData("::1.2.3.4:5")]
    [InlineData("192.0.2")]
    [InlineData("192.0.2.1.")]
    [InlineData("192.0.2.256")]
    [InlineData("192.0.02.1")]
    [InlineData("1.2.3.4.5")]
    public void WhatIsNoAddressIsRefused(string text) => Assert.False(ByteText.TryParseAddress(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void RandomAddressesAreReadBackFromTheirText()
    {
        var random = new SeededRandom(1);
        for (var i = 0; i < 2_000; i++)
        {
            // Few bits set, so that runs of zeros of every length and place occur.
            var address = new IpAddress(random.Next() & random.Next() & random.Next(), random.Next() & random.Next() & random.Next() & random.Next());

            Assert.True(ByteText.TryParseAddress(Encoding.ASCII.GetBytes(address.ToString()), out var read), address.ToString());
            Assert.Equal(address, read);
        }
    }
}
