using System.Buffers;
using MinerFlow.Abstractions;
using MinerFlow.Connections;
using MinerFlow.Detection.Protocols;
using MinerFlow.Detection.Rules;

namespace MinerFlow.Detection;

/// <summary>Picks the flows that may be mining, reads them, and reports each one that was. One instance for each worker.</summary>
public sealed class MiningDetector : IConnectionInspector
{
    /// <summary>Messages of one packet that are looked at before it is let go: subscribe, authorize and extranonce.subscribe come together.</summary>
    private const int MessagesProbed = 4;

    private readonly SessionContext _context;
    private readonly IMiningEventSink _sink;
    private readonly KnownPairs _pairs;
    private readonly bool[] _firstByte = new bool[256];
    private readonly IStreamProtocol[][] _streams = new IStreamProtocol[256][];
    private readonly bool[] _datagramFirstByte = new bool[256];

    public MiningDetector(RuleSet rules, ProtocolCatalog catalog, DetectionOptions options, IMiningEventSink sink)
    {
        _context = new SessionContext(rules, catalog, options);
        _sink = sink;
        _pairs = new KnownPairs(options.RememberedPairs);
        foreach (var b in "{[ \t\r\n\0"u8)
        {
            _firstByte[b] = true;
        }

        for (var b = 0; b < _streams.Length; b++)
        {
            _streams[b] = Array.FindAll(_context.Streams, p => p.FirstBytes.IsEmpty || p.FirstBytes.IndexOf((byte)b) >= 0);
            _firstByte[b] |= Array.Exists(_streams[b], p => !p.FirstBytes.IsEmpty);
        }

        ShortestDatagram = _context.Datagrams.Select(protocol => protocol.ShortestDatagram).DefaultIfEmpty(int.MaxValue).Min();
        foreach (var protocol in _context.Datagrams)
        {
            foreach (var b in protocol.FirstBytes)
            {
                _datagramFirstByte[b] = true;
            }
        }
    }

    public ReadOnlySpan<bool> FirstByteGate => _firstByte;

    public ReadOnlySpan<bool> DatagramFirstByteGate => _datagramFirstByte;

    public int ShortestDatagram { get; }

    public bool Wants(ReadOnlySpan<byte> payload, Transport transport)
    {
        if (transport == Transport.Udp)
        {
            foreach (var protocol in _context.Datagrams)
            {
                if (protocol.Probe(payload))
                {
                    return true;
                }
            }

            return false;
        }

        foreach (var protocol in _streams[payload[0]])
        {
            if (protocol.Probe(payload))
            {
                return true;
            }
        }

        return MayBeDialect(payload);
    }

    public bool IsFramed(ReadOnlySpan<byte> payload) => HttpHead.Opens(payload);

    public IConnectionHandler Open(Connection connection) => new DetectionHandler(this, _context, connection);

    public void OnSilentFlow(in SilentFlow flow)
    {
        if (_pairs.Find(flow.CaptureName, flow.Key) is not { } pair)
        {
            return;
        }

        var session = new MiningSession(_context) { Protocol = pair.Protocol, Role = pair.Role };
        session.Orient(pair.Miner);
        session.AtLeast(_context.Rules.Thresholds.Tail);
        session.Saw("tail without data of a connection between a miner and a pool that spoke elsewhere in this capture", flow.FirstFrame);
        _sink.OnEvent(session.ToEvent(Conversation.Of(in flow)));
    }

    internal void Emit(MiningEvent found, IMiningProtocol? protocol)
    {
        if (found.Role.IsHit())
        {
            _pairs.Add(found, protocol);
        }

        _sink.OnEvent(found);
    }

    /// <summary>Methods of mining and of much else: what is cut off of the message decides.</summary>
    private static bool IsToldByItsRest(ReadOnlySpan<byte> method) =>
        method.SequenceEqual("login"u8) || method.SequenceEqual("submit"u8) || method.SequenceEqual("job"u8)
        || method.SequenceEqual("subscribe"u8) || method.SequenceEqual("result"u8) || method.SequenceEqual("solution"u8) || method.StartsWith("agent."u8);

    /// <summary>
    /// True when some dialect knows a message of this packet, or when the packet ends before it says what it is. Benign JSON-RPC ends here:
    /// its methods are complete and nobody knows them.
    /// </summary>
    private bool MayBeDialect(ReadOnlySpan<byte> payload)
    {
        for (var i = 0; i < MessagesProbed && JsonConversation.ProbeLines(payload); i++)
        {
            var start = payload.IndexOf((byte)'{');
            if (start < 0)
            {
                return false;
            }

            payload = payload[start..];
            switch (JsonMessage.TryRead(payload, _context.Walk, out var message, out var consumed))
            {
                case OperationStatus.InvalidData:
                    return false;
                case OperationStatus.NeedMoreData:
                    return message.Method.IsEmpty || IsToldByItsRest(message.Method) || _context.IsKnown(in message);
                default:
                    if (_context.IsKnown(in message))
                    {
                        return true;
                    }

                    payload = payload[consumed..];
                    break;
            }
        }

        return false;
    }
}
