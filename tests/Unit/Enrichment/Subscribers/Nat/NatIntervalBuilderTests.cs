using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Nat;
using Xunit;

namespace MinerFlow.Unit.Enrichment.Subscribers.Nat;

/// <summary>Times are seconds after a midnight; blocks are of one public address.</summary>
public sealed class NatIntervalBuilderTests
{
    private const string First = "100.64.0.1";
    private const string Second = "100.64.0.2";

    private readonly Intervals _intervals = new();
    private readonly NatIntervalBuilder _builder;

    public NatIntervalBuilderTests() => _builder = new NatIntervalBuilder(new NatIntervalOptions(), _intervals);

    [Fact]
    public void ABlockLastsFromItsAllocationToItsRelease()
    {
        Say(NatEventKind.BlockAllocated, First, 100);
        Say(NatEventKind.BlockAlive, First, 150);
        Say(NatEventKind.BlockReleased, First, 200);

        var interval = Assert.Single(Complete());

        Assert.Equal((100, 200, IntervalMarks.None), Shape(interval));
        Assert.Equal((At(100), At(200)), (interval.FirstProof, interval.LastProof));
        Assert.Equal(IntervalKind.PortBlock, interval.Kind);
    }

    [Fact]
    public void OrderOfArrivalDoesNotMatter()
    {
        Say(NatEventKind.BlockReleased, First, 200);
        Say(NatEventKind.BlockAllocated, Second, 20_000);
        Say(NatEventKind.BlockAlive, First, 150);
        Say(NatEventKind.BlockAllocated, First, 100);
        Say(NatEventKind.BlockReleased, Second, 30_000);

        Assert.Equal([(100, 200, IntervalMarks.None), (20_000, 30_000, IntervalMarks.None)], Complete().Select(Shape));
    }

    [Fact]
    public void ALostReleaseEndsAtTheNextAllocation()
    {
        Say(NatEventKind.BlockAllocated, First, 100);
        Say(NatEventKind.BlockAllocated, Second, 500);

        Assert.Equal([(100, 500, IntervalMarks.EndIsEstimated), (500, -1, IntervalMarks.EndIsEstimated)], Complete().Select(Shape));
        Assert.Equal(1, _builder.Counters.LostReleases);
    }

    [Fact]
    public void ALostReleaseEndsWhenItsKeepaliveIsMissing()
    {
        for (var time = 0; time <= 9_000; time += 900)
        {
            Say(time == 0 ? NatEventKind.BlockAllocated : NatEventKind.BlockAlive, First, time);
        }

        Say(NatEventKind.BlockAllocated, Second, 50_000);

        Assert.Equal((0, 9_000 + 1_350, IntervalMarks.EndIsEstimated), Shape(Complete()[0]));
    }

    [Fact]
    public void AnAllocationOfOtherBordersEndsWhatItOverlaps()
    {
        Say(NatEventKind.BlockAllocated, First, 100, 1024, 2047);
        Say(NatEventKind.BlockAllocated, Second, 300, 2000, 3000);

        Assert.Equal((100, 300, IntervalMarks.EndIsEstimated), Shape(Complete()[0]));
        Assert.Equal(1, _builder.Counters.Overlaps);
    }

    [Fact]
    public void NothingIsClaimedBeforeTheFirstProofOfALostAllocation()
    {
        Say(NatEventKind.BlockAllocated, First, 100);
        Say(NatEventKind.BlockAlive, Second, 500);
        Say(NatEventKind.BlockReleased, Second, 600);

        // The first holder's end lies somewhere after his last proof: nobody is named between.
        Assert.Equal([(100, 100, IntervalMarks.EndIsEstimated), (500, 600, IntervalMarks.StartIsEstimated)], Complete().Select(Shape));
    }

    [Fact]
    public void AKeepaliveThatSaysSinceWhenReplacesALostAllocation()
    {
        Say(NatEventKind.BlockAlive, First, 500, started: 100);
        Say(NatEventKind.BlockReleased, First, 600);

        Assert.Equal((100, 600, IntervalMarks.None), Shape(Assert.Single(Complete())));
    }

    [Fact]
    public void AReleaseAloneProvesNothing()
    {
        Say(NatEventKind.BlockReleased, First, 600);

        Assert.Empty(Complete());
        Assert.Equal(1, _builder.Counters.OrphanReleases);
    }

