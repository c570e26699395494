using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Enrichment.Subscribers.Nat;

public sealed class NatLineParserTests
{
    private const string Allocation = "<134>1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedA [- 100.64.12.34 - 203.0.113.9 - 20480 24575]";

    private static readonly NatProfile Nat444 = TestProfiles.Shipped("nat444");

    private readonly EventList _events = new();

    [Fact]
    public void AnAllocationHasEveryFieldOfItsLine()
    {
        var reason = Parse(Allocation);

        Assert.Equal(LineRejection.None, reason);
        Assert.Equal(
            new NatEvent
            {
                Kind = NatEventKind.BlockAllocated,
                FirstPort = 20480,
                LastPort = 24575,
                Inner = Times.Ip("100.64.12.34"),
                Outer = Times.Ip("203.0.113.9"),
                Time = Times.At("2022-04-07T09:58:11+08:00"),
                Precision = TimeSpan.FromSeconds(1),
                Started = PacketTime.None,
                Received = PacketTime.None,
                Device = "cgn01",
                Digest = LineDigest.Of(Encoding.UTF8.GetBytes(Allocation)),
            },
            _events.Single);
    }

    // domain.md scenario T26: what relays, editors and careless firmware do to a line.
    [Theory]
    [InlineData("<134> 1 2022 Apr  7  09:58:11   cgn01 - -  NAT444:UserbasedA  [-  100.64.12.34 -  203.0.113.9 - 20480   24575]")]
    [InlineData("<134>1 2022 April 07 09:58:11 cgn01 – – NAT444:UserbasedA [– 100.64.12.34 – 203.0.113.9 — 20480 24575]")]
    [InlineData("<134>1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedA [- 100.64.12.34 - 203.0.113.9 - 20480 24575]#012")]
    [InlineData("<134>1 2022 Apr 7 09:58:11 cgn01 - -#011NAT444:UserbasedA [-\t100.64.12.34\t-\t203.0.113.9 - 20480 24575]")]
    [InlineData("\uFEFF<134>1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedA\u00A0[- 100.64.12.34 - 203.0.113.9 - 20480\u300024575]")]
    [InlineData("<1234>1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedA [- 100.64.12.34 - 203.0.113.9 - 20480 24575]")]
    [InlineData("1 2022 Apr 7 09:58:11 cgn01 - - NAT444:userbaseda [- 100.64.12.34 - 203.0.113.9 - 20480 24575]")]
    [InlineData("1 cgn01 2022 Apr 7 09:58:11 FW 17 NAT444:UserbasedA [- 100.64.12.34 - 203.0.113.9 - 20480 24575]")]
    [InlineData("2022-04-07T09:58:12.345+08:00 relay01 1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedA [- 100.64.12.34 - 203.0.113.9 - 20480 24575]")]
    [InlineData("Apr  7 09:58:12 relay01 <134>1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedA [- 100.64.12.34 - 203.0.113.9 - 20480 24575]")]
    public void DirtChangesNothing(string line)
    {
        Assert.Equal(LineRejection.None, Parse(line));

        var found = _events.Single;
        Assert.Equal("cgn01", found.Device);
        Assert.Equal(Times.Ip("100.64.12.34"), found.Inner);
        Assert.Equal(Times.Ip("203.0.113.9"), found.Outer);
        Assert.Equal((20480, 24575), (found.FirstPort, found.LastPort));
        Assert.Equal(Times.At("2022-04-07T09:58:11+08:00"), found.Time);
    }

    [Fact]
    public void DashesOfGb18030AreDashes()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var line = Encoding.GetEncoding("GB18030").GetBytes("<134>1 2022 Apr 7 09:58:11 汇聚01 - - NAT444:UserbasedA [— 100.64.12.34 — 203.0.113.9 - 20480 24575]");

        Assert.Equal(LineRejection.None, new NatLineParser(Nat444, new NatLineOptions(), _events).Parse(line, PacketTime.None));

