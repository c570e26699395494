using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Radius;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Radius;

/// <summary>Records that are joined as they come: late, twice, across a restart, and with bounds.</summary>
public sealed class RadiusStreamTests
{
    private static readonly Allocation Address = Single("203.0.113.9");
    private static readonly Allocation Block = new(AllocationKind.NatBlock, IpRange.Single(Ip("203.0.113.50")), 20480, 24575);

    private readonly Kept _kept = new();

    [Fact]
    public void AnOpenSessionIsToldAtOnceAndEndsWhereItsProofsEnd()
    {
        var sessions = Live();

        sessions.Add(Start(0, "s1", "u1", Address));
        Assert.Equal((AddressInterval.Open, true), End("u1"));
        sessions.Add(Interim(20, "s1", "u1", 1200, Address) with { InterimSeconds = 1200 });
        Assert.Equal((Detail.Minute(50), true), End("u1"));
        sessions.Add(Interim(40, "s1", "u1", 2400, Address));
        Assert.Equal((Detail.Minute(70), true), End("u1"));
        sessions.Add(Stop(45, "s1", "u1", 2700, Address));
        Assert.Equal((Detail.Minute(45), false), End("u1"));
        Assert.Single(_kept.Newest);
    }

    [Fact]
    public void WhoeverIsGivenTheAddressEndsTheOneBeforeUntilARecordSaysOtherwise()
    {
        var sessions = Live();
        sessions.Add(Start(0, "s1", "u1", Address));
        sessions.Add(Start(60, "s2", "u2", Address));

        Assert.Equal((Detail.Minute(60), true), End("u1"));
        sessions.Add(Interim(90, "s1", "u1", 5400, Address));
        Assert.Equal((AddressInterval.Open, true), End("u1"));
        sessions.Add(Start(120, "s3", "u3", Address));
        Assert.Equal((Detail.Minute(120), true), End("u1"));
        Assert.Equal((Detail.Minute(120), true), End("u2"));
    }

    [Fact]
    public void ALateRecordOfAnOlderHolderEndsWhereTheNewerOneBegan()
    {
        var sessions = Live();
        sessions.Add(Start(60, "s2", "u2", Address));
        sessions.Add(Stop(90, "s2", "u2", 1800, Address));
        sessions.Add(Start(0, "s1", "u1", Address));

        Assert.Equal((Detail.Minute(60), true), End("u1"));
        Assert.Equal((Detail.Minute(90), false), End("u2"));
    }

    [Fact]
    public void ALateStartProvesTheBeginningAndEndsNothing()
    {
        var sessions = Live();
        sessions.Add(Interim(30, "s1", "u1", 1800, Address));
        sessions.Add(Stop(60, "s1", "u1", 3600, Address));
        sessions.Add(Start(0, "s1", "u1", Address));

        var interval = Assert.Single(_kept.Newest);
        Assert.Equal((Detail.Minute(0), Detail.Minute(0), Detail.Minute(60), IntervalMarks.None), (interval.From, interval.FirstProof, interval.To, interval.Marks));
    }

