using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Enrichment.Devices;
using Xunit;

namespace MinerFlow.Unit.Enrichment;

public sealed class SightingAggregatorTests
{
    private static readonly SightingOptions Whole = new() { Sensor = "s1", Window = TimeSpan.Zero };

    [Fact]
    public void ParallelConnectionsAddTheirWorkOverTheSameTime()
    {
        var sighting = Only(Whole, Events.Miner(1, 0, 100, work: 1e14, shares: 10, port: 40001), Events.Miner(2, 0, 100, work: 3e14, shares: 30, port: 40000));

        Assert.Equal((2, 40, 40), (sighting.Connections, sighting.Best.Event.SharesAccepted, sighting.Best.Event.SharesSubmitted));
        Assert.Equal([40000, 40001], sighting.ClientPorts);
        Assert.Equal(new Hashrate(4e12, "H/s", 40, 100), sighting.Best.Event.Hashrate);
        Assert.Equal(4e14, sighting.Best.Event.AcceptedWork);
    }

    [Fact]
    public void APauseBetweenConnectionsIsNotMiningTime()
    {
        var sighting = Only(Whole, Events.Miner(1, 0, 100, work: 1e14, shares: 10), Events.Miner(2, 900, 1000, work: 1e14, shares: 10));

        Assert.Equal(new Hashrate(1e12, "H/s", 20, 200), sighting.Best.Event.Hashrate);
        Assert.Equal((Events.Second(0), Events.Second(1000)), (sighting.FirstSeen, sighting.LastSeen));
    }

    [Fact]
    public void OneConnectionKeepsItsOwnRate()
    {
        var own = new Hashrate(1.5e12, "H/s", 9, 77);

        Assert.Equal(own, Only(Whole, Events.Miner(1, 0, 100, work: 1e14, shares: 10) with { Hashrate = own }).Best.Event.Hashrate);
    }

    [Fact]
    public void RatesOfDifferentAlgorithmsAreNeverAdded()
    {
        var scrypt = Events.Miner(2, 0, 100, work: 1e9, shares: 500) with { Algorithm = "scrypt", Confidence = 0.5 };

        var sighting = Only(Whole, Events.Miner(1, 0, 100, work: 1e14, shares: 10), scrypt);

        Assert.Equal(("sha256d", 1e14), (sighting.Best.Event.Algorithm, sighting.Best.Event.AcceptedWork));
        Assert.Equal(new Hashrate(1e12, "H/s", 10, 100), sighting.Best.Event.Hashrate);
    }

    [Fact]
    public void InterimEventsStateTotalsAndAddOnlyWhatIsNew()
    {
        var aggregator = new SightingAggregator(new SightingOptions { Sensor = "s1" });
        aggregator.Add(Events.Of(Events.Miner(1, 10, 200, work: 2e14, shares: 20) with { IsFinal = false }));
        aggregator.Add(Events.Of(Events.Miner(1, 10, 290, work: 3e14, shares: 30) with { IsFinal = false }));
        aggregator.Add(Events.Of(Events.Miner(1, 10, 410, work: 5e14, shares: 50)));

        Assert.Empty(aggregator.TakeEnded(Events.Second(299)));
        var first = Assert.Single(aggregator.TakeEnded(Events.Second(300)));
        var second = Assert.Single(aggregator.Complete());

        Assert.Equal((Events.Second(0), Events.Second(300), 30, 3e14), (first.WindowStart, first.WindowEnd, first.Best.Event.SharesAccepted, first.Best.Event.AcceptedWork));
        Assert.Equal((Events.Second(300), Events.Second(600), 20, 2e14), (second.WindowStart, second.WindowEnd, second.Best.Event.SharesAccepted, second.Best.Event.AcceptedWork));
        Assert.Equal(120, second.Best.Event.Hashrate!.WindowSeconds, 3);
        Assert.Equal(2e14 / 120, second.Best.Event.Hashrate!.PerSecond, 1e6);
        Assert.NotEqual(first.Key, second.Key);
        Assert.Equal(0, aggregator.Open);
    }

    [Fact]
    public void TwoPartsOfAWindowAreTwoSightings()
    {
        var options = new SightingOptions { Sensor = "s1" };

        var before = Only(options, Events.Miner(1, 10, 100, work: 1e14, shares: 10));
        var after = Only(options, Events.Miner(2, 120, 200, work: 1e14, shares: 10));

        Assert.Equal(before.WindowStart, after.WindowStart);
        Assert.NotEqual(before.Key, after.Key);
        Assert.Equal(before.Key, Only(options, Events.Miner(1, 10, 100, work: 1e14, shares: 10)).Key);
    }

