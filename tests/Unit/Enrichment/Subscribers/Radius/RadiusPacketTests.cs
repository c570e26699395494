using System.Buffers.Binary;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Radius;
using MinerFlow.Traffic;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Radius;

public sealed class RadiusPacketTests
{
    private const string Secret = "invented secret";
    private const uint Seconds = 1_649_405_400;

    private readonly RadiusPacketReader _reader = new(TimeSpan.FromHours(8));

    [Fact]
    public void APacketTellsTheSameAsItsDetailRecord()
    {
        var packet = RadiusDatagram.Session(3, "BRAS0120220408161000a1b2c3", "yc0359000001@adsl", Seconds)
            .Number(41, 2).Number(46, 36000).Number(85, 1800).Text(87, "eth 1/0/1:1000.2345 yc-olt-007/0/0/3/0/12")
            .Address(8, "100.64.12.34").Prefix(97, "2001:db8:100:1::", 64).Prefix(123, "2001:db8:200:40::", 60).Address(168, "2001:db8:300::7")
            .Vendor(2011, 161, [203, 0, 113, 9]).Vendor(2011, 162, RadiusDatagram.Big(20480)).Vendor(2011, 163, RadiusDatagram.Big(24575)).Text(2, "secret");
        var detail = Detail.Load(Detail.Version3.Replace("\tAcct-Session-Time", "\tAcct-Interim-Interval = 1800\n\tAcct-Session-Time", StringComparison.Ordinal), out _);

        var loaded = new Detail.Loaded();
        loaded.Sessions.Add(Read(packet)!);
        loaded.Sessions.Complete();

        Assert.Equal(5, loaded.Intervals.Count);
        Assert.Equal(
            detail.Intervals.Select(interval => interval.Interval with { FirstLine = default, LastLine = default }),
            loaded.Intervals.Select(interval => interval.Interval with { FirstLine = default, LastLine = default }));
    }

    [Fact]
    public void PortsOfEveryVendorAreRead()
    {
        var block = new Allocation(AllocationKind.NatBlock, Range("203.0.113.9"), 20480, 24575);
        var start = RadiusDatagram.Big(20480);
        var end = RadiusDatagram.Big(24575);

        Assert.Equal([block], Allocations(New().Vendor(25506, 32, [203, 0, 113, 9]).Vendor(25506, 33, start).Vendor(25506, 34, end)));
        Assert.Equal([block], Allocations(New().Vendor(6527, 121, Encoding.ASCII.GetBytes("203.0.113.9 20480..24575 router base nat-pool"))));
        Assert.Equal([block], Allocations(New().Extended(6, (8, 1), (9, 20480), (10, 24575), (3, 0xCB007109))));
        Assert.Equal([block], Read(New().Extended(6, (3, 0xCB007109), (9, 20480), (10, 24575), (8, 2)))!.Released);
        Assert.Empty(Allocations(New().Vendor(9, 1, [1]).Vendor(99_999, 161, [1, 2]).Extended(5, (2, 100))));
    }

    [Fact]
    public void NamesInOtherEncodingsStayApart()
    {
        var first = Read(New("").Octets(1, [0xD5, 0xC5, 0xC8, 0xFD]))!;
        var second = Read(New("").Octets(1, [0xC0, 0xEE, 0xCB, 0xC4]))!;

        Assert.Equal((@"\325\305\310\375", @"\300\356\313\304"), (first.User, second.User));
        Assert.Equal("张三 a\\tb", Read(New("").Text(1, "张三 a\tb"))!.User);
        Assert.Equal("yc-olt-007/0/0/3", Read(New().Vendor(3561, 1, Encoding.ASCII.GetBytes("yc-olt-007/0/0/3")))!.NasPort);
        Assert.Equal("0x00ff41", Read(New().Vendor(3561, 1, [0, 255, 65]))!.NasPort);
    }

