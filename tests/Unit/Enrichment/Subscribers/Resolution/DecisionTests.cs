using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Inventory;
using MinerFlow.Enrichment.Subscribers.Master;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Resolution;

/// <summary>Who is named, with which grade, and who is not.</summary>
public sealed class DecisionTests
{
    private const string Alice = "100.64.12.34";
    private const string Bob = "100.64.12.35";

    [Fact]
    public void ABlockAndASessionThatAreProvenOnBothSidesAreTheBestGrade()
    {
        var answer = Day().Block(Alice, 0, 720).Session(Alice, "alice", 0, 800).Ask(360, 361);

        Assert.Equal((AttributionOutcome.Unique, 'A', "cgn-pba", true, PortOrigin.Question), (answer.Outcome, answer.Grade, answer.AddressKind, answer.PortRequired, answer.PortOrigin));
        var candidate = Assert.Single(answer.Candidates);
        Assert.Equal(("alice", "radius", (double?)(359 * 60)), (candidate.Account, candidate.Source, candidate.MarginSeconds));
        Assert.Equal((Logs.Minute(0), Logs.Minute(720)), (candidate.ValidFrom, candidate.ValidTo));
        Assert.Equal(["cgn01 nat 203.0.113.9:20480-24575 -> 100.64.12.34", "bras01 radius 100.64.12.34"], candidate.Chain.Select(link => link.Source));
        Assert.Equal([LineDigest.Of("block 100.64.12.34 0"u8).ToString(), LineDigest.Of("session alice 0"u8).ToString()], candidate.Chain.Select(link => link.Line));
        Assert.Equal(["bras01", "cgn01"], answer.Sources.Select(source => source.Source));
        Assert.All(answer.Sources, source => Assert.True(source.IsCovered));
    }

    [Fact]
    public void WithoutAPortTheHoldersAreCountedAndNobodyIsNamed()
    {
        var logs = Day().Block(Alice, 0, 720).Block(Bob, 10, 700, firstPort: 24576).Session(Alice, "alice", 0, 800).Session(Bob, "bob", 0, 800);
        var answer = logs.Ask(360, 361, port: null);

        Assert.Equal((AttributionOutcome.Ambiguous, 'D', 2), (answer.Outcome, answer.Grade, answer.CandidateCount));
        Assert.Empty(answer.Candidates);
        Assert.Equal(MissingKind.SourcePort, Assert.Single(answer.MissingPieces).Kind);
        // One holder alone is not named either: another one's lines may be lost.
        Assert.Equal(AttributionOutcome.Insufficient, logs.Ask(2, 3, port: null).Outcome);
    }

    [Fact]
    public void AFlowThatOurSensorSawFillsTheMissingPort()
    {
        var logs = Day().Block(Alice, 0, 720).Block(Bob, 10, 700, firstPort: 24576).Session(Alice, "alice", 0, 800).Session(Bob, "bob", 0, 800);
        logs.OwnFlows = new OwnFlows([Flow(22017, 355, 365)]);
        var answer = logs.Ask(360, 361, port: null);

        Assert.Equal((AttributionOutcome.Unique, 'C', PortOrigin.OwnFlow, "alice"), (answer.Outcome, answer.Grade, answer.PortOrigin, Assert.Single(answer.Candidates).Account));
        Assert.Equal(["edge.pcap frame 7"], answer.OwnEvidence);

        logs.OwnFlows = new OwnFlows([Flow(22017, 355, 365), Flow(25000, 355, 365)]);
        Assert.Equal((AttributionOutcome.Ambiguous, 2), (logs.Ask(360, 361, port: null).Outcome, logs.Ask(360, 361, port: null).Candidates.Count));

        // A flow whose own port leads to nobody is no proof that the others are the whole truth.
        logs.OwnFlows = new OwnFlows([Flow(22017, 355, 365), Flow(60000, 355, 365)]);
        Assert.Empty(logs.Ask(360, 361, port: null).Candidates);
        Assert.Equal(AttributionOutcome.Ambiguous, logs.Ask(360, 361, port: null).Outcome);
    }

