using MinerFlow.Abstractions;
using MinerFlow.Connections.Decoding;
using MinerFlow.Connections.Streams;

namespace MinerFlow.Connections.Flows;

/// <summary>
/// The last few first segments that came before what precedes them. Such a segment begins in the middle of a message, so that the gate turns it away;
/// when the start that comes after it makes the flow a connection, its bytes are still wanted: they hold the agent or the login.
/// </summary>
internal sealed class OvertakingSegments
{
    /// <summary>Flows between the two halves of a first message, which lie some packets apart: a power of two.</summary>
    private const int Capacity = 16;

    /// <summary>One Ethernet payload; what is longer is not kept.</summary>
    private const int LongestSegment = 1_536;

    private readonly byte[] _bytes = new byte[Capacity * LongestSegment];
    private readonly Place[] _places = new Place[Capacity];
    private int _next;

    /// <param name="flow">Number of the flow's slot.</param>
    /// <param name="record">Data that begins behind the first byte of its sender, who opened the flow.</param>
    public void Keep(int flow, in PacketRecord record)
    {
        if (record.PayloadLength > LongestSegment || record.PayloadLength < record.PayloadWireLength)
        {
            return;
        }

        record.PayloadBytes.CopyTo(_bytes.AsSpan(_next * LongestSegment));
        _places[_next] = new Place(flow, record.Sequence, record.PayloadLength, new StreamMoment(new PacketTime(record.UnixNanoseconds), record.FrameNumber));
        _next = (_next + 1) & (Capacity - 1);
    }

    /// <summary>The segment of this flow that begins within or right behind the first one, and is younger than the flow; it is forgotten.</summary>
    public bool TryTake(int flow, in PacketRecord first, long flowStart, out StreamSegment segment)
    {
        for (var i = 0; i < Capacity; i++)
        {
            ref var place = ref _places[i];
            if (place.Length > 0 && place.Flow == flow && place.Moment.Time.UnixNanoseconds >= flowStart
                && place.Sequence - first.Sequence - 1 < first.PayloadWireLength)
            {
                segment = new StreamSegment
                {
                    Sequence = place.Sequence,
                    Length = place.Length,
                    WireLength = place.Length,
                    Chunk = _bytes,
                    ChunkOffset = i * LongestSegment,
                    Moment = place.Moment,
                };
                place = default;
                return true;
            }
        }

        segment = default;
        return false;
    }

    private readonly record struct Place(int Flow, uint Sequence, int Length, StreamMoment Moment);
}