    [Fact]
    public void OnlyTheSecretMakesTheAuthenticator()
    {
        var bytes = New().ToBytes(Secret);
        Assert.Equal(RadiusRejection.None, RadiusPacket.Read(bytes, out var packet));
        Assert.True(RadiusSignature.IsSigned(packet, Encoding.UTF8.GetBytes(Secret)));
        Assert.False(RadiusSignature.IsSigned(packet, Encoding.UTF8.GetBytes("another secret")));
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = bytes.ToArray();
            damaged[i] ^= 1;
            if (RadiusPacket.Read(damaged, out var other) == RadiusRejection.None)
            {
                Assert.False(RadiusSignature.IsSigned(other, Encoding.UTF8.GetBytes(Secret)));
            }
        }
    }

    [Fact]
    public void AnAnswerIsSignedAndBringsBackTheProxyStates()
    {
        var request = New().Octets(33, [1, 2, 3]).Octets(33, [4]).ToBytes(Secret);
        RadiusPacket.Read(request, out var packet);
        var response = new byte[request.Length];

        var length = RadiusSignature.Answer(packet, Encoding.UTF8.GetBytes(Secret), response);

        Assert.Equal([33, 5, 1, 2, 3, 33, 3, 4], response[20..length]);
        Assert.Equal(length, BinaryPrimitives.ReadUInt16BigEndian(response.AsSpan(2)));
        Assert.True(RadiusDatagram.IsAnswer(response[..length], request, Secret));
        Assert.False(RadiusDatagram.IsAnswer(response[..length], request, "another secret"));
    }

    [Fact]
    public void LengthsThatDoNotFitAreRejected()
    {
        var bytes = New().ToBytes(Secret);
        Assert.Equal(RadiusRejection.BadLength, RadiusPacket.Read(bytes.AsSpan(0, 19), out _));
        Assert.Equal(RadiusRejection.BadLength, RadiusPacket.Read(bytes.AsSpan(0, bytes.Length - 1), out _));
        Assert.Equal(RadiusRejection.None, RadiusPacket.Read([.. bytes, 0, 0], out var padded));
        Assert.Equal(bytes.Length, padded.Bytes.Length);
        foreach (var length in (byte[])[0, 1, 255])
        {
            var damaged = bytes.ToArray();
            damaged[21] = length;
            Assert.Equal(RadiusRejection.BadAttribute, RadiusPacket.Read(damaged, out _));
        }
    }

    [Fact]
    public void ValuesThatTheirTypeCannotHaveAreRejectedAndOthersPassedOver()
    {
        Assert.Equal(RadiusRejection.BadValue, Reject(New().Octets(8, [1, 2, 3])));
        Assert.Equal(RadiusRejection.BadValue, Reject(New().Octets(55, [1, 2, 3, 4, 5])));
        Assert.Equal(RadiusRejection.BadValue, Reject(New().Octets(97, [0, 129, .. new byte[16]])));
        Assert.Equal(RadiusRejection.BadValue, Reject(New().Octets(97, [0, 64, 1])));
        Assert.Equal(RadiusRejection.BadValue, Reject(New().Octets(26, [1, 2])));
        Assert.Equal(RadiusRejection.BadValue, Reject(New().Extended(6, (3, 1), (9, 70_000), (10, 70_001))));
        Assert.Equal(RadiusRejection.Incomplete, Reject(new RadiusDatagram().Number(40, 1).Text(1, "u1")));
        Assert.Null(Read(new RadiusDatagram().Number(40, 9).Text(44, "s1").Text(1, "u1").Address(4, "192.0.2.250")));
    }

    private static RadiusDatagram New(string user = "u1") => user.Length > 0
        ? RadiusDatagram.Session(1, "s1", user, Seconds)
        : new RadiusDatagram().Number(40, 1).Text(44, "s1").Address(4, "192.0.2.250").Number(55, Seconds);

    private IReadOnlyList<Allocation> Allocations(RadiusDatagram datagram) => Read(datagram)!.Allocations;

    private RadiusRecord? Read(RadiusDatagram datagram)
    {
        Assert.Equal(RadiusRejection.None, RadiusPacket.Read(datagram.ToBytes(Secret), out var packet));
        Assert.Equal(RadiusRejection.None, _reader.Read(packet, PacketTime.FromSeconds(Seconds + 2), out var record));
        return record;
    }

    private RadiusRejection Reject(RadiusDatagram datagram)
    {
        Assert.Equal(RadiusRejection.None, RadiusPacket.Read(datagram.ToBytes(Secret), out var packet));
        return _reader.Read(packet, PacketTime.FromSeconds(Seconds + 2), out _);
    }
}