    [Fact]
    public void ABlockThatChangesHandsWithinTheMinuteIsAmbiguousUntilSecondsAreGiven()
    {
        var logs = Day().Block(Alice, 0, 360.5).Block(Bob, 360.5, 720).Session(Alice, "alice", 0, 800).Session(Bob, "bob", 0, 800);

        Assert.Equal((AttributionOutcome.Ambiguous, 'D', 2), (logs.Ask(360, 361).Outcome, logs.Ask(360, 361).Grade, logs.Ask(360, 361).Candidates.Count));
        Assert.Equal("alice", Assert.Single(logs.Ask(360.1, 360.11).Candidates).Account);
        Assert.Equal("bob", Assert.Single(logs.Ask(360.8, 360.81).Candidates).Account);
        // Within the skew of the change nobody is named.
        Assert.Equal(AttributionOutcome.Ambiguous, logs.Ask(360.48, 360.49).Outcome);
    }

    [Fact]
    public void ASlowClockWidensTheTimeAndCostsTheBestGrade()
    {
        var logs = Day().Block(Alice, 0, 720).Session(Alice, "alice", 0, 800);
        for (var i = 0; i < 100; i++)
        {
            logs.Nat().Clock.Compare(Logs.Minute(i), Logs.Minute(i + 1.5));
        }

        // 2 minutes before the end: less than twice 90 s.
        var near = logs.Ask(717, 718);
        Assert.Equal((AttributionOutcome.Unique, 'B', 90_000L), (near.Outcome, near.Grade, near.Sources.Single(source => source.Source == "cgn01").ClockOffsetMilliseconds));
        Assert.Equal('A', logs.Ask(360, 361).Grade);
        // By the clock as it was learnt the block was given out 90 s later: someone before is not excluded, but nobody is logged.
        Assert.Equal(AttributionOutcome.Insufficient, logs.Ask(1, 1.1).Outcome);
        logs.Block(Bob, 720, 900).Session(Bob, "bob", 0, 1000);
        Assert.Equal(AttributionOutcome.Ambiguous, logs.Ask(721, 721.1).Outcome);
    }

    [Fact]
    public void AGapOfTheNatLogIsSaidAndNeverNone()
    {
        var logs = new Logs().Speaking(0, 180).Speaking(192, 800).Block(Alice, 0, 720).Session(Alice, "alice", 0, 800).Block(Bob, 200, 300, firstPort: 40960);

        var inside = logs.Ask(185, 186);
        Assert.Equal((AttributionOutcome.Insufficient, MissingKind.CoverageGap, "cgn01"), (inside.Outcome, inside.MissingPieces[0].Kind, inside.MissingPieces[0].Source));
        Assert.Empty(inside.Candidates);
        Assert.Equal(MissingKind.CoverageGap, logs.Ask(185, 186, port: 41000).MissingPieces[0].Kind);
        Assert.Equal(AttributionOutcome.None, logs.Ask(400, 401, port: 41000).Outcome);
        Assert.Equal('A', logs.Ask(400, 401).Grade);
    }

    [Fact]
    public void AGapOfTheAccountingThatTellsTheBlocksIsSaidThoughATranslatorSpeaks()
    {
        var logs = new Logs().Speaking(0, 180).Speaking(192, 800).AccountedBlock("alice", 0, 720);
        for (var minute = 180.0; minute < 192; minute += 1 / 3.0)
        {
            logs.Nat().Saw(Logs.Minute(minute));
        }

        var inside = logs.Ask(185, 186, port: 41000);
        Assert.Equal((AttributionOutcome.Insufficient, MissingKind.CoverageGap, "bras01"), (inside.Outcome, inside.MissingPieces[0].Kind, inside.MissingPieces[0].Source));
        Assert.Equal(AttributionOutcome.None, logs.Ask(400, 401, port: 41000).Outcome);
    }

    [Fact]
    public void AGapAfterTheLastProofLeavesNobodyToName()
    {
        // The block's release is not logged; in the gap it may have been given to somebody else.
        var logs = new Logs().Speaking(0, 180).Speaking(192, 800).Block(Alice, 0, null, IntervalMarks.EndIsEstimated, lastProof: 100).Session(Alice, "alice", 0, 800);

        Assert.Equal('B', logs.Ask(150, 151).Grade);
        Assert.Equal(MissingKind.CoverageGap, logs.Ask(300, 301).MissingPieces[0].Kind);
    }

    [Fact]
    public void ALostReleaseEndsAtTheNextAllocation()
    {
        var logs = Day().Block(Alice, 0, null, IntervalMarks.EndIsEstimated).Block(Bob, 300, 400).Session(Alice, "alice", 0, 800).Session(Bob, "bob", 0, 800);

        Assert.Equal(('B', "alice"), (logs.Ask(200, 201).Grade, logs.Ask(200, 201).Candidates[0].Account));
        Assert.Equal(('A', "bob"), (logs.Ask(350, 351).Grade, logs.Ask(350, 351).Candidates[0].Account));
        // After the next holder the first one has long ended, though no line says so.
        Assert.Equal(AttributionOutcome.None, logs.Ask(500, 501).Outcome);
    }

