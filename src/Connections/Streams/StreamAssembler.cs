using System.Buffers;
using MinerFlow.Abstractions;

namespace MinerFlow.Connections.Streams;

/// <summary>
/// Puts one direction of a TCP connection in order (RFC 9293 section 3.4) and shows it to the handler; made for a packet, it works on the <see cref="StreamState"/> in the connection. A segment that comes in order while
/// nothing is kept is shown where it was captured; only bytes that the handler leaves, or that come too early, are copied.
/// Bytes that were seen first are never replaced. A start in mid-stream begins with the first segment seen.
/// </summary>
internal readonly ref struct StreamAssembler(Connection connection, FlowSide sender, StreamContext context)
{
    /// <summary>Later segments that may pass before what is missing counts as lost: more than any reordering on a path.</summary>
    public const int MaximumSegmentsAhead = 128;

    /// <summary>Old data further back than this is not a retransmission: the sender is elsewhere, and the capture missed how it got there.</summary>
    private const int FarBehind = 1 << 20;

    private const int FarBehindPackets = 3;

    private readonly ref StreamState _state = ref connection.StateOf(sender);

    /// <summary>True when the next byte is known.</summary>
    public bool IsStarted => _state.Start == StreamStart.Known;

    public uint Next => _state.Next;

    public ReadOnlySequence<byte> Kept => _state.Kept is null ? default : new ReadOnlySequence<byte>(_state.Kept, _state.KeptStart, _state.KeptLength);

    public void StartAt(uint sequence)
    {
        if (_state.Start != StreamStart.Known)
        {
            _state.Next = sequence;
            _state.Start = StreamStart.Known;
        }
    }

    public void ExpectAt(uint sequence)
    {
        if (_state.Start == StreamStart.Unknown)
        {
            _state.Next = sequence;
            _state.Start = StreamStart.Expected;
        }
    }

    public void Add(StreamSegment segment)
    {
        if (!Locate(ref segment))
        {
            return;
        }

        if (segment.Sequence == _state.Next && (_state.Ahead is null || (int)(_state.Ahead.First.Sequence - segment.End) >= 0))
        {
            Deliver(in segment);
            Drain();
            return;
        }

        Store(in segment);
    }

    /// <summary>The other side has received everything before <paramref name="acknowledgment"/>: what is still missing there will not come.</summary>
    public void OnAcknowledged(uint acknowledgment)
    {
        if (!_state.IsAcknowledged || (int)(acknowledgment - _state.Acknowledged) > 0)
        {
            _state.Acknowledged = acknowledgment;
            _state.IsAcknowledged = true;
            SkipAcknowledged();
        }
    }

    /// <summary>Shows what waited behind missing bytes; the connection is over.</summary>
    public void Finish()
    {
        while (_state.Ahead is not null && !connection.IsAbandoned)
        {
            SkipToAhead();
        }
    }

    /// <summary>Gives all memory back.</summary>
    public void Release()
    {
        DropKept();
        if (_state.Ahead is not null)
        {
            context.Return(_state.Ahead);
            _state.Ahead = null;
        }
    }

    /// <summary>Cuts off what was delivered before. False when nothing new is left.</summary>
    private bool Locate(ref StreamSegment segment)
    {
        var ahead = (int)(segment.Sequence - _state.Next);
        if (_state.Start != StreamStart.Known)
        {
            if (IsKeepAlive(in segment))
            {
                return false;
            }

            if (_state.Start == StreamStart.Unknown || (ahead <= 0 && ahead > -FarBehind))
            {
                _state.Next = segment.Sequence;
                _state.Start = StreamStart.Known;
                return true;
            }
        }

        if (ahead >= 0)
        {
            return true;
        }

        var behind = -(long)ahead;
        if (behind >= segment.WireLength)
        {
            context.Counters.RetransmittedBytes += segment.WireLength;
            if (behind < FarBehind || ++_state.FarBehind < FarBehindPackets)
            {
                return false;
            }

            Gap(0, segment.Moment);
            _state.Next = segment.Sequence;
            return !connection.IsAbandoned;
        }

        context.Counters.RetransmittedBytes += behind;
        segment = segment.Skip((int)behind);
        return true;
    }

    /// <summary>A keep-alive may carry one byte of garbage, the one before the next (RFC 9293 section 3.8.4); with a known start it is simply old.</summary>
    private static bool IsKeepAlive(in StreamSegment segment) => segment.WireLength == 1 && (segment.Length == 0 || segment.Bytes[0] == 0);

    private void Deliver(in StreamSegment segment)
    {
        _state.FarBehind = 0;
        if (segment.Length > 0)
        {
            Show(in segment);
        }

        _state.Next = segment.End;
        if (segment.Length < segment.WireLength && !connection.IsAbandoned)
        {
            Gap(segment.WireLength - segment.Length, segment.Moment);
        }
    }

    private void Show(in StreamSegment segment)
    {
        if (_state.KeptLength > 0 && _state.KeptLength + segment.Length > context.Options.StreamBytesKept)
        {
            context.Counters.KeptBytesOverflows++;
            Gap(0, segment.Moment);
        }

        if (connection.IsAbandoned)
        {
            return;
        }

        if (_state.KeptLength > 0 && Append(segment.Bytes))
        {
            var kept = Kept;
            Consume(connection.Handler.OnStream(sender, in kept, segment.Moment));
            return;
        }

        if (_state.KeptLength > 0)
        {
            Gap(0, segment.Moment);
            if (connection.IsAbandoned)
            {
                return;
            }
        }

        var bytes = segment.Chunk is null
            ? context.Frame.Show(segment.Address, segment.Length)
            : new ReadOnlySequence<byte>(segment.Chunk, segment.ChunkOffset, segment.Length);
        var consumed = (int)Math.Clamp(connection.Handler.OnStream(sender, in bytes, segment.Moment), 0, segment.Length);
        if (consumed < segment.Length && !connection.IsAbandoned)
        {
            KeepRest(in bytes, consumed, segment.Bytes[consumed..], segment.Moment);
        }
    }

    private void KeepRest(in ReadOnlySequence<byte> bytes, int consumed, ReadOnlySpan<byte> rest, in StreamMoment moment)
    {
        if (rest.Length <= context.Options.StreamBytesKept && Append(rest))
        {
            return;
        }

        context.Counters.KeptBytesOverflows++;
        context.Counters.Gaps++;
        connection.Handler.OnGap(sender, 0, bytes.Slice(consumed), in moment);
    }

    private void Consume(long consumed)
    {
        var count = (int)Math.Clamp(consumed, 0, _state.KeptLength);
        _state.KeptStart += count;
        _state.KeptLength -= count;
        if (_state.KeptLength == 0)
        {
            DropKept();
        }
    }

    /// <summary>Adds to what is kept, in one piece. False when all streams together have reached their bound.</summary>
    private bool Append(ReadOnlySpan<byte> bytes)
    {
        var length = _state.KeptLength + bytes.Length;
        if (_state.Kept is null || _state.KeptStart + length > _state.Kept.Length)
        {
            if (_state.Kept is not null && length <= _state.Kept.Length / 2)
            {
                _state.Kept.AsSpan(_state.KeptStart, _state.KeptLength).CopyTo(_state.Kept);
            }
            else
            {
                var larger = context.Pool.Rent(length);
                if (larger is null)
                {
                    context.Counters.StreamBytesRefused += bytes.Length;
                    return false;
                }

                _state.Kept.AsSpan(_state.KeptStart, _state.KeptLength).CopyTo(larger);
                context.Return(_state.Kept);
                _state.Kept = larger;
            }

            _state.KeptStart = 0;
        }

        bytes.CopyTo(_state.Kept.AsSpan(_state.KeptStart + _state.KeptLength));
        _state.KeptLength = length;
        return true;
    }

    private void Gap(long missing, StreamMoment moment)
    {
        context.Counters.Gaps++;
        context.Counters.MissingBytes += missing;
        var kept = Kept;
        connection.Handler.OnGap(sender, missing, in kept, in moment);
        DropKept();
    }

    private void DropKept()
    {
        context.Return(_state.Kept);
        _state.Kept = null;
        _state.KeptStart = 0;
        _state.KeptLength = 0;
    }

    private void Store(in StreamSegment segment)
    {
        context.Counters.OutOfOrderSegments++;
        var now = segment.Moment.Time.UnixNanoseconds;
        if (_state.Ahead is null)
        {
            _state.Ahead = context.RentAhead();
            _state.AheadSince = now;
        }

        _state.Ahead.Add(segment);
        Drain();
        while (_state.Ahead is not null && !connection.IsAbandoned && IsOverdue(now))
        {
            SkipToAhead();
        }
    }

    // Of a connection that was given up within Drain the store may be left empty: there is no first segment to ask about.
    private bool IsOverdue(long now) =>
        _state.Ahead!.Count > MaximumSegmentsAhead
        || _state.Ahead.Bytes > context.Options.StreamBytesAhead
        || now - _state.AheadSince > context.Options.GapSeconds * PacketTime.NanosecondsPerSecond
        || IsAcknowledgedAhead;

    private bool IsAcknowledgedAhead => _state.IsAcknowledged && (int)(_state.Acknowledged - _state.Ahead!.First.Sequence) >= 0;

    private void SkipAcknowledged()
    {
        while (_state.Ahead is not null && !connection.IsAbandoned && IsAcknowledgedAhead)
        {
            SkipToAhead();
        }
    }

    private void SkipToAhead()
    {
        var first = _state.Ahead!.First;
        Gap(first.Sequence - _state.Next, first.Moment);
        _state.Next = first.Sequence;
        _state.Start = StreamStart.Known;
        Drain();
    }

    /// <summary>Shows what the store holds without a hole before it.</summary>
    private void Drain()
    {
        while (_state.Ahead is not null && !connection.IsAbandoned)
        {
            if (_state.Ahead.Count == 0)
            {
                context.Return(_state.Ahead);
                _state.Ahead = null;
                return;
            }

            var behind = (int)(_state.Next - _state.Ahead.First.Sequence);
            if (behind < 0)
            {
                _state.AheadSince = _state.Ahead.First.Moment.Time.UnixNanoseconds;
                return;
            }

            var segment = _state.Ahead.TakeFirst();
            if (behind < segment.WireLength)
            {
                Deliver(segment.Skip(behind));
            }

            context.Return(segment.Chunk);
        }
    }
}