    [Fact]
    public void AReleaseByAnotherTakesTheBlockFromWhoWasKnownToHaveIt()
    {
        Say(NatEventKind.BlockAllocated, First, 100);
        Say(NatEventKind.BlockReleased, Second, 5_000);

        Assert.Equal((100, 100, IntervalMarks.EndIsEstimated), Shape(Assert.Single(Complete())));
    }

    [Fact]
    public void AReleaseLoggedJustAfterTheNextAllocationTakesNothingAway()
    {
        Say(NatEventKind.BlockAllocated, First, 100);
        Say(NatEventKind.BlockAllocated, Second, 200);
        Say(NatEventKind.BlockReleased, First, 202);
        Say(NatEventKind.BlockReleased, Second, 300);

        Assert.Equal([(100, 200, IntervalMarks.EndIsEstimated), (200, 300, IntervalMarks.None)], Complete().Select(Shape));
    }

    [Fact]
    public void WithinOneSecondReleaseComesBeforeAllocation()
    {
        Say(NatEventKind.BlockAllocated, First, 100);
        Say(NatEventKind.BlockAllocated, Second, 200);
        Say(NatEventKind.BlockReleased, First, 200);
        Say(NatEventKind.BlockReleased, First, 200);
        Say(NatEventKind.BlockReleased, Second, 300);

        Assert.Equal([(100, 200, IntervalMarks.None), (200, 300, IntervalMarks.None)], Complete().Select(Shape));
        Assert.Equal(1, _builder.Counters.Duplicates);
    }

    [Fact]
    public void ABlockThatLastedLessThanASecondIsAnInterval()
    {
        Say(NatEventKind.BlockAllocated, First, 100);
        Say(NatEventKind.BlockReleased, First, 100);

        Assert.Equal((100, 100, IntervalMarks.None), Shape(Assert.Single(Complete())));
    }

    [Fact]
    public void DuplicatesChangeNothing()
    {
        for (var server = 0; server < 2; server++)
        {
            Say(NatEventKind.BlockAllocated, First, 100);
            Say(NatEventKind.BlockReleased, First, 200);
        }

        Assert.Equal((100, 200, IntervalMarks.None), Shape(Assert.Single(Complete())));
        Assert.Equal(2, _builder.Counters.Duplicates);
    }

    [Fact]
    public void ARestartEndsEverythingOfItsDevice()
    {
        Say(NatEventKind.BlockAllocated, First, 100);
        Say(NatEventKind.SessionCreated, Second, 150, 9_000, 9_000, protocol: 6);
        Say(NatEventKind.BlockAllocated, "100.64.0.3", 160, 3_000, 3_999, device: "cgn02");
        _builder.Take(new NatEvent { Kind = NatEventKind.DeviceRestarted, Device = "cgn01", Time = At(400), Started = PacketTime.None, Received = PacketTime.None });

        Assert.Equal([(100, 400), (150, 400), (160, -1)], Complete().Select(Shape).Select(shape => (shape.From, shape.To)));
    }

    [Fact]
    public void ProtocolsAndFarEndsKeepSessionsApart()
    {
        Say(NatEventKind.SessionCreated, First, 100, 2000, 2000, protocol: 6, destination: "198.51.100.1");
        Say(NatEventKind.SessionCreated, Second, 110, 2000, 2000, protocol: 6, destination: "198.51.100.2");
        Say(NatEventKind.SessionDeleted, First, 120, 2000, 2000, protocol: 6, destination: "198.51.100.1");

        var intervals = Complete();
        Assert.Equal([(100, 120), (110, -1)], intervals.Select(Shape).Select(shape => (shape.From, shape.To)));
        Assert.All(intervals, interval => Assert.Equal(IntervalKind.Binding, interval.Kind));
    }

    [Fact]
    public void ALogThatGoesOnTellsWhatIsAllocatedAndKeepsTheOrderOfTime()
    {
        var builder = new NatIntervalBuilder(new NatIntervalOptions { ReorderWindow = TimeSpan.FromSeconds(60) }, _intervals, new NothingKept());
        builder.Take(Event(NatEventKind.BlockAllocated, First, 100));
        builder.Take(Event(NatEventKind.BlockAllocated, Second, 200, 5_000, 5_999));
        builder.TellOpen();

        Assert.Equal((100, -1, IntervalMarks.EndIsEstimated), Shape(Assert.Single(_intervals.Found)));

        builder.Take(Event(NatEventKind.BlockReleased, First, 150));
        builder.Take(Event(NatEventKind.BlockAlive, Second, 300, 5_000, 5_999));
        builder.TellOpen();
        builder.TellOpen();

        Assert.Equal([(100, -1, IntervalMarks.EndIsEstimated), (100, 150, IntervalMarks.None), (200, -1, IntervalMarks.EndIsEstimated)], _intervals.Found.Select(Shape));
        Assert.Equal(_intervals.Found[0].Identity, _intervals.Found[1].Identity);

        builder.Take(Event(NatEventKind.BlockAllocated, First, 10, 7_000, 7_999));
        builder.Take(Event(NatEventKind.BlockAlive, Second, 500, 5_000, 5_999));
        Assert.Equal(1, builder.Counters.Late);
    }

