using System.Runtime.InteropServices;
using MinerFlow.Capture;
using MinerFlow.Connections;
using Xunit;
using static MinerFlow.Unit.Connections.Bytes;

namespace MinerFlow.Unit.Connections.Flows;

/// <summary>Flows and streams take no memory of the heap once they have what they need.</summary>
public sealed class FlowAllocationTests
{
    private static readonly CaptureOrigin Mix = new("mix");

    [Fact]
    public void AfterWarmUpAPacketAllocatesNothing()
    {
        using var pipeline = new PacketPipeline(new FlowOptions(), new LineInspector());
        var frames = MixedFrames();
        Run(pipeline, frames, 3);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(pipeline, frames, 3);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Run(PacketPipeline pipeline, FrameHeader[] frames, int rounds)
    {
        var origin = Mix;
        for (var round = 0; round < rounds; round++)
        {
            for (var start = 0; start < frames.Length; start += FrameBatch.Capacity)
            {
                pipeline.OnFrames(new FrameBatch(frames.AsSpan(start, Math.Min(FrameBatch.Capacity, frames.Length - start)), origin));
            }
        }
    }

    /// <summary>Benign flows and miners, in order, reordered and cut in the midst of a line, fragments and rejected frames.</summary>
    private static unsafe FrameHeader[] MixedFrames()
    {
        var frames = new List<byte[]>();
        for (var port = 1; port <= 300; port++)
        {
            frames.Add(Ethernet(0x0800, IPv4(Bytes.Tcp, TcpSegment("{\"id\":1}\n{\"id\""u8.ToArray(), source: port))));
            frames.Add(Ethernet(0x0800, IPv4(Bytes.Tcp, TcpSegment("2}\n"u8.ToArray(), source: port, sequence: 1_020))));
            frames.Add(Ethernet(0x0800, IPv4(Bytes.Tcp, TcpSegment(":123,\n"u8.ToArray(), source: port, sequence: 1_014))));
            frames.Add(Ethernet(0x86DD, IPv6(Bytes.Udp, UdpDatagram("query"u8.ToArray(), port, 53))));
            frames.Add(Ethernet(0x8100, Vlan(5, 0x0800, IPv4(Bytes.Udp, UdpDatagram(new byte[24], port), fragment: 0x2000, identification: port)[..44])));
            frames.Add(Ethernet(0x0800, IPv4(Bytes.Udp, UdpDatagram(new byte[24], port)[..16], fragment: 0x2000, identification: port)));
            frames.Add(Ethernet(0x0800, IPv4(Bytes.Udp, UdpDatagram(new byte[24], port)[16..], fragment: 2, identification: port)));
            frames.Add(Ethernet(0x0806, new byte[28]));
        }

        var number = 0;
        return [.. frames.Select(frame =>
        {
            var memory = (byte*)NativeMemory.Alloc((nuint)frame.Length);
            frame.CopyTo(new Span<byte>(memory, frame.Length));
            return new FrameHeader { Address = (nint)memory, CapturedLength = frame.Length, WireLength = frame.Length, UnixNanoseconds = ++number, Number = number, LinkType = LinkType.Ethernet };
        })];
    }
}
