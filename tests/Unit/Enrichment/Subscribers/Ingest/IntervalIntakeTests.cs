using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Enrichment.Subscribers.Ingest;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Radius;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Unit.Enrichment.Subscribers.Nat;
using MinerFlow.Unit.Enrichment.Subscribers.Radius;
using MinerFlow.Unit.Enrichment.Subscribers.Store;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Ingest;

/// <summary>Logs that come in several runs, each with the store opened again. Times are minutes after 2022-04-08T00:00:00Z.</summary>
public sealed class IntervalIntakeTests : IDisposable
{
    private const string Address = "Framed-IP-Address = 203.0.113.9";
    private readonly StoreFolder _folder = new();

    [Fact]
    public void AStopInALaterRunClosesTheSession()
    {
        Accounting(new Detail().Start(0, "s1", "u1", Address).Interim(30, "s1", "u1", 1800, Address));
        Accounting(new Detail().Interim(60, "s1", "u1", 3600, Address).Stop(90, "s1", "u1", 5400, Address));

        var session = Assert.Single(Find("203.0.113.9", 0, 200));
        Assert.Equal((Detail.Minute(0), Detail.Minute(90), Detail.Minute(0), Detail.Minute(90), IntervalMarks.None), (session.From, session.To, session.FirstProof, session.LastProof, session.Marks));
    }

    [Fact]
    public void AStopOfAddressesThatChangedClosesThoseOfTheEnd()
    {
        Accounting(new Detail().Start(0, "s1", "u1", Address, "Delegated-IPv6-Prefix = 2001:db8:200:40::/60"));
        Accounting(new Detail().Stop(90, "s1", "u1", 5400, Address, "Delegated-IPv6-Prefix = 2001:db8:200:40::/60"));

        Assert.Equal(Detail.Minute(90), Assert.Single(Find("2001:db8:200:4a::1", 0, 200)).To);
        Assert.Equal(Detail.Minute(90), Assert.Single(Find("203.0.113.9", 0, 200)).To);
    }

    [Fact]
    public void AnInterimInALaterRunDoesNotOpenAStoppedSessionAgain()
    {
        Accounting(new Detail().Start(0, "s1", "u1", Address).Stop(60, "s1", "u1", 3600, Address));
        Accounting(new Detail().Interim(61, "s1", "u1", 3650, Address).Stop(60, "s1", "u1", 3600, Address).Start(0, "s1", "u1", Address));

        Assert.Equal(Detail.Minute(60), Assert.Single(Find("203.0.113.9", 0, 200)).To);
    }