    [Fact]
    public void BetweenALostReleaseAndALostAllocationBothAreNamed()
    {
        var logs = Day().Block(Alice, 0, null, IntervalMarks.EndIsEstimated, lastProof: 100).Block(Bob, 0, 400, IntervalMarks.StartIsEstimated)
            .Session(Alice, "alice", 0, 800).Session(Bob, "bob", 0, 800);

        Assert.Equal(["alice"], logs.Ask(50, 51).Candidates.Select(candidate => candidate.Account));
        Assert.Equal(["alice", "bob"], logs.Ask(200, 201).Candidates.Select(candidate => candidate.Account).Order());
    }

    [Fact]
    public void AnInnerAddressThatNobodyIsKnownToHaveHadNamesNobody()
    {
        Assert.Equal(MissingKind.InnerLog, Day().Block(Alice, 0, 720).Ask(360, 361).MissingPieces[0].Kind);

        var outside = new Logs().Block(Alice, 0, 720).Session(Alice, "alice", 0, 100);
        outside.Radius().Saw(Logs.Minute(0));
        outside.Radius().Saw(Logs.Minute(200));
        Assert.Equal((MissingKind.TimeOutsideLog, "bras01"), (outside.Ask(360, 361).MissingPieces[0].Kind, outside.Ask(360, 361).MissingPieces[0].Source));
    }

    [Fact]
    public void InnerAddressesThatRepeatNeedTheAccessServerOfTheInventory()
    {
        var logs = Day().Block(Alice, 0, 720).Session(Alice, "alice", 0, 800).Session(Alice, "carol", 0, 800, device: "bras02");
        logs.Radius("bras02").Saw(Logs.Minute(0));

        Assert.Equal(2, logs.Ask(360, 361).Candidates.Count);
        logs.Inventory = new AddressInventory([new AddressPool(Range("100.64.0.0/10"), PoolKind.Inner) { Device = "cgn01", AccessServer = "bras01" }, new AddressPool(Range("203.0.113.0/24"), PoolKind.CgnPortBlock) { Device = "cgn01" }]);
        Assert.Equal("alice", Assert.Single(logs.Ask(360, 361).Candidates).Account);
    }

    [Fact]
    public void ADeterministicPoolUsesTheRuleOfItsTime()
    {
        var logs = Day().Session("100.64.0.5", "alice", 0, 800).Session("100.64.0.2", "bob", 0, 800);
        logs.Inventory = new AddressInventory(
        [
            Deterministic(4032) with { To = Logs.Minute(300) },
            Deterministic(8064) with { From = Logs.Minute(300) },
        ]);

        // 22017 is in the sixth block of 4032 ports and in the third of 8064.
        Assert.Equal(("alice", "cgn-deterministic"), (logs.Ask(200, 201).Candidates[0].Account, logs.Ask(200, 201).AddressKind));
        Assert.Equal(("bob", 'A'), (logs.Ask(400, 401).Candidates[0].Account, logs.Ask(400, 401).Grade));
        Assert.Equal(2, logs.Ask(299, 301).Candidates.Count);
    }

    [Theory]
    [InlineData("eth 1/0/1:1000.2345 yc-olt-007/0/0/3/0/12", "YC-OLT-007/0/0/03/0/12", PortWitness.Agrees, 'A')]
    [InlineData("eth 1/0/1:1000.2345 yc-olt-007/0/0/3/0/12:10.20", "yc-olt-007/0/0/3/0/13", PortWitness.Contradicts, 'C')]
    [InlineData("eth 1/0/1:1000.2345 0/0/0/0/0/0", "yc-olt-007/0/0/3/0/13", PortWitness.Silent, 'A')]
    [InlineData("slot=1;subslot=0;port=1;vlanid=2345;vlanid2=1000;", "yc-olt-007/0/0/3/0/13", PortWitness.Silent, 'A')]
    [InlineData("yc-olt-007 eth 3/12:1000", "yc-olt-007/3/12", PortWitness.Agrees, 'A')]
    public void ThePhysicalPortIsASecondWitnessOfTheAddress(string session, string register, PortWitness expected, char grade)
    {
        using var folder = new TempFolder();
        var logs = Day().Session("198.51.100.7", "alice", 0, 800, port: session);
        logs.Master = SubscriberMaster.Load(folder.Write("master.csv", $"账号,用户名称,装机地址,接入端口\nalice,张示例,示例路1号,{register}\n"), []);

        var answer = logs.Ask(360, 361, address: "198.51.100.7");

        Assert.Equal((expected, grade, "张示例"), (answer.Candidates[0].PortWitness, answer.Grade, answer.Candidates[0].Subscriber?.Name));
    }