    [Fact]
    public void TranslatorsHaveAnOrderOfTheirOwn()
    {
        var builder = new NatIntervalBuilder(new NatIntervalOptions { ReorderWindow = TimeSpan.FromSeconds(60) }, _intervals);
        builder.Take(Event(NatEventKind.BlockAllocated, First, 10_000));
        builder.Take(Event(NatEventKind.BlockReleased, First, 20_000));
        builder.Take(Event(NatEventKind.BlockAllocated, Second, 100, 5_000, 5_999, device: "cgn02"));
        builder.Take(Event(NatEventKind.BlockReleased, Second, 200, 5_000, 5_999, device: "cgn02"));
        builder.Drain();

        Assert.Equal([(10_000, 20_000), (100, 200)], _intervals.Found.Select(Shape).Select(shape => (shape.From, shape.To)).OrderByDescending(shape => shape.From));
        Assert.Equal(0, builder.Counters.Late);
    }

    [Fact]
    public void WhatWaitsIsBounded()
    {
        var builder = new NatIntervalBuilder(new NatIntervalOptions { MaxWaiting = 10 }, _intervals);
        for (var i = 0; i < 100; i++)
        {
            builder.Take(Event(NatEventKind.BlockAllocated, First, i, (ushort)(1024 + i), (ushort)(1024 + i)));
        }

        Assert.Equal(90, builder.Counters.PushedAhead);
    }

    private void Say(
        NatEventKind kind, string inner, int seconds, ushort first = 1024, ushort last = 2047, int started = -1, byte protocol = 0, string? destination = null, string device = "cgn01") =>
        _builder.Take(Event(kind, inner, seconds, first, last, started, protocol, destination, device));

    private static NatEvent Event(
        NatEventKind kind, string inner, int seconds, ushort first = 1024, ushort last = 2047, int started = -1, byte protocol = 0, string? destination = null, string device = "cgn01") => new()
        {
            Kind = kind,
            Device = device,
            Inner = Times.Ip(inner),
            Outer = Times.Ip("203.0.113.9"),
            FirstPort = first,
            LastPort = last,
            Protocol = protocol,
            Destination = destination is null ? default : Times.Ip(destination),
            Time = At(seconds),
            Started = started < 0 ? PacketTime.None : At(started),
            Received = PacketTime.None,
        };

    private List<AddressInterval> Complete()
    {
        _builder.Complete();
        return [.. _intervals.Found.OrderBy(interval => interval.From.UnixNanoseconds)];
    }

    private static (int From, int To, IntervalMarks Marks) Shape(AddressInterval interval) =>
        (Seconds(interval.From), interval.To == AddressInterval.Open ? -1 : Seconds(interval.To), interval.Marks);

    private static PacketTime At(int seconds) => PacketTime.FromSeconds(1_649_260_800 + seconds);

    private static int Seconds(PacketTime time) => (int)((time.UnixNanoseconds / PacketTime.NanosecondsPerSecond) - 1_649_260_800);

    private sealed class Intervals : IIntervalSink
    {
        private readonly NameTable _names = new();
        private readonly List<LogSource> _sources = [];

        public List<AddressInterval> Found { get; } = [];

        public LogSource SourceOf(LogKind kind, string device)
        {
            _sources.Add(new LogSource((ushort)_sources.Count, kind, device));
            return _sources[^1];
        }

        public NameId Intern(ReadOnlySpan<char> name) => _names.Intern(name);

        public void Add(in AddressInterval interval) => Found.Add(interval);
    }

    private sealed class NothingKept : IKeptIntervals
    {
        public IReadOnlyList<LogSource> Sources => [];

        public void FindOpen(IpAddress address, ICollection<AddressInterval> found)
        {
        }

        public void Find(IpAddress address, ushort? port, PacketTime from, PacketTime to, ICollection<AddressInterval> found)
        {
        }

        public bool Knows(IpAddress address) => false;

        public string NameOf(NameId id) => "";
    }
}