    [Fact]
    public void AStopOverrulesAnEndThatWasConcludedInAnEarlierRun()
    {
        Accounting(new Detail().Start(0, "s1", "u1", Address).Start(60, "s2", "u2", Address));
        Accounting(new Detail().Stop(60.5, "s1", "u1", 3630, Address));

        var session = Find("203.0.113.9", 0, 59).Single();
        Assert.Equal((Detail.Minute(60.5), IntervalMarks.None), (session.To, session.Marks));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ARestartEndsWhatAnEarlierRunLeftOpen(bool isTold)
    {
        Accounting(new Detail().Start(0, "s1", "u1", Address).Start(0, "s2", "u2", "Framed-IP-Address = 203.0.113.10"));
        Accounting((isTold ? new Detail().Restart(40) : new Detail()).Start(80, "s9", "u9", "Framed-IP-Address = 203.0.113.11").Stop(100, "s9", "u9", 1200, "Framed-IP-Address = 203.0.113.11"));

        using var store = _folder.Open(isReadOnly: true);
        var directory = SubscriberDirectory.Build(new SubscriberSources { Logs = store });
        Assert.Equal(isTold ? AttributionOutcome.None : AttributionOutcome.Unique, directory.Lookup(Ip("203.0.113.9"), 1, Detail.Minute(60), Detail.Minute(60)).Outcome);
        Assert.Equal((AttributionOutcome.Unique, 'B'), (directory.Lookup(Ip("203.0.113.9"), 1, Detail.Minute(30), Detail.Minute(30)) is var answer ? answer.Outcome : default, answer.Grade));
    }

    [Fact]
    public void TheInterimIntervalLearntInAnEarlierRunEndsALostSession()
    {
        var first = new Detail().Start(0, "s1", "u1", Address);
        for (var i = 1; i <= 7; i++)
        {
            first.Interim(10 * i, "s2", "u2", 600 * i, "Framed-IP-Address = 203.0.113.10");
        }

        Accounting(first);
        Accounting(new Detail().Interim(80, "s2", "u2", 4800, "Framed-IP-Address = 203.0.113.10"));

        using var store = _folder.Open(isReadOnly: true);
        var directory = SubscriberDirectory.Build(new SubscriberSources { Logs = store });
        Assert.Equal(AttributionOutcome.Unique, directory.Lookup(Ip("203.0.113.9"), 1, Detail.Minute(14), Detail.Minute(14)).Outcome);
        Assert.Equal(AttributionOutcome.None, directory.Lookup(Ip("203.0.113.9"), 1, Detail.Minute(20), Detail.Minute(20)).Outcome);
    }

    [Fact]
    public void AReleaseInALaterRunClosesTheBlock()
    {
        Translations("A 100.64.0.1 1024 10:00:00", "A 100.64.0.2 2048 10:00:05", "A 100.64.0.3 3072 10:00:09");
        Translations("W 100.64.0.1 1024 11:00:00", "A 100.64.0.9 2048 11:30:00");

        var blocks = Find("203.0.113.9", 0, 1440).OrderBy(block => block.FirstPort).ThenBy(block => block.From.UnixNanoseconds).ToList();
        Assert.Equal(
            [(1024, 60, IntervalMarks.None), (2048, 90, IntervalMarks.EndIsEstimated), (2048, -1, IntervalMarks.EndIsEstimated), (3072, -1, IntervalMarks.EndIsEstimated)],
            blocks.Select(block => ((int)block.FirstPort, block.To == AddressInterval.Open ? -1 : (int)(block.To.SecondsSince(Detail.Minute(120)) / 60), block.Marks)));
    }

    [Fact]
    public void MoreThanMemoryIsGivenIsLookedUpAgain()
    {
        Translations(new IntakeOptions { MostHeld = 1, ReorderWindow = TimeSpan.Zero }, 1, [.. Enumerable.Range(0, 20).Select(i => $"A 100.64.0.{i} {1024 * (i + 1)} 10:00:{i:00}"), .. Enumerable.Range(0, 20).Select(i => $"W 100.64.0.{i} {1024 * (i + 1)} 11:00:{i:00}")]);

        var blocks = Find("203.0.113.9", 0, 1440);
        Assert.Equal(20, blocks.Count);
        Assert.All(blocks, block => Assert.Equal(IntervalMarks.None, block.Marks));
    }

    [Fact]
    public void WhatWaitedForItsTurnWhenTheRunWasKilledIsReadAgainAndNothingElse()
    {
        string[] lines = ["A 100.64.0.1 1024 10:00:00", "A 100.64.0.2 2048 10:05:00", "W 100.64.0.1 1024 10:20:00", "W 100.64.0.2 2048 10:21:00", "A 100.64.0.3 3072 10:22:00"];
        LogPosition position;
        using (var store = _folder.Open())
        {
            var intake = new IntervalIntake(store);
            var input = intake.Begin("log", out position);
            Assert.Equal(default, position);
            Feed(intake, input, lines[..4], position, 0);
            intake.Commit();
            position = store.PositionOf("log");
            // The releases lie within ten minutes of the newest line.
            Assert.Equal((LengthOf(lines[..2]), LengthOf(lines[..4])), (position.Joined, position.Read));
        }

        using (var store = _folder.Open())
        {
            var intake = new IntervalIntake(store);
            var input = intake.Begin("log", out position);
            Feed(intake, input, lines[2..], position, LengthOf(lines[..2]));
            intake.Finish();
            Assert.Equal((3, 0, 0), (intake.Translations.Events, intake.Translations.Late, intake.Translations.OrphanReleases));
            position = store.PositionOf("log");
            Assert.Equal((LengthOf(lines), LengthOf(lines)), (position.Joined, position.Read));
        }

        Assert.Equal([140, 141, -1], Find("203.0.113.9", 0, 1440).OrderBy(block => block.FirstPort).Select(block => block.To == AddressInterval.Open ? -1 : (int)(block.To.SecondsSince(Detail.Minute(0)) / 60)));
    }

    public void Dispose() => _folder.Dispose();

    private void Accounting(Detail detail)
    {
        using var store = _folder.Open();
        var intake = new IntervalIntake(store);
        var problems = new List<Problem>();
        RadiusDetailReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(detail.ToString())), "detail", intake.Radius, problems, new RadiusOptions());
        Assert.Empty(problems);
        intake.Finish();
    }

    private void Translations(params string[] lines) => Translations(new IntakeOptions(), int.MaxValue, lines);

    private void Translations(IntakeOptions options, int linesPerCommit, string[] lines)
    {
        using var store = _folder.Open();
        var intake = new IntervalIntake(store, options);
        foreach (var chunk in lines.Chunk(Math.Min(linesPerCommit, lines.Length)))
        {
            Feed(intake, 0, chunk, default, 0);
            intake.Commit();
        }

        intake.Finish();
        Assert.Equal(lines.Length, intake.Translations.Events);
    }

    private static void Feed(IntervalIntake intake, int input, string[] lines, LogPosition position, long offset)
    {
        var parser = new NatLineParser(TestProfiles.Shipped("nat444"), new NatLineOptions(), intake.Nat);
        foreach (var line in lines)
        {
            var text = TextOf(line);
            intake.Line(input, offset, offset < position.Read);
            Assert.Equal(LineRejection.None, parser.Parse(Encoding.ASCII.GetBytes(text), PacketTime.None));
            offset += text.Length + 1;
            if (input > 0)
            {
                intake.Reached(input, offset);
            }
        }
    }

    private static long LengthOf(string[] lines) => lines.Sum(line => TextOf(line).Length + 1);

    private static string TextOf(string line)
    {
        var parts = line.Split(' ');
        return $"<134>1 2022 Apr 8 {parts[3]} cgn01 - - NAT444:Userbased{parts[0]} [- {parts[1]} - 203.0.113.9 - {parts[2]} {int.Parse(parts[2]) + 1023}]";
    }

    private List<AddressInterval> Find(string address, double from, double to)
    {
        using var store = _folder.Open(isReadOnly: true);
        var found = new List<AddressInterval>();
        store.Find(Ip(address), null, Detail.Minute(from), Detail.Minute(to), found);
        return found;
    }
}
