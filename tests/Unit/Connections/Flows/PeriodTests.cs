using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Connections;
using Xunit;
using static MinerFlow.Unit.Connections.Bytes;

namespace MinerFlow.Unit.Connections.Flows;

/// <summary>A service asks for the state of its connections at the end of each period.</summary>
public sealed class PeriodTests
{
    private const int Period = 60;

    // A multiple of the period, as FrameFeeder begins.
    private static readonly PacketTime Start = PacketTime.FromSeconds(1_800_000_000);

    [Fact]
    public void AConnectionIsToldOfBeforeTheNextPeriodsFirstPacketIsRead()
    {
        using var link = new Link(Period);
        link.At(50).Say(1).At(59).Say(1).At(60).Say(1).At(61).Say(1).At(130).Say(1);

        Assert.Equal([(link.Moment(59), 2), (link.Moment(61), 4)], link.Inspector.Only.Periods);
    }

    [Fact]
    public void WithoutPeriodsNobodyIsTold()
    {
        using var link = new Link(period: 0);
        link.At(0).Say(1).At(600).Say(1).Idle(5_000);

        Assert.Empty(link.Inspector.Only.Periods);
        Assert.True(link.Pipeline.PeriodsToldUpTo.IsNone);
    }

    [Fact]
    public void TheSilentAreToldOfOnceByThePass()
    {
        using var link = new Link(Period);
        link.At(0).Say(1).Say(2).At(61).Say(2).At(125).Say(2).At(190).Say(2);

        Assert.Single(link.Inspector.Connections[0].Periods);
        Assert.Equal(3, link.Inspector.Connections[1].Periods.Count);
        Assert.Equal(link.Moment(180), link.Pipeline.PeriodsToldUpTo);
    }

    // A service runs for months: the list that waits for the end of a capture would fill, and then count what it loses.
    [Fact]
    public void ASilentFlowIsToldOfWhenItEnds()
    {
        var options = new FlowOptions { PeriodSeconds = Period, FlowSlots = 1_024, TcpIdleSeconds = 100 };
        var inspector = new RecordingInspector();
        using var pipeline = new PacketPipeline(options, inspector);
        using var feeder = new FrameFeeder(pipeline);
        for (var flow = 0; flow < 70_000; flow++)
        {
            feeder.Add(IPv4(Tcp, TcpSegment([], source: 1_024 + (flow % 60_000), flags: 0x10)), LinkType.Raw);
            feeder.UnixNanoseconds += PacketTime.NanosecondsPerSecond / 4;
        }

        feeder.Flush();
        // Those still in the table have not ended.
        Assert.InRange(inspector.Silent.Count, 70_000 - options.FlowSlots, 70_000);
        Assert.Equal(inspector.Silent.Count, pipeline.Counters.SilentFlows);
        Assert.Equal(0, pipeline.Counters.SilentFlowsDropped);
    }

    // 100 connections are more than one batch looks at: the mark may not run ahead of them.
    [Fact]
    public void APeriodIsToldWhenAllHaveBeen()
    {
        using var link = new Link(Period);
        link.At(0);
        for (var port = 1; port <= 100; port++)
        {
            link.Say(port);
        }

        link.At(70).Say(101);
        for (var batch = 0; link.Pipeline.PeriodsToldUpTo < link.Moment(60); batch++)
        {
            Assert.True(batch < 20);
            link.Say(101);
        }

        Assert.All(link.Inspector.Connections.Take(100), connection => Assert.Single(connection.Periods));
    }

    [Fact]
    public void OnASilentLinkTheClockOfTheCaptureEndsThePeriod()
    {
        using var link = new Link(Period);
        link.At(0).Say(1).Idle(59);
        Assert.Empty(link.Inspector.Only.Periods);

        link.Idle(60);
        Assert.Single(link.Inspector.Only.Periods);
        Assert.Equal(link.Moment(60), link.Pipeline.PeriodsToldUpTo);
    }

    [Fact]
    public void AClockThatIsSetBackEndsThePeriodAndBeginsAnother()
    {
        using var link = new Link(Period);
        link.At(7_200).Say(1).At(10).Say(1).At(20).Say(1).At(70).Say(1);

        Assert.Equal([(link.Moment(7_200), 1), (link.Moment(20), 3)], link.Inspector.Only.Periods);
        Assert.Equal(link.Moment(60), link.Pipeline.PeriodsToldUpTo);
    }

    [Fact]
    public void AnotherInspectorReadsWhatOpensFromThenOn()
    {
        using var link = new Link(Period);
        var next = new RecordingInspector("[");
        link.At(0).Say(1);
        link.Pipeline.Use(next);
        link.Say(1).Say(2).Say(3, "[");

        Assert.Equal("{{", link.Inspector.Only.TextOf(FlowSide.Low));
        Assert.Equal("[", next.Only.TextOf(FlowSide.Low));
    }

    /// <summary>Clients that each say one byte more, one batch for each.</summary>
    private sealed class Link : IDisposable
    {
        private readonly FrameFeeder _feeder;
        private readonly Dictionary<int, uint> _sequences = [];

        public Link(int period)
        {
            Pipeline = new PacketPipeline(new FlowOptions { PeriodSeconds = period }, Inspector);
            _feeder = new FrameFeeder(Pipeline, batch: 1);
        }

        public RecordingInspector Inspector { get; } = new();

        public PacketPipeline Pipeline { get; }

        public PacketTime Moment(int seconds) => new(Start.UnixNanoseconds + (seconds * PacketTime.NanosecondsPerSecond));

        public Link At(int seconds)
        {
            _feeder.UnixNanoseconds = Moment(seconds).UnixNanoseconds;
            return this;
        }

        public Link Say(int port, string letter = "{")
        {
            var sequence = _sequences.GetValueOrDefault(port, 1u);
            _sequences[port] = sequence + 1;
            var moment = _feeder.UnixNanoseconds;
            _feeder.Add(IPv4(Tcp, TcpSegment([(byte)letter[0]], port, 3_333, sequence, 0, 0x10)), LinkType.Raw);
            _feeder.UnixNanoseconds = moment;
            return this;
        }

        public void Idle(int seconds) => Pipeline.OnIdle(Moment(seconds));

        public void Dispose()
        {
            _feeder.Dispose();
            Pipeline.Dispose();
        }
    }
}
