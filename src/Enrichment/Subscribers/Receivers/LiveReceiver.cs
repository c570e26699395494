using System.Net;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Nat.Flows;
using MinerFlow.Enrichment.Subscribers.Radius;

namespace MinerFlow.Enrichment.Subscribers.Receivers;

/// <summary>A port with its ring and the thread that reads it.</summary>
internal sealed class LiveReceiver : ILiveSource
{
    private readonly MessageRing _ring;
    private readonly GatedHandler _handler;
    private readonly IAsyncDisposable? _stream;
    private readonly UdpReceiver? _udp;
    private readonly LogPeers _peers;
    private readonly Func<IEnumerable<LiveSourceCount>> _counts;
    private readonly Thread _thread;
    private readonly string _kind;
    private readonly string _name;

    private LiveReceiver(string kind, IPEndPoint endpoint, MessageRing ring, GatedHandler handler, object receiver, Func<IEnumerable<LiveSourceCount>> counts)
    {
        (_kind, _name, _ring, _handler, _counts) = (kind, endpoint.ToString(), ring, handler, counts);
        _udp = receiver as UdpReceiver;
        _stream = receiver as StreamReceiver;
        _peers = _udp?.Peers ?? ((StreamReceiver)receiver).Peers;
        Endpoint = _udp?.Endpoint ?? ((StreamReceiver)receiver).Endpoint;
        _thread = new Thread(() => _ring.Drain(_handler)) { IsBackground = true, Name = $"{kind} {endpoint.Port}" };
        _thread.Start();
    }

    /// <summary>Where it listens; the port that the system gave when 0 was asked.</summary>
    public IPEndPoint Endpoint { get; }

    public static LiveReceiver Radius(RadiusListener listener, LiveLogOptions options, IRadiusRecordIntake records, LiveGate gate, TimeProvider clock)
    {
        var clients = new RadiusClients(listener.Peers.Select(peer => new RadiusClient(peer.Range, peer.Secret, peer.IsAnswered)));
        UdpReceiver? receiver = null;
        var handler = new GatedHandler(new RadiusIntake(clients, new RadiusPacketReader(new RadiusOptions().CstOffset), records, (answer, address, port) => receiver!.Send(answer, address, port)), gate);
        var ring = new MessageRing(options.WaitingBytes);
        receiver = new UdpReceiver(listener.Endpoint, ring, new ReceiverOptions(), clock);
        return new LiveReceiver("radius", listener.Endpoint, ring, handler, receiver, () => clients.All.Select(client => client.Counters).Append(clients.Unknown).SelectMany(Counts));
    }

    public static LiveReceiver Syslog(SyslogListener listener, LiveLogOptions options, NatLogIntake reader, LiveGate gate, TimeProvider clock)
    {
        var ring = new MessageRing(options.WaitingBytes);
        object receiver = listener.Transport == LogTransport.Udp
            ? new UdpReceiver(listener.Endpoint, ring, new ReceiverOptions(), clock)
            : new StreamReceiver(
                listener.Endpoint, ring, new ReceiverOptions(), listener.Transport == LogTransport.Tls ? new() { ServerCertificateContext = listener.Certificate } : null, clock);
        return new LiveReceiver("syslog", listener.Endpoint, ring, new GatedHandler(reader, gate), receiver, () => reader.Lines.SelectMany(line => Counts(line.Peer.Name, line.Counters)).Concat(Counts(reader.Flows)));
    }

    public static LiveReceiver Flows(IPEndPoint endpoint, LiveLogOptions options, FlowLogReader reader, LiveGate gate, TimeProvider clock)
    {
        var ring = new MessageRing(options.WaitingBytes);
        return new LiveReceiver("flow", endpoint, ring, new GatedHandler(new FlowIntake(reader), gate), new UdpReceiver(endpoint, ring, new ReceiverOptions(), clock), () => Counts(reader));
    }

    public void Close()
    {
        _udp?.Dispose();
        _stream?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _ring.Close();
        _thread.Join();
    }

    public void Dispose() => Close();

    public LiveSourceState State()
    {
        var lost = _peers.All.SelectMany(peer => Enum.GetValues<ReceiveLoss>().Select(loss => new LiveSourceCount(peer.Name, loss.ToString(), peer[loss])));
        var received = _peers.All.Select(peer => new LiveSourceCount(peer.Name, "received", peer.Messages));
        LiveSourceCount[] more = [new("", "KernelDrop", _udp?.KernelDrops() ?? 0), new("", "StoreFailed", _handler.Unkept)];
        return new LiveSourceState(_name, _kind, [.. received.Concat(_counts()).Concat(lost).Concat(more).Where(count => count.Count > 0)], _handler.LastSeen, _ring.Used);
    }

    private static IEnumerable<LiveSourceCount> Counts(RadiusClientCounters counters) =>
    [
        new(counters.Name, "taken", counters.Accepted),
        new(counters.Name, "passed", counters.Passed),
        new(counters.Name, "duplicate", counters.Duplicates),
        new(counters.Name, "answered", counters.Answered),
        new(counters.Name, "unsent", counters.Unsent),
        .. Enum.GetValues<RadiusRejection>().Select(rejection => new LiveSourceCount(counters.Name, rejection.ToString(), counters[rejection])),
    ];

    public static IEnumerable<LiveSourceCount> Counts(string sender, NatLineCounters counters) =>
    [
        new(sender, "taken", counters.Events),
        new(sender, "passed", counters.Ignored),
        .. Enum.GetValues<LineRejection>().Select(rejection => new LiveSourceCount(sender, rejection.ToString(), counters[rejection])),
    ];

    private static IEnumerable<LiveSourceCount> Counts(FlowLogReader flows) => flows.Exporters.SelectMany(exporter => (IEnumerable<LiveSourceCount>)
    [
        new(exporter.Key, "taken", exporter.Value.Events),
        new(exporter.Key, "passed", exporter.Value.Ignored),
        new(exporter.Key, "MissingBySequence", exporter.Value.Lost),
        .. Enum.GetValues<FlowRejection>().Select(rejection => new LiveSourceCount(exporter.Key, rejection.ToString(), exporter.Value[rejection])),
    ]);

    private sealed class FlowIntake(FlowLogReader reader) : IMessageHandler
    {
        public void Take(ReadOnlySpan<byte> message, in MessageOrigin origin) => reader.Read(message, origin.Peer.Name, origin.Received);

        public void Rest()
        {
        }
    }
}