    [Fact]
    public void AnEndAfterItsWindowWasTakenIsNoSighting()
    {
        var aggregator = new SightingAggregator(new SightingOptions { Sensor = "s1" });
        aggregator.Add(Events.Of(Events.Miner(1, 10, 200, work: 2e14, shares: 20) with { IsFinal = false }));
        Assert.Single(aggregator.TakeEnded(Events.Second(300)));

        aggregator.Add(Events.Of(Events.Miner(1, 10, 200, work: 2e14, shares: 20)));

        Assert.Empty(aggregator.Complete());
    }

    // The last message may be cut, and is then read without another frame.
    [Fact]
    public void AnEndThatCountsMoreAfterItsWindowWasTakenIsAPartOfIt()
    {
        var aggregator = new SightingAggregator(new SightingOptions { Sensor = "s1" });
        aggregator.Add(Events.Of(Events.Miner(1, 10, 200, work: 2e14, shares: 20) with { IsFinal = false }));
        var first = Assert.Single(aggregator.TakeEnded(Events.Second(300)));

        aggregator.Add(Events.Of(Events.Miner(1, 10, 200, work: 2.1e14, shares: 21)));

        var second = Assert.Single(aggregator.Complete());
        Assert.Equal((first.WindowStart, 1L, 21L), (second.WindowStart, second.Best.Event.SharesAccepted, aggregator.Shares.Accepted));
        Assert.NotEqual(first.Key, second.Key);
    }

    // What the aggregator cannot remember it may not count twice.
    [Fact]
    public void ConnectionsBeyondTheBoundAreToldAtTheirEnd()
    {
        var aggregator = new SightingAggregator(new SightingOptions { Sensor = "s1", MaxSightings = 1 });
        aggregator.Add(Events.Of(Events.Miner(1, 10, 100, work: 1e14, shares: 10) with { IsFinal = false }));
        aggregator.Add(Events.Of(Events.Miner(2, 10, 100, work: 1e14, shares: 10) with { IsFinal = false }));
        aggregator.Add(Events.Of(Events.Miner(2, 10, 200, work: 2e14, shares: 20) with { IsFinal = false }));
        aggregator.Add(Events.Of(Events.Miner(2, 10, 250, work: 3e14, shares: 30)));

        Assert.Equal(2, aggregator.Postponed);
        Assert.Equal(0, aggregator.Dropped);
        Assert.Equal(40, Assert.Single(aggregator.Complete()).Best.Event.SharesAccepted);
    }

    [Fact]
    public void TheStrongestEventSpeaksForTheSighting()
    {
        var refused = Events.Miner(1, 0, 10) with { State = MiningState.Rejected, Confidence = 1 };
        var unsure = Events.Miner(2, 5, 20) with { Confidence = 0.6 };
        var sure = Events.Miner(3, 9, 30) with { Agent = "bosminer" };
        var late = Events.Miner(4, 12, 30);

        Assert.Equal("bosminer", Only(Whole, refused, late, unsure, sure).Best.Event.Agent);
    }

    [Fact]
    public void ThePortsAreTheLowestSixtyFourWhateverTheOrder()
    {
        var events = Enumerable.Range(0, 100).Select(i => Events.Miner((ulong)i, 0, 10, port: 50000 + (i * 37 % 100))).ToArray();

        var sighting = Only(Whole, events);

        Assert.Equal(Enumerable.Range(50000, 64).Select(port => (ushort)port), sighting.ClientPorts);
        Assert.Equal(100, sighting.Connections);
    }

    [Fact]
    public void EveryPartOfTheKeyMakesASightingOfItsOwnInAFixedOrder()
    {
        var one = Events.Miner(1, 0, 10);
        MiningEvent[] events =
        [
            one,
            one with { Client = new Endpoint(Times.Ip("203.0.113.10"), 1) },
            one with { Server = new Endpoint(one.Server.Address, 4444) },
            one with { Dialect = "eth-proxy" },
            one with { Role = MiningRole.Proxy },
        ];

        var forward = All(Whole, events);
        var backward = All(Whole, [.. events.Reverse()]);

        Assert.Equal(5, forward.Select(sighting => sighting.Key).Distinct().Count());
        Assert.Equal(forward.Select(sighting => sighting.Key), backward.Select(sighting => sighting.Key));
        Assert.NotEqual(forward[0].Key, All(Whole with { Sensor = "s2" }, [one])[0].Key);
        Assert.All(forward, sighting => Assert.Matches("^[0-9a-f]{64}$", sighting.Key));
    }

