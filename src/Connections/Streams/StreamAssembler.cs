using System.Buffers;
using MinerFlow.Abstractions;

namespace MinerFlow.Connections.Streams;

/// <summary>
/// Puts one direction of a TCP connection in order (RFC 9293 section 3.4) and shows it to the handler. A segment that comes in order while
/// nothing is kept is shown where it was captured; only bytes that the handler leaves, or that come too early, are copied.
/// Bytes that were seen first are never replaced. A start in mid-stream begins with the first segment seen.
/// </summary>
internal sealed class StreamAssembler(Connection connection, FlowSide sender, StreamContext context)
{
    /// <summary>Later segments that may pass before what is missing counts as lost: more than any reordering on a path.</summary>
    public const int MaximumSegmentsAhead = 128;

    /// <summary>Old data further back than this is not a retransmission: the sender is elsewhere, and the capture missed how it got there.</summary>
    private const int FarBehind = 1 << 20;

    private const int FarBehindPackets = 3;

    private SegmentsAhead? _ahead;
    private byte[]? _kept;
    private int _keptStart;
    private int _keptLength;
    private uint _next;
    private uint _acknowledged;
    private Start _start;
    private bool _isAcknowledged;
    private byte _farBehind;
    private long _aheadSince;

    private enum Start : byte
    {
        Unknown,

        /// <summary>The other side's acknowledgment told where the data should begin; earlier data is still welcome.</summary>
        Expected,
        Known,
    }

    /// <summary>True when the next byte is known.</summary>
    public bool IsStarted => _start == Start.Known;

    public uint Next => _next;

    public ReadOnlySequence<byte> Kept => _kept is null ? default : new ReadOnlySequence<byte>(_kept, _keptStart, _keptLength);

    public void StartAt(uint sequence)
    {
        if (_start != Start.Known)
        {
            _next = sequence;
            _start = Start.Known;
        }
    }

    public void ExpectAt(uint sequence)
    {
        if (_start == Start.Unknown)
        {
            _next = sequence;
            _start = Start.Expected;
        }
    }

    public void Add(StreamSegment segment)
    {
        if (!Locate(ref segment))
        {
            return;
        }

        if (segment.Sequence == _next && (_ahead is null || (int)(_ahead.First.Sequence - segment.End) >= 0))
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
        if (!_isAcknowledged || (int)(acknowledgment - _acknowledged) > 0)
        {
            _acknowledged = acknowledgment;
            _isAcknowledged = true;
            SkipAcknowledged();
        }
    }

    /// <summary>Shows what waited behind missing bytes; the connection is over.</summary>
    public void Finish()
    {
        while (_ahead is not null && !connection.IsAbandoned)
        {
            SkipToAhead();
        }
    }

    /// <summary>Gives all memory back.</summary>
    public void Release()
    {
        DropKept();
        if (_ahead is not null)
        {
            context.Return(_ahead);
            _ahead = null;
        }
    }

    /// <summary>Cuts off what was delivered before. False when nothing new is left.</summary>
    private bool Locate(ref StreamSegment segment)
    {
        var ahead = (int)(segment.Sequence - _next);
        if (_start != Start.Known)
        {
            if (IsKeepAlive(in segment))
            {
                return false;
            }

            if (_start == Start.Unknown || (ahead <= 0 && ahead > -FarBehind))
            {
                _next = segment.Sequence;
                _start = Start.Known;
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
            if (behind < FarBehind || ++_farBehind < FarBehindPackets)
            {
                return false;
            }

            Gap(0, segment.Moment);
            _next = segment.Sequence;
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
        _farBehind = 0;
        if (segment.Length > 0)
        {
            Show(in segment);
        }

        _next = segment.End;
        if (segment.Length < segment.WireLength && !connection.IsAbandoned)
        {
            Gap(segment.WireLength - segment.Length, segment.Moment);
        }
    }

    private void Show(in StreamSegment segment)
    {
        if (_keptLength > 0 && _keptLength + segment.Length > context.Options.StreamBytesKept)
        {
            context.Counters.KeptBytesOverflows++;
            Gap(0, segment.Moment);
        }

        if (connection.IsAbandoned)
        {
            return;
        }

        if (_keptLength > 0 && Append(segment.Bytes))
        {
            var kept = Kept;
            Consume(connection.Handler.OnStream(sender, in kept, segment.Moment));
            return;
        }

        if (_keptLength > 0)
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
        var count = (int)Math.Clamp(consumed, 0, _keptLength);
        _keptStart += count;
        _keptLength -= count;
        if (_keptLength == 0)
        {
            DropKept();
        }
    }

    /// <summary>Adds to what is kept, in one piece. False when all streams together have reached their bound.</summary>
    private bool Append(ReadOnlySpan<byte> bytes)
    {
        var length = _keptLength + bytes.Length;
        if (_kept is null || _keptStart + length > _kept.Length)
        {
            if (_kept is not null && length <= _kept.Length / 2)
            {
                _kept.AsSpan(_keptStart, _keptLength).CopyTo(_kept);
            }
            else
            {
                var larger = context.Pool.Rent(length);
                if (larger is null)
                {
                    context.Counters.StreamBytesRefused += bytes.Length;
                    return false;
                }

                _kept.AsSpan(_keptStart, _keptLength).CopyTo(larger);
                context.Return(_kept);
                _kept = larger;
            }

            _keptStart = 0;
        }

        bytes.CopyTo(_kept.AsSpan(_keptStart + _keptLength));
        _keptLength = length;
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
        context.Return(_kept);
        _kept = null;
        _keptStart = 0;
        _keptLength = 0;
    }

    private void Store(in StreamSegment segment)
    {
        context.Counters.OutOfOrderSegments++;
        var now = segment.Moment.Time.UnixNanoseconds;
        if (_ahead is null)
        {
            _ahead = context.RentAhead();
            _aheadSince = now;
        }

        _ahead.Add(segment);
        Drain();
        while (_ahead is not null && IsOverdue(now) && !connection.IsAbandoned)
        {
            SkipToAhead();
        }
    }

    private bool IsOverdue(long now) =>
        _ahead!.Count > MaximumSegmentsAhead
        || _ahead.Bytes > context.Options.StreamBytesAhead
        || now - _aheadSince > context.Options.GapSeconds * PacketTime.NanosecondsPerSecond
        || IsAcknowledgedAhead;

    private bool IsAcknowledgedAhead => _isAcknowledged && (int)(_acknowledged - _ahead!.First.Sequence) >= 0;

    private void SkipAcknowledged()
    {
        while (_ahead is not null && IsAcknowledgedAhead && !connection.IsAbandoned)
        {
            SkipToAhead();
        }
    }

    private void SkipToAhead()
    {
        var first = _ahead!.First;
        Gap(first.Sequence - _next, first.Moment);
        _next = first.Sequence;
        _start = Start.Known;
        Drain();
    }

    /// <summary>Shows what the store holds without a hole before it.</summary>
    private void Drain()
    {
        while (_ahead is not null && !connection.IsAbandoned)
        {
            if (_ahead.Count == 0)
            {
                context.Return(_ahead);
                _ahead = null;
                return;
            }

            var behind = (int)(_next - _ahead.First.Sequence);
            if (behind < 0)
            {
                _aheadSince = _ahead.First.Moment.Time.UnixNanoseconds;
                return;
            }

            var segment = _ahead.TakeFirst();
            if (behind < segment.WireLength)
            {
                Deliver(segment.Skip(behind));
            }

            context.Return(segment.Chunk);
        }
    }
}
