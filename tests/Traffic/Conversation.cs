using System.Net;

namespace MinerFlow.Traffic;

/// <summary>The TCP of one flow: handshake, data in segments, acknowledgements, close.</summary>
internal sealed class Conversation
{
    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(5);

    // A receiver that has nothing to say acknowledges by itself after this.
    private static readonly TimeSpan DelayedAck = TimeSpan.FromMilliseconds(20);

    private readonly DialogueFlow _flow;
    private readonly int _segmentSize;
    private readonly List<Packet> _packets = [];
    private uint _clientSequence;
    private uint _serverSequence;

    private Conversation(DialogueFlow flow, int index, int segmentSize)
    {
        _flow = flow;
        _segmentSize = segmentSize;
        var random = new SeededRandom((ulong)index + (ulong)flow.Client.Port);
        _clientSequence = (uint)random.Next();
        _serverSequence = (uint)random.Next();
    }

    public static List<Packet> Packets(Dialogue dialogue)
    {
        var packets = new List<Packet>();
        for (var i = 0; i < dialogue.Flows.Count; i++)
        {
            var writes = dialogue.Writes.Where(write => write.Flow == i).ToList();
            packets.AddRange(new Conversation(dialogue.Flows[i], i, dialogue.SegmentSize).Run(writes));
        }

        return [.. packets.OrderBy(packet => packet.At)];
    }

    private List<Packet> Run(List<DialogueWrite> writes)
    {
        if (_flow.IsUdp)
        {
            return writes.ConvertAll(write => Datagram(write));
        }

        Open(writes[0].At);
        for (var i = 0; i < writes.Count; i++)
        {
            Data(writes[i]);
            if (!IsSoonFollowed(writes, i))
            {
                Add(writes[i].At + DelayedAck, !writes[i].FromClient, TcpFlags.Ack, []);
            }
        }

        if (_flow.ClosesWithFin)
        {
            Close(writes[^1].At + TimeSpan.FromMilliseconds(500));
        }

        return _packets;
    }

    /// <summary>The next segment of either side comes before a receiver would acknowledge by itself.</summary>
    private static bool IsSoonFollowed(List<DialogueWrite> writes, int i) =>
        i + 1 < writes.Count && writes[i + 1].At - writes[i].At <= DelayedAck + OneWay + OneWay;

    private Packet Datagram(DialogueWrite write)
    {
        var (source, destination) = Ends(write.FromClient);
        return new Packet(write.At, source, destination, write.FromClient, IsUdp: true, write.Bytes);
    }

    private void Open(TimeSpan firstData)
    {
        Add(firstData - (3 * OneWay), fromClient: true, TcpFlags.Syn, []);
        Add(firstData - (2 * OneWay), fromClient: false, TcpFlags.Syn | TcpFlags.Ack, []);
        Add(firstData - OneWay, fromClient: true, TcpFlags.Ack, []);
    }

    private void Data(DialogueWrite write)
    {
        for (var at = 0; at < write.Bytes.Length; at += _segmentSize)
        {
            var segment = write.Bytes[at..Math.Min(write.Bytes.Length, at + _segmentSize)];
            var isLast = at + segment.Length == write.Bytes.Length;
            Add(write.At, write.FromClient, isLast ? TcpFlags.Ack | TcpFlags.Push : TcpFlags.Ack, segment);
        }
    }

    private void Close(TimeSpan at)
    {
        Add(at, fromClient: true, TcpFlags.Fin | TcpFlags.Ack, []);
        Add(at + OneWay, fromClient: false, TcpFlags.Fin | TcpFlags.Ack, []);
        Add(at + OneWay + OneWay, fromClient: true, TcpFlags.Ack, []);
    }

    private void Add(TimeSpan at, bool fromClient, TcpFlags flags, byte[] payload)
    {
        var (source, destination) = Ends(fromClient);
        ref var sequence = ref fromClient ? ref _clientSequence : ref _serverSequence;
        _packets.Add(new Packet(at, source, destination, fromClient, IsUdp: false, payload)
        {
            Flags = flags,
            Sequence = sequence,
            Acknowledgement = !flags.HasFlag(TcpFlags.Ack) ? 0 : fromClient ? _serverSequence : _clientSequence,
        });
        sequence += (uint)payload.Length + ((flags & (TcpFlags.Syn | TcpFlags.Fin)) != TcpFlags.None ? 1u : 0u);
    }

    private (IPEndPoint Source, IPEndPoint Destination) Ends(bool fromClient) =>
        fromClient ? (_flow.Client, _flow.Server) : (_flow.Server, _flow.Client);
}
