using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Connections;
using MinerFlow.Connections.Decoding;
using Xunit;
using static MinerFlow.Unit.Connections.Bytes;

namespace MinerFlow.Unit.Connections.Decoding;

public sealed class FragmentCacheTests
{
    private const int More = 0x2000;
    private static readonly byte[] Message = [.. Enumerable.Range(0, 400).Select(number => (byte)('a' + (number % 26)))];
    private static readonly byte[] Datagram = UdpDatagram(Message);

    [Fact]
    public void FragmentsInAnyOrderBecomeTheirDatagram()
    {
        int[][] orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        foreach (var order in orders)
        {
            using var line = new Line();
            (int Start, int End)[] parts = [(0, 160), (160, 320), (320, Datagram.Length)];
            foreach (var index in order)
            {
                line.Send(parts[index].Start, parts[index].End);
            }

            Assert.Equal(Message, Assert.Single(line.Inspector.Only.Datagrams));
            Assert.Equal(2, line.Counters.FragmentsHeld);
            Assert.Equal(1, line.Counters.DatagramsReassembled);
            Assert.Equal(3, line.Counters.Frames);
            Assert.Equal(1, line.Counters.Decoded);
        }
    }

    [Fact]
    public void FragmentsOfIPv6BecomeTheirDatagram()
    {
        using var line = new Line();
        var first = IPv6(44, Join([Udp, 0], U16(0 | 1), U32(7), Datagram[..200]));
        var second = IPv6(44, Join([Udp, 0], U16(200), U32(7), Datagram[200..]));
        line.SendFrame(second).SendFrame(first);

        Assert.Equal(Message, Assert.Single(line.Inspector.Only.Datagrams));
    }

    [Fact]
    public void OverlappingFragmentsKeepTheFirstBytes()
    {
        using var line = new Line();
        line.Send(0, 160).SendFrame(IPv4(Udp, [.. Enumerable.Repeat((byte)'!', 160)], fragment: More | (80 / 8))).Send(160, 320).Send(320, Datagram.Length);

        var expected = (byte[])Message.Clone();
        Array.Fill(expected, (byte)'!', 152, 80);
        Assert.Equal(expected, Assert.Single(line.Inspector.Only.Datagrams));
    }

    [Theory]
    [InlineData(8, 16, 8, 12)]
    [InlineData(0, 100, 0, 0)]
    [InlineData(65_528, 65_560, 0, 0)]
    public void FragmentsThatContradictThemselvesAreDropped(int start, int end, int lastStart, int lastEnd)
    {
        using var line = new Line();
        if (lastEnd > 0)
        {
            line.SendFrame(IPv4(Udp, new byte[lastEnd - lastStart], fragment: lastStart / 8));
        }

        line.SendFrame(IPv4(Udp, new byte[end - start], fragment: More | (start / 8)));

        Assert.Equal(1, line.Counters.FragmentsDropped);
        Assert.Equal(1, line.Counters.Rejected[(int)PacketRejection.BadFragment]);
    }

    [Fact]
    public void FragmentsExpireInPacketTime()
    {
        using var line = new Line();
        line.Send(0, 160).Wait(31).Send(160, Datagram.Length);

        Assert.Empty(line.Inspector.Connections);
        Assert.Equal(1, line.Counters.DatagramsExpired);
    }

    [Fact]
    public void TimeThatGoesBackExpiresNothing()
    {
        using var line = new Line();
        line.Send(0, 160).Wait(-5_000).Send(160, Datagram.Length);

        Assert.Equal(Message, Assert.Single(line.Inspector.Only.Datagrams));
    }

    [Fact]
    public void TheOldestDatagramGoesWhenThereAreTooMany()
    {
        using var line = new Line(new FlowOptions { FragmentedDatagrams = 8 });
        for (var identification = 1; identification <= 100; identification++)
        {
            line.SendFrame(IPv4(Udp, Datagram[..160], fragment: More, identification: identification));
        }

        line.SendFrame(IPv4(Udp, Datagram[160..], fragment: 160 / 8, identification: 100));
        Assert.Equal(92, line.Counters.DatagramsEvicted);
        Assert.Equal(Message, Assert.Single(line.Inspector.Only.Datagrams));
    }

    [Fact]
    public void NothingIsKeptWhenTheBoundIsZero()
    {
        using var line = new Line(new FlowOptions { FragmentedDatagrams = 0 });
        line.Send(0, 160).Send(160, Datagram.Length);

        Assert.Equal(2, line.Counters.FragmentsDropped);
    }

    [Fact]
    public void AFirstFragmentCutByTheSnapLengthIsReadAsFarAsItReaches()
    {
        using var line = new Line();
        var packet = IPv4(Udp, Datagram[..160], fragment: More);
        line.SendFrame(packet[..60], packet.Length);

        Assert.Equal(Message[..32], Assert.Single(line.Inspector.Only.Datagrams));
    }

    [Fact]
    public void FragmentsInsideATunnelAreCollectedToo()
    {
        using var line = new Line();
        foreach (var (start, end, flags) in new[] { (0, 160, More), (160, Datagram.Length, 0) })
        {
            var inner = IPv4(Udp, Datagram[start..end], fragment: flags | (start / 8));
            var tunnel = UdpDatagram(Join(Hex("30 FF"), U16(inner.Length), Hex("00000001"), inner), 50_000, 2152);
            var id = start + 1;
            line.SendFrame(IPv4(Udp, tunnel[..80], source: "CB007101", destination: "CB007102", fragment: More, identification: id));
            line.SendFrame(IPv4(Udp, tunnel[80..], source: "CB007101", destination: "CB007102", fragment: 80 / 8, identification: id));
        }

        Assert.Equal(Message, Assert.Single(line.Inspector.Only.Datagrams));
        Assert.Equal(line.Counters.Frames, line.Counters.Decoded + line.Counters.FragmentsHeld);
    }

    private sealed class Line : IDisposable
    {
        private readonly PacketPipeline _pipeline;
        private readonly FrameFeeder _feeder;

        public Line(FlowOptions? options = null)
        {
            _pipeline = new PacketPipeline(options ?? new FlowOptions(), Inspector);
            _feeder = new FrameFeeder(_pipeline, batch: 1);
        }

        public RecordingInspector Inspector { get; } = RecordingInspector.OfEverything();

        public ConnectionCounters Counters => _pipeline.Counters;

        public Line Send(int start, int end) =>
            SendFrame(IPv4(Udp, Datagram[start..end], fragment: (end < Datagram.Length ? More : 0) | (start / 8)));

        public Line SendFrame(byte[] frame, int? wireLength = null)
        {
            _feeder.Add(frame, LinkType.Raw, wireLength);
            return this;
        }

        public Line Wait(double seconds)
        {
            _feeder.UnixNanoseconds += (long)(seconds * PacketTime.NanosecondsPerSecond);
            return this;
        }

        public void Dispose()
        {
            _feeder.End();
            _feeder.Dispose();
            _pipeline.Dispose();
        }
    }
}