    [Fact]
    public void ARestartOfTheServerEndsWhatWasOpen()
    {
        var sessions = Live();
        sessions.Add(Start(0, "s1", "u1", Address));
        sessions.Add(Record(AccountingStatus.On, 30, "", ""));
        sessions.Add(Record(AccountingStatus.On, 30, "", ""));

        Assert.Equal((Detail.Minute(30), true), End("u1"));
        Assert.Equal(1, sessions.Log.Duplicates);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AfterARestartOfOursRecordsGoOnWhereTheyStopped(bool saysSessionTime)
    {
        var before = Live();
        before.Add(Start(0, "s1", "u1", Address, Block));
        before.Add(Start(0, "s2", "u2", Single("203.0.113.10")));
        var after = Live();
        after.Add(Interim(30, "s1", "u1", saysSessionTime ? 1800 : null, Address, Block));
        after.Add(Stop(60, "s1", "u1", saysSessionTime ? 3600 : null, Address, Block));

        Assert.Equal(3, _kept.Newest.Count);
        Assert.All(_kept.Newest.Where(interval => _kept.NameOf(interval.Account) == "u1"), interval => Assert.Equal(
            (Detail.Minute(0), Detail.Minute(0), Detail.Minute(60), IntervalMarks.None), (interval.From, interval.FirstProof, interval.To, interval.Marks)));
        Assert.Equal(0, after.Log.Sessions);
    }

    [Fact]
    public void AfterARestartOfOursANewHolderEndsTheOneThatWasKept()
    {
        Live().Add(Start(0, "s1", "u1", Address));
        var after = Live();
        after.Add(Start(60, "s2", "u2", Address));
        after.Add(Start(90, "s3", "u2", Address));

        Assert.Equal((Detail.Minute(60), true), End("u1"));
        Assert.Equal([(Detail.Minute(60), Detail.Minute(90)), (Detail.Minute(90), AddressInterval.Open)],
            _kept.Newest.Where(interval => _kept.NameOf(interval.Account) == "u2").Select(interval => (interval.From, interval.To)).OrderBy(times => times.From.UnixNanoseconds));
    }

    [Fact]
    public void AnInnerAddressOfAnotherServerIsAnotherAddress()
    {
        var inner = Single("10.1.1.1");
        Live().Add(Start(0, "s1", "u1", inner));
        Live().Add(Start(60, "s2", "u2", inner) with { Nas = "192.0.2.251" });

        Assert.Equal((AddressInterval.Open, true), End("u1"));
    }

    [Fact]
    public void EndedSessionsAreForgottenAndMoreThanTheBoundArePushedOut()
    {
        var sessions = new RadiusSessionBuilder(new RadiusSessionOptions { Memory = TimeSpan.FromHours(1), MaxSessions = 1_000 }, _kept);
        for (var i = 0; i < 3_000; i++)
        {
            sessions.Add(Start(i, $"s{i}", $"u{i}", new Allocation(AllocationKind.FramedIPv4, IpRange.Single(IpAddress.FromIPv4(0xCB00_0000u + (uint)i)), 0, ushort.MaxValue)));
            sessions.Add(Stop(i + 0.5, $"s{i}", $"u{i}", 30));
            Assert.InRange(sessions.Known, 1, 75);
        }

        for (var i = 0; i < 3_000; i++)
        {
            sessions.Add(Start(4_000, $"t{i}", $"u{i}"));
            Assert.InRange(sessions.Known, 1, 1_000);
        }

        Assert.InRange(sessions.Log.PushedOut, 2_000, 3_000);
        Assert.Equal(3_000, _kept.Newest.Count);
    }

    /// <summary>However records are joined - in order at the end, as they come, or with a crash between any two - what is known in the end is the same.</summary>
    [Fact]
    public void JoiningAsTheyComeEqualsJoiningInOrder()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var records = History(new Random(seed));
            var ordered = new Kept();
            var whole = new RadiusSessionBuilder(new RadiusSessionOptions { ReorderWindow = TimeSpan.FromDays(2), TellsOpen = true }, ordered);
            records.ForEach(whole.Add);
            whole.Complete();
            var live = new Kept();
            var sessions = Live(live);
            for (var i = 0; i < records.Count; i++)
            {
                if (i % 7 == seed % 7)
                {
                    sessions = Live(live);
                }

                sessions.Add(records[i]);
            }

            Assert.Equal(ordered.Texts(), live.Texts());
        }
    }

    /// <summary>A day of some accounts on some addresses; Stops are lost, addresses are given out again.</summary>
    private static List<RadiusRecord> History(Random random)
    {
        var records = new List<RadiusRecord>();
        var free = Enumerable.Range(0, 4).Select(i => (Address: i, From: 0.0)).ToList();
        for (var i = 0; i < 40; i++)
        {
            var place = random.Next(free.Count);
            var from = free[place].From + random.Next(1, 20);
            var address = new Allocation(AllocationKind.FramedIPv4, IpRange.Single(IpAddress.FromIPv4(0xCB00_7100u + (uint)free[place].Address)), 0, ushort.MaxValue);
            var minutes = random.Next(1, 100);
            records.Add(Start(from, $"s{i}", $"u{i}", address) with { InterimSeconds = 900 });
            for (var minute = 15; minute < minutes; minute += 15)
            {
                records.Add(Interim(from + minute, $"s{i}", $"u{i}", minute * 60, address) with { InterimSeconds = 900 });
            }

            if (random.Next(4) > 0)
            {
                records.Add(Stop(from + minutes, $"s{i}", $"u{i}", minutes * 60, address));
            }

            free[place] = (free[place].Address, from + minutes);
        }

        return [.. records.OrderBy(record => record.Time.UnixNanoseconds)];
    }

    private RadiusSessionBuilder Live(Kept? kept = null)
    {
        kept ??= _kept;
        return new RadiusSessionBuilder(new RadiusSessionOptions { TellsOpen = true }, kept, (range, from, to) => kept.Find(range, from, to));
    }

    private (PacketTime To, bool EndIsEstimated) End(string account)
    {
        var interval = _kept.Newest.Single(interval => _kept.NameOf(interval.Account) == account);
        return (interval.To, interval.Marks.HasFlag(IntervalMarks.EndIsEstimated));
    }

    private static Allocation Single(string address) => new(AllocationKind.FramedIPv4, IpRange.Single(Ip(address)), 0, ushort.MaxValue);

    private static RadiusRecord Start(double minute, string session, string user, params Allocation[] allocations) => Record(AccountingStatus.Start, minute, session, user, null, allocations);

    private static RadiusRecord Interim(double minute, string session, string user, long? seconds, params Allocation[] allocations) => Record(AccountingStatus.Interim, minute, session, user, seconds, allocations);

    private static RadiusRecord Stop(double minute, string session, string user, long? seconds, params Allocation[] allocations) => Record(AccountingStatus.Stop, minute, session, user, seconds, allocations);

    private static RadiusRecord Record(AccountingStatus status, double minute, string session, string user, long? seconds = null, params Allocation[] allocations) =>
        new(status, "192.0.2.250", session, user, Detail.Minute(minute)) { SessionSeconds = seconds, Allocations = allocations };

    /// <summary>The newest state of every interval, as a store keeps it.</summary>
    private sealed class Kept : IIntervalSink
    {
        private readonly Dictionary<IntervalIdentity, AddressInterval> _newest = [];
        private readonly IntervalList _list = new();

        public Dictionary<IntervalIdentity, AddressInterval>.ValueCollection Newest => _newest.Values;

        public LogSource SourceOf(LogKind kind, string device) => _list.SourceOf(kind, device);

        public NameId Intern(ReadOnlySpan<char> name) => _list.Intern(name);

        public string NameOf(NameId id) => _list.ToIndex().NameOf(id);

        public void Add(in AddressInterval interval)
        {
            Assert.True(interval.From < interval.To);
            _newest[interval.Identity] = interval;
        }

        public List<AddressInterval> Find(IpRange range, PacketTime from, PacketTime to) => [.. Newest.Where(interval => interval.Range == range && interval.Overlaps(from, to))];

        public List<string> Texts() => [.. Newest.Select(interval => $"{NameOf(interval.Account)} {interval.Range} {interval.From} {interval.To} {interval.Marks} {interval.FirstProof} {interval.LastProof}").Order(StringComparer.Ordinal)];
    }
}