        Assert.Equal("汇聚01", _events.Single.Device);
    }

    [Fact]
    public void OneLineMayHoldSeveralRecords()
    {
        Parse("1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedA [- 100.64.1.1 - 203.0.113.9 - 1024 2047][- 100.64.1.2 - 203.0.113.9 - 2048 3071] [- 100.64.1.3 - 203.0.113.9 - 3072 4095]");

        Assert.Equal([1024, 2048, 3072], _events.Events.Select(found => (int)found.FirstPort));
        Assert.Single(_events.Events.Select(found => found.Digest).Distinct());
    }

    [Theory]
    [InlineData("[- 100.64.1.x - 203.0.113.9 - 1024 2047][- 100.64.1.2 - 203.0.113.9 - 2048 3071]")]
    [InlineData("[- 100.64.1.2 - 203.0.113.9 - 2048 3071][- 100.64.1.1 - 203.0.113.9 - 1024 99999]")]
    [InlineData("[- 100.64.1.1 - 203.0.113.9 - 2047 1024][- 100.64.1.2 - 203.0.113.9 - 2048 3071]")]
    [InlineData("[- 100.64.1.2 - 203.0.113.9 - 2048 3071][nonsense][- 100.64.1.3 - 203.0.113.9 - 4096")]
    public void ABadRecordLosesOnlyItself(string records)
    {
        var parser = new NatLineParser(Nat444, new NatLineOptions(), _events);

        var reason = parser.Parse(Encoding.UTF8.GetBytes($"1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedA {records}"), PacketTime.None);

        Assert.NotEqual(LineRejection.None, reason);
        Assert.Equal(2048, _events.Single.FirstPort);
        Assert.Equal(records.Count(c => c == '[') - 1, parser.Counters.Rejected);
    }

    [Theory]
    [InlineData("sshd[1]: Accepted publickey", LineRejection.NoPattern)]
    [InlineData("1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedA [- 100.64.12.34 - 203.0.113.9 - 20480", LineRejection.Cut)]
    [InlineData("1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedQ [- 100.64.12.34 - 203.0.113.9 - 20480 24575]", LineRejection.UnknownEvent)]
    [InlineData("1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedA [- 100.64.12.034 - 203.0.113.9 - 20480 24575]", LineRejection.BadAddress)]
    [InlineData("1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedA [- 100.64.12.34 - 203.0.113.9 - 20480 65536]", LineRejection.PortTooLarge)]
    [InlineData("1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedA [- 100.64.12.34 - 203.0.113.9 - 24575 20480]", LineRejection.ReversedPorts)]
    [InlineData("1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedA [- - - 203.0.113.9 - 20480 24575]", LineRejection.NoInnerAddress)]
    [InlineData("1 2022 Feb 30 09:58:11 - - - NAT444:UserbasedA [- 100.64.12.34 - 203.0.113.9 - 20480 24575]", LineRejection.NoTime)]
    [InlineData("1 2022 Apr 7 25:58:11 - - - NAT444:UserbasedA [- 100.64.12.34 - 203.0.113.9 - 20480 24575]", LineRejection.NoTime)]
    [InlineData("   ", LineRejection.Empty)]
    public void WhatIsWrongIsCountedByReason(string line, LineRejection reason)
    {
        var parser = new NatLineParser(Nat444, new NatLineOptions(), _events);

        Assert.Equal(reason, parser.Parse(Encoding.UTF8.GetBytes(line), PacketTime.None));

        Assert.Empty(_events.Events);
        Assert.Equal(1, parser.Counters[reason]);
        Assert.Equal(1, parser.Counters.Rejected);
    }

    [Fact]
    public void EveryPrefixOfALineIsRejectedOrIgnored()
    {
        for (var length = 0; length < Allocation.Length; length++)
        {
            Assert.NotEqual(LineRejection.None, Parse(Allocation[..length]));
        }

        Assert.Empty(_events.Events);
    }

    [Fact]
    public void ALineLongerThanTheBoundIsRejected()
    {
        var parser = new NatLineParser(Nat444, new NatLineOptions { MaxLineBytes = 64 }, _events);

        Assert.Equal(LineRejection.TooLong, parser.Parse(Encoding.UTF8.GetBytes(Allocation), PacketTime.None));
    }

    [Fact]
    public void ATimeWithoutYearTakesTheNearestYear()
    {
        var juniper = TestProfiles.Shipped("juniper");
        var line = "Dec 31 23:59:59 mx01 JSERVICES_NAT_PORT_BLOCK_ALLOC: 10.0.0.5 -> 203.0.113.5:1024-1151 0x61cf9b7f"u8;
        var parser = new NatLineParser(juniper, new NatLineOptions { TimeZone = TimeSpan.Zero }, _events);

        parser.Parse(line, Times.At("2022-01-01T00:00:05Z"));

        Assert.Equal(Times.At("2021-12-31T23:59:59Z"), _events.Single.Time);
        Assert.Equal(Times.At("2022-01-01T00:00:05Z"), _events.Single.Received);
    }

    [Fact]
    public void ALineWithoutTimeHappenedWhenItCame()
    {
        var nfware = TestProfiles.Shipped("nfware");

        new NatLineParser(nfware, new NatLineOptions(), _events).Parse("A VRF 0 INT 10.0.0.1 EXT 203.0.113.1:1024-1535"u8, Times.At("2022-04-07T09:58:11Z"), "192.0.2.1");

        Assert.Equal(Times.At("2022-04-07T09:58:11Z"), _events.Single.Time);
        Assert.Equal("192.0.2.1", _events.Single.Device);
    }

    [Theory]
    [InlineData("nat444")]
    [InlineData("juniper")]
    [InlineData("fortinet")]
    [InlineData("h3c")]
    public void LinesAllocateNothingOnceTheirNamesAreKnown(string profile)
    {
        var lines = File.ReadAllLines(Repository.PathOf("rules", "nat-logs", "samples", profile + ".log")).Select(Encoding.UTF8.GetBytes).ToArray();
        var counter = new Counter();
        var parser = new NatLineParser(TestProfiles.Shipped(profile), new NatLineOptions(), counter);
        var now = Times.At("2022-04-07T09:58:11Z");
        Pass();
        Pass();
        var before = GC.GetAllocatedBytesForCurrentThread();

        Pass();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(counter.Events > 0);

        void Pass()
        {
            foreach (var line in lines)
            {
                parser.Parse(line, now);
            }
        }
    }

    private LineRejection Parse(string line) => new NatLineParser(Nat444, new NatLineOptions(), _events).Parse(Encoding.UTF8.GetBytes(line), PacketTime.None);

    private sealed class Counter : INatEventHandler
    {
        public long Events { get; private set; }

        public void Take(in NatEvent happened) => Events++;
    }
}