    [Fact]
    public void ACopyUnderAnotherNameIsTheSameAndOtherTrafficUnderTheSameNameIsNot()
    {
        var one = Events.Miner(1, 0, 10);

        Assert.Equal(Only(Whole, one).Key, Only(Whole, one with { CaptureFile = "copy.pcapng" }).Key);
        Assert.NotEqual(Only(Whole, one).Key, Only(Whole, Events.Miner(1, 86_400, 86_410)).Key);
    }

    [Fact]
    public void BehindASharedAddressOneNameStandsOnlyWhenEveryConnectionHasIt()
    {
        var same = OnlyAttribution(Unique("u1", 'A'), Unique("u1", 'B'));
        Assert.Equal((AttributionOutcome.Unique, 'B'), (same.Outcome, same.Grade));

        var two = OnlyAttribution(Unique("u1", 'A'), Unique("u2", 'A'));
        Assert.Equal((AttributionOutcome.Ambiguous, 'D', 2), (two.Outcome, two.Grade, two.Candidates.Count));

        var part = OnlyAttribution(Unique("u1", 'A'), new Attribution(AttributionOutcome.None, []));
        Assert.Equal((AttributionOutcome.Insufficient, null), (part.Outcome, part.Grade));
        Assert.Single(part.Missing);

        var port = OnlyAttribution(new Attribution(AttributionOutcome.Insufficient, []) { Missing = ["source port"] });
        Assert.Equal((AttributionOutcome.Insufficient, "source port"), (port.Outcome, Assert.Single(port.Missing)));
    }

    [Fact]
    public void PowerFollowsTheSumOfTheRates()
    {
        using var folder = new TempFolder();
        folder.Write("devices.csv", "pattern,device,algorithm,low,typical,high,unit\ncgminer,ASIC,sha256d,10,20,30,J/TH\n");
        var options = Whole with { Devices = DeviceTable.Load(folder.FullName, []) };

        var sighting = Only(options, Events.Miner(1, 0, 100, work: 1e14, shares: 10), Events.Miner(2, 0, 100, work: 1e14, shares: 10));

        Assert.Equal(40, sighting.Best.Power!.Watts, 6);
    }

    [Fact]
    public void WhatFindsNoRoomIsCounted()
    {
        var aggregator = new SightingAggregator(Whole with { MaxSightings = 1 });
        aggregator.Add(Events.Of(Events.Miner(1, 0, 10)));
        aggregator.Add(Events.Of(Events.Miner(2, 0, 10) with { Dialect = "other" }));

        Assert.Equal((1, 1), (aggregator.Open, aggregator.Dropped));
    }

    [Fact]
    public void OfAFloodOfAttemptsSomeAreKeptAndTheOthersCountedOnOneOfThem()
    {
        var aggregator = new SightingAggregator(new SightingOptions { Sensor = "s1", MaxAttempts = 10 });
        var server = Events.Miner(1, 0, 1).Server;
        Flood(0, at: 10);
        aggregator.Add(Events.Of(Events.Miner(20_000, 0, 10)));
        var taken = aggregator.TakeEnded(Events.Second(300));

        Assert.Equal(10, taken.Count(sighting => sighting.Best.Event.State == MiningState.Attempted));
        Assert.Equal(11, taken.Count);
        Assert.Equal(990, taken.Sum(sighting => sighting.FurtherAttempts));
        Assert.Single(taken, sighting => sighting.FurtherAttempts is not null);
        Assert.Equal((990, server, 0), (aggregator.Folded, aggregator.Flooded, aggregator.Open));

        // Told late, of a window that was taken already: no room of its own.
        Flood(1_000, at: 20);
        Assert.Empty(aggregator.TakeEnded(Events.Second(400)));

        // The next window has room again, and says what nobody has said yet.
        Flood(2_000, at: 310);
        taken = aggregator.TakeEnded(Events.Second(600));
        Assert.Equal((10, 1_990), (taken.Count, taken.Sum(sighting => sighting.FurtherAttempts)));

        // The last one keeps a sighting to say it on.
        Flood(3_000, at: 610);
        aggregator.TakeEnded(Events.Second(900));
        Flood(4_000, at: 910);
        Assert.Equal(999, Assert.Single(aggregator.Complete()).FurtherAttempts);
        Assert.Equal(990 + 1_990 + 990 + 999, aggregator.Folded);

        void Flood(int first, int at)
        {
            for (var i = first; i < first + 1_000; i++)
            {
                aggregator.Add(Events.Of(Attempt(i, server) with { FirstSeen = Events.Second(at), LastSeen = Events.Second(at) }));
            }
        }
    }