    [Fact]
    public void TheInventoryTellsOursFromOthersAndWhatAPoolLacks()
    {
        var logs = new Logs { Inventory = new AddressInventory([new AddressPool(Range("203.0.113.0/24"), PoolKind.CgnPortBlock), new AddressPool(Range("198.51.100.0/24"), PoolKind.Dynamic)]) };

        Assert.Equal(AttributionOutcome.NotOurs, logs.Ask(1, 2, address: "192.0.2.1").Outcome);
        Assert.Equal(MissingKind.SourcePort, logs.Ask(1, 2, port: null).MissingPieces[0].Kind);
        Assert.Equal(MissingKind.PoolLog, logs.Ask(1, 2).MissingPieces[0].Kind);
        Assert.Equal(("dynamic", false, MissingKind.PoolLog), (logs.Ask(1, 2, address: "198.51.100.1").AddressKind, logs.Ask(1, 2, address: "198.51.100.1").PortRequired, logs.Ask(1, 2, address: "198.51.100.1").MissingPieces[0].Kind));
    }

    private static Logs Day() => new Logs().Speaking(0, 1000);

    private static IpRange Range(string text) => IpRange.TryParse(text, out var range) ? range : throw new FormatException(text);

    private static AddressPool Deterministic(int block) =>
        new(Range("203.0.113.9"), PoolKind.CgnDeterministic) { From = Logs.Minute(0), Rule = new DeterministicRule(Range("100.64.0.0/28"), 1024, 65535, block) };

    private static OwnFlow Flow(ushort port, double from, double to) =>
        new(new Endpoint(Ip(Logs.Public), port), new Endpoint(Ip("198.51.100.7"), 3333), 6, Logs.Minute(from), Logs.Minute(to), "edge.pcap frame 7");

    /// <summary>Ports that came in the middle of a session, in a log whose others are held for twenty minutes; their release is lost and somebody else has them from 500 on.</summary>
    [Theory]
    [InlineData(105, AttributionOutcome.Unique, 'B')]
    [InlineData(118, AttributionOutcome.Unique, 'C')]
    [InlineData(300, AttributionOutcome.Insufficient, null)]
    public void APortBlockWhoseReleaseIsLostIsBelievedAsLongAsOthersAreHeld(double minute, AttributionOutcome expected, char? grade)
    {
        var logs = HeldForTwentyMinutes(lost: 5).Session("100.64.0.1", "u1", 0, 600).Block("100.64.0.1", 100, 500, IntervalMarks.EndIsEstimated, lastProof: 100);

        var answer = logs.Ask(minute, minute);

        Assert.Equal((expected, grade), (answer.Outcome, answer.Grade));
        Assert.True(answer.Outcome == AttributionOutcome.Unique ? answer.Candidates[0].RestsOnLikelihood == (grade == 'C') : answer.MissingPieces is [{ Kind: MissingKind.LostLine }]);
    }

    [Fact]
    public void PortsThatCameWithTheSessionAreItsOwn()
    {
        var logs = HeldForTwentyMinutes(lost: 5).Session("100.64.0.1", "u1", 99.98, 600).Block("100.64.0.1", 100, 500, IntervalMarks.EndIsEstimated, lastProof: 100);

        Assert.Equal(AttributionOutcome.Unique, logs.Ask(300, 300).Outcome);
    }

    [Fact]
    public void WhatNobodyElseWasGivenIsHeldWhenTheLogLosesNothing()
    {
        var logs = HeldForTwentyMinutes(lost: 0).Session("100.64.0.1", "u1", 0, null, lastProof: 600).Block("100.64.0.1", 575, null, IntervalMarks.EndIsEstimated);

        Assert.Equal(AttributionOutcome.Unique, logs.Ask(595, 595).Outcome);
    }

    private static Logs HeldForTwentyMinutes(int lost)
    {
        var logs = new Logs().Speaking(0, 600);
        for (var i = 0; i < 400; i++)
        {
            logs.Nat().Holds.SawEnd(TimeSpan.FromMinutes(10 + (i % 21)));
        }

        for (var i = 0; i < lost; i++)
        {
            logs.Nat().Holds.SawLoss();
        }

        return logs;
    }
}
