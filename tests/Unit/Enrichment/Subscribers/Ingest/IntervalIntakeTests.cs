using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Enrichment.Subscribers.Dhcp;
using MinerFlow.Enrichment.Subscribers.Ingest;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Radius;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Traffic;
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

    [Fact]
    public void ALeaseGivenBackEarlyIsHeldOnNoLaterDay()
    {
        Leases("lease 203.0.113.9 { starts 5 2022/04/08 01:00:00; ends 1 2022/04/11 01:00:00; binding state active; hardware ethernet 00:16:3e:00:00:01; }");
        Assert.Equal(IntervalMarks.EndIsEstimated, Assert.Single(Find("203.0.113.9", 2 * 1440, 2 * 1440)).Marks);

        Leases(
            "lease 203.0.113.9 { starts 5 2022/04/08 01:00:00; ends 1 2022/04/11 01:00:00; binding state active; hardware ethernet 00:16:3e:00:00:01; }",
            "lease 203.0.113.9 { starts 5 2022/04/08 01:00:00; ends 5 2022/04/08 02:00:00; binding state released; hardware ethernet 00:16:3e:00:00:01; }");

        Assert.Empty(Find("203.0.113.9", 2 * 1440, 2 * 1440));
        Assert.Equal((Detail.Minute(120), IntervalMarks.None), (Assert.Single(Find("203.0.113.9", 90, 90)).To, Find("203.0.113.9", 90, 90)[0].Marks));
    }

    [Fact]
    public void ALateFileFillsWhatItsAbsenceLeftOpen()
    {
        Translations("A 100.64.0.1 1024 10:00:00", "A 100.64.0.5 4096 10:00:00");
        Translations("A 100.64.0.2 1024 12:00:00", "W 100.64.0.3 2048 12:10:00", "W 100.64.0.2 1024 12:30:00");
        Translations("W 100.64.0.1 1024 11:10:00", "A 100.64.0.4 1024 11:20:00", "A 100.64.0.3 2048 11:30:00", "W 100.64.0.4 1024 11:40:00");
        Translations("W 100.64.0.5 4096 13:00:00");

        Assert.Equal(
            [(1024, 120, 190), (1024, 200, 220), (1024, 240, 270), (2048, 210, 250), (4096, 120, 300)],
            Blocks().Select(block => ((int)block.FirstPort, MinuteOf(block.From), MinuteOf(block.To))));
        Assert.All(Blocks(), block => Assert.Equal(IntervalMarks.None, block.Marks));
    }

    [Fact]
    public void ALateAllocationLastsUntilSomebodyElseHasThePorts()
    {
        Translations("A 100.64.0.1 1024 10:00:00");
        Translations("A 100.64.0.2 1024 14:00:00");
        Translations("A 100.64.0.3 1024 12:00:00", "A 100.64.0.3 2048 12:00:00");

        Assert.Equal(
            [(1024, 120, 240, IntervalMarks.EndIsEstimated), (1024, 240, 360, IntervalMarks.EndIsEstimated), (1024, 360, -1, IntervalMarks.EndIsEstimated), (2048, 240, -1, IntervalMarks.EndIsEstimated)],
            Blocks().Select(block => ((int)block.FirstPort, MinuteOf(block.From), MinuteOf(block.To), block.Marks)));
    }

    [Fact]
    public void WhatALateLineEndedIsNotHeldAgain()
    {
        Translations("A 100.64.0.1 1024 10:00:00", "A 100.64.0.9 8192 15:00:00");

        using (var store = _folder.Open())
        {
            // In one run: the first is held in memory when the late line ends it.
            var intake = new IntervalIntake(store, new IntakeOptions { ReorderWindow = TimeSpan.Zero });
            Feed(intake, 0, ["A 100.64.0.7 5120 15:30:00", "A 100.64.0.3 1024 12:00:00", "W 100.64.0.3 1024 12:30:00"], default, 0);
            intake.Commit();
            Feed(intake, 0, ["A 100.64.0.4 1024 16:00:00"], default, 0);
            intake.Finish();
        }

        Assert.Equal([(120, 240), (240, 270), (480, -1)], Blocks().Where(block => block.FirstPort == 1024).Select(block => (MinuteOf(block.From), MinuteOf(block.To))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void FilesInAnyOrderTellTheSame(int seed)
    {
        var files = RandomDay(new SeededRandom((ulong)seed));
        foreach (var file in files)
        {
            Translations(new IntakeOptions(), 7, file);
        }

        var expected = Blocks();
        Assert.True(expected.Count > 150, $"{expected.Count} blocks");

        using var shuffled = new StoreFolder();
        var order = new SeededRandom((ulong)seed + 100);
        foreach (var file in files.OrderBy(_ => order.Below(1000)).ToList())
        {
            Translations(shuffled, new IntakeOptions(), 7, file);
            if (order.Below(3) == 0)
            {
                // Once more, as if nothing was known of how far it was read.
                Translations(shuffled, new IntakeOptions(), 7, file);
            }
        }

        var actual = Blocks(shuffled);
        Assert.Equal(expected.Select(WithoutEnd), actual.Select(WithoutEnd));
        foreach (var (one, other) in expected.Zip(actual))
        {
            // Where no line says when, a line of another holder that was read first may have made it end with its last proof.
            Assert.True(one.To == other.To || (one.Marks == IntervalMarks.EndIsEstimated && other.To.UnixNanoseconds <= other.LastProof.UnixNanoseconds + 1), $"{one} {other}");
        }

        static string WithoutEnd(AddressInterval block) => $"{block.FirstPort} {block.Inner} {block.From} {block.Marks} {block.LastProof} {block.FirstLine} {block.LastLine}";
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A day of four blocks that change hands, some of their lines lost, as the files of six hours.</summary>
    private static List<string[]> RandomDay(SeededRandom random)
    {
        var lines = new List<(int Second, string Text)>();
        for (var port = 1024; port <= 4096; port += 1024)
        {
            for (var second = random.Below(600); second < 21_600;)
            {
                var inner = $"100.{63 + (port / 1024)}.{random.Below(256)}.{random.Below(256)}";
                var end = second + 1 + random.Below(900);
                Add(second, 'A', 20);
                Add(end, 'W', 50);
                second = end + 1 + random.Below(60);

                void Add(int time, char what, int lost)
                {
                    if (time < 21_600 && random.Below(1000) >= lost)
                    {
                        lines.Add((time, string.Create(CultureInfo.InvariantCulture, $"{what} {inner} {port} {10 + (time / 3600):00}:{time / 60 % 60:00}:{time % 60:00}")));
                    }
                }
            }
        }

        return [.. lines.OrderBy(line => line.Second).GroupBy(line => line.Second / 3600).Select(hour => hour.Select(line => line.Text).ToArray())];
    }

    /// <summary>Blocks of the address in the order of ports and times, but for the moments of releases whose allocation is not known.</summary>
    private List<AddressInterval> Blocks(StoreFolder? folder = null) =>
        [.. Find(folder ?? _folder, "203.0.113.9", 0, 1440).Where(block => !block.Marks.HasFlag(IntervalMarks.StartIsEstimated)).OrderBy(block => block.FirstPort).ThenBy(block => block.From.UnixNanoseconds)];

    private static int MinuteOf(PacketTime time) => time == AddressInterval.Open ? -1 : (int)(time.SecondsSince(Detail.Minute(0)) / 60);

    private void Accounting(Detail detail)
    {
        using var store = _folder.Open();
        var intake = new IntervalIntake(store);
        var problems = new List<Problem>();
        RadiusDetailReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(detail.ToString())), "detail", intake.Radius, problems, new RadiusOptions());
        Assert.Empty(problems);
        intake.Finish();
    }

    private void Leases(params string[] lines)
    {
        using var store = _folder.Open();
        var intake = new IntervalIntake(store);
        var counters = new DhcpLogCounters();
        var reader = new DhcpLines("leases", [], counters, null, intake.LeasesOf("dhcp01", counters));
        foreach (var line in lines)
        {
            reader.Take(Encoding.ASCII.GetBytes(line));
        }

        intake.Finish();
        Assert.Equal((lines.Length, 0), (counters.Records, counters.Malformed));
    }

    private void Translations(params string[] lines) => Translations(new IntakeOptions(), int.MaxValue, lines);

    private void Translations(IntakeOptions options, int linesPerCommit, string[] lines) => Translations(_folder, options, linesPerCommit, lines);

    private static void Translations(StoreFolder folder, IntakeOptions options, int linesPerCommit, string[] lines)
    {
        using var store = folder.Open();
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

    private List<AddressInterval> Find(string address, double from, double to) => Find(_folder, address, from, to);

    private static List<AddressInterval> Find(StoreFolder folder, string address, double from, double to)
    {
        using var store = folder.Open(isReadOnly: true);
        var found = new List<AddressInterval>();
        store.Find(Ip(address), null, Detail.Minute(from), Detail.Minute(to), found);
        return found;
    }
}