    [Fact]
    public void AFloodTowardsOneServerHidesNobodyAtAnotherAndWhatHasMoreToShowIsKept()
    {
        var flooded = Events.Miner(1, 0, 1).Server;
        var quiet = new Endpoint(Times.Ip("198.51.100.8"), 3333);
        var whole = Attempt(500, flooded) with { Confidence = 0.9 };
        var oneSided = Attempt(501, flooded) with { SharesSubmitted = 12 };
        List<MiningEvent> events = [.. Enumerable.Range(0, 500).Select(i => Attempt(i, flooded)), whole, oneSided, Attempt(502, quiet), Attempt(503, quiet)];

        var options = new SightingOptions { Sensor = "s1", MaxAttempts = 6 };
        var kept = All(options, [.. events]);
        events.Reverse();

        Assert.Equal(6, kept.Count);
        Assert.Equal(2, kept.Count(sighting => sighting.Server == quiet));
        Assert.Contains(kept, sighting => sighting.Client == whole.Client.Address);
        Assert.Contains(kept, sighting => sighting.Client == oneSided.Client.Address);
        Assert.Equal(kept.Select(sighting => sighting.Key), All(options, [.. events]).Select(sighting => sighting.Key));
    }

    [Fact]
    public void ServersAtRandomAreBoundedToo()
    {
        var events = Enumerable.Range(0, 300).Select(i => Attempt(i, new Endpoint(IpAddress.FromIPv4(0xC633_6400 + (uint)(i % 256)), (ushort)(3_000 + i)))).ToArray();

        Assert.Equal(20, All(new SightingOptions { Sensor = "s1", MaxAttempts = 20 }, events).Count);
        Assert.Equal(300, All(new SightingOptions { Sensor = "s1" }, events).Count);
    }

    [Fact]
    public void ManyStretchesOfWorkStayBoundedAndNeverRaiseTheRate()
    {
        var events = Enumerable.Range(0, 2000).Select(i => Events.Miner((ulong)i, i * 10, (i * 10) + 5, work: 5e12, shares: 1)).ToArray();

        var rate = Only(Whole, events).Best.Event.Hashrate!;

        Assert.Equal(2000, rate.Shares);
        Assert.InRange(rate.WindowSeconds, 10_000, 20_000);
        Assert.InRange(rate.PerSecond, 5e11, 1e12);
    }

    /// <summary>A message to a server that never answers.</summary>
    private static MiningEvent Attempt(int client, Endpoint server) => Events.Miner((ulong)client + 10_000, 0, 1) with
    {
        Client = new Endpoint(IpAddress.FromIPv4(0x6440_0000 + (uint)client), 40_000),
        Server = server,
        State = MiningState.Attempted,
        Confidence = 0.5,
    };

    private static Attribution Unique(string account, char grade) =>
        new(AttributionOutcome.Unique, [new AttributionCandidate(account, "radius", Events.Second(0), null, false, ["00"])]) { Grade = grade };

    private static Attribution OnlyAttribution(params Attribution[] answers)
    {
        var aggregator = new SightingAggregator(Whole);
        for (var i = 0; i < answers.Length; i++)
        {
            aggregator.Add(Events.Of(Events.Miner((ulong)i, i, i + 10, port: 40000 + i)) with { Attribution = answers[i] });
        }

        return Assert.Single(aggregator.Complete()).Best.Attribution!;
    }

    private static Sighting Only(SightingOptions options, params MiningEvent[] events) => Assert.Single(All(options, events));

    private static IReadOnlyList<Sighting> All(SightingOptions options, MiningEvent[] events)
    {
        var aggregator = new SightingAggregator(options);
        foreach (var miningEvent in events)
        {
            aggregator.Add(Events.Of(miningEvent));
        }

        return aggregator.Complete();
    }
}
