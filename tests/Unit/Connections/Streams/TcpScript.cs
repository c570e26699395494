using MinerFlow.Capture;
using MinerFlow.Connections;
using MinerFlow.Connections.Evidence;
using static MinerFlow.Unit.Connections.Bytes;

namespace MinerFlow.Unit.Connections.Streams;

/// <summary>
/// One TCP connection through the whole pipeline: the client 192.0.2.10:40000 is the low end, the server 198.51.100.20:3333 the high one.
/// Sequence numbers are given as offsets from each side's first data byte.
/// </summary>
internal sealed class TcpScript : IDisposable
{
    private readonly FrameFeeder _feeder;
    private readonly uint _clientStart;
    private readonly uint _serverStart;
    private readonly byte[] _path = [];

    public TcpScript(RecordingInspector? inspector = null, FlowOptions? options = null, uint clientStart = 1_000, uint serverStart = 5_000, int batch = FrameBatch.Capacity, EvidenceKeeper? evidence = null)
    {
        Inspector = inspector ?? RecordingInspector.OfEverything();
        Pipeline = new PacketPipeline(options ?? new FlowOptions(), Inspector, evidence);
        _feeder = new FrameFeeder(Pipeline, batch: batch);
        _clientStart = clientStart;
        _serverStart = serverStart;
    }

    public RecordingInspector Inspector { get; }

    public PacketPipeline Pipeline { get; }

    public ConnectionCounters Counters => Pipeline.Counters;

    public RecordingInspector.Recording Only => Inspector.Only;

    public TcpScript Open() => Syn().SynAck().Client(0, "", acknowledges: 0);

    public TcpScript Syn(uint? start = null) => Send(true, TcpSegment(_path, sequence: (start ?? _clientStart) - 1, acknowledgment: 0, flags: 2));

    public TcpScript SynAck(uint? start = null) =>
        Send(false, TcpSegment(_path, 3_333, 40_000, (start ?? _serverStart) - 1, _clientStart, flags: 0x12));

    public TcpScript Client(long offset, string text, uint? acknowledges = null, byte flags = 0x10, int? captured = null) =>
        Client(offset, System.Text.Encoding.Latin1.GetBytes(text), acknowledges, flags, captured);

    public TcpScript Client(long offset, byte[] data, uint? acknowledges = null, byte flags = 0x10, int? captured = null)
    {
        var acknowledged = acknowledges is { } number;
        return Send(true, TcpSegment(data, sequence: _clientStart + (uint)offset, acknowledgment: acknowledged ? _serverStart + acknowledges!.Value : 0, flags: (byte)(acknowledged ? flags | 16 : flags & ~16)), data.Length - (captured ?? data.Length));
    }

    public TcpScript Server(long offset, string text, uint? acknowledges = null, byte flags = 0x10) =>
        Server(offset, System.Text.Encoding.Latin1.GetBytes(text), acknowledges, flags);

    public TcpScript Server(long offset, byte[] data, uint? acknowledges = null, byte flags = 0x10)
    {
        var acknowledged = acknowledges is not null;
        return Send(false, TcpSegment(data, 3_333, 40_000, _serverStart + (uint)offset, acknowledged ? _clientStart + acknowledges!.Value : 0, flags: (byte)(acknowledged ? flags | 16 : flags & ~16)));
    }

    public TcpScript Wait(double seconds)
    {
        _feeder.UnixNanoseconds += (long)(seconds * 1e9);
        return this;
    }

    public TcpScript Flush()
    {
        _feeder.Flush();
        return this;
    }

    public TcpScript End()
    {
        _feeder.End();
        return this;
    }

    public void Dispose()
    {
        _feeder.Dispose();
        Pipeline.Dispose();
    }

    private TcpScript Send(bool fromClient, byte[] segment, int cut = 0)
    {
        var packet = fromClient ? IPv4(Tcp, segment) : IPv4(Tcp, segment, source: "C6336414", destination: "C000020A");
        _feeder.Add(packet[..^cut], LinkType.Raw, packet.Length);
        return this;
    }
}
