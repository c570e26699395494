using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Connections;
using static MinerFlow.Unit.Connections.Bytes;

namespace MinerFlow.Unit.Connections.Flows;

/// <summary>Many flows: client 192.0.2.10 on the given port, server 198.51.100.20:3333 or :5353.</summary>
internal sealed class Network : IDisposable
{
    private readonly PacketPipeline _pipeline;
    private readonly FrameFeeder _feeder;

    public Network(RecordingInspector inspector, FlowOptions? options = null, string name = "test.pcap")
    {
        _pipeline = new PacketPipeline(options ?? new FlowOptions(), inspector);
        _feeder = new FrameFeeder(_pipeline, name);
    }

    public int KeepOneFlowIn
    {
        set => _feeder.KeepOneFlowIn = value;
    }

    public ConnectionCounters Counters
    {
        get
        {
            _feeder.Flush();
            return _pipeline.Counters;
        }
    }

    public Network Tcp(int port, string text, byte flags = 0x10, bool fromServer = false, uint sequence = 1)
    {
        var data = Encoding.Latin1.GetBytes(text);
        _feeder.Add(
            fromServer
                ? IPv4(Bytes.Tcp, TcpSegment(data, 3_333, port, sequence, 0, flags), source: "C6336414", destination: "C000020A")
                : IPv4(Bytes.Tcp, TcpSegment(data, port, 3_333, sequence, 0, flags)),
            LinkType.Raw);
        return this;
    }

    public Network Udp(int port, string text)
    {
        _feeder.Add(IPv4(Bytes.Udp, UdpDatagram(Encoding.Latin1.GetBytes(text), port)), LinkType.Raw);
        return this;
    }

    public Network Wait(double seconds)
    {
        _feeder.Flush();
        _feeder.UnixNanoseconds += (long)(seconds * PacketTime.NanosecondsPerSecond);
        return this;
    }

    /// <summary>Lets the link be silent, and says so often enough that all flows are looked at.</summary>
    public Network Silence(double seconds)
    {
        Wait(seconds);
        for (var times = 0; times < 300; times++)
        {
            _pipeline.OnIdle(new PacketTime(_feeder.UnixNanoseconds));
        }

        return this;
    }

    public void End() => _feeder.End();

    public void Dispose()
    {
        _feeder.Dispose();
        _pipeline.Dispose();
    }
}
