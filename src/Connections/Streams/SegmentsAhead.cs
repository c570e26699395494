namespace MinerFlow.Connections.Streams;

/// <summary>Segments of one direction that arrived before what precedes them, ordered and without overlap: bytes that came first stay.</summary>
internal sealed class SegmentsAhead(StreamContext context)
{
    private readonly List<StreamSegment> _segments = [];

    public int Count => _segments.Count;

    public int Bytes { get; private set; }

    public StreamSegment First => _segments[0];

    /// <returns>False when the pool had no room for all of it.</returns>
    public bool Add(StreamSegment segment)
    {
        var index = 0;
        while (segment.WireLength > 0)
        {
            if (index == _segments.Count)
            {
                return Insert(index, segment);
            }

            var kept = _segments[index];
            var before = (int)(kept.Sequence - segment.Sequence);
            if (before >= segment.WireLength)
            {
                return Insert(index, segment);
            }

            if (before > 0)
            {
                if (!Insert(index, segment.Take(before)))
                {
                    return false;
                }

                segment = segment.Skip(before);
                index++;
            }

            var covered = (int)(kept.End - segment.Sequence);
            if (covered > 0)
            {
                context.Counters.OverlappingBytes += Math.Min(covered, segment.WireLength);
                segment = segment.Skip(Math.Min(covered, segment.WireLength));
            }

            index++;
        }

        return true;
    }

    /// <summary>Takes the first out; its chunk is the caller's to return.</summary>
    public StreamSegment TakeFirst()
    {
        var segment = _segments[0];
        _segments.RemoveAt(0);
        Bytes -= segment.Chunk?.Length ?? 0;
        return segment;
    }

    public void Clear()
    {
        foreach (var segment in _segments)
        {
            context.Return(segment.Chunk);
        }

        _segments.Clear();
        Bytes = 0;
    }

    private bool Insert(int index, StreamSegment segment)
    {
        if (segment.Length == 0)
        {
            _segments.Insert(index, segment);
            return true;
        }

        var chunk = context.Pool.Rent(segment.Length);
        if (chunk is null)
        {
            context.Counters.StreamBytesRefused += segment.Length;
            return false;
        }

        segment.Bytes.CopyTo(chunk);
        Bytes += chunk.Length;
        _segments.Insert(index, new StreamSegment
        {
            Sequence = segment.Sequence,
            Length = segment.Length,
            WireLength = segment.WireLength,
            Chunk = chunk,
            Moment = segment.Moment,
        });
        return true;
    }
}
