using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using MinerFlow.Connections.Decoding;
using MinerFlow.Connections.Streams;

namespace MinerFlow.Connections.Evidence;

/// <summary>
/// Keeps the frames of connections until they are judged, and writes those of hits, each with a comment that names the rule. One for each worker, on its thread.
/// A flow that is no connection costs nothing but a copy of its SYN.
/// </summary>
public sealed unsafe class EvidenceKeeper : IDisposable
{
    /// <summary>Longest comment: rule, flow, frame, a path of 4,096 bytes as Linux has it, and what was seen.</summary>
    private const int CommentBytes = 4_096 + 512;

    private readonly EvidenceOptions _options;
    private readonly CaptureRecorder.Lane _lane;
    private readonly ChunkPool _memory;
    private readonly OpeningTable _openings;
    private readonly EvidenceCounters _counting = new();
    private readonly Stack<KeptFrames> _spare = [];
    private FrameHeader[] _batch = new FrameHeader[FrameBatch.Capacity];
    private int _count;

    /// <param name="options">Bounds, and what is kept.</param>
    /// <param name="lane">The worker's way into the files.</param>
    public EvidenceKeeper(EvidenceOptions options, CaptureRecorder.Lane lane)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _lane = lane;
        _memory = new ChunkPool((long)options.MemoryMegabytes << 20);
        _openings = new OpeningTable(options.RememberedOpenings);
    }

    /// <summary>The numbers as they are now; any thread may ask.</summary>
    public EvidenceCounters Counters
    {
        get
        {
            var copy = _counting.Copy();
            copy.FramesNotWritten = _lane.FramesNotWritten;
            return copy;
        }
    }

    /// <summary>Hands over to the disk what waits; call it now and then, and at the end.</summary>
    public void Flush() => _lane.Flush();

    public void Dispose() => _openings.Dispose();

    /// <summary>The frames that the packets of the next calls come from.</summary>
    internal void Begin(ReadOnlySpan<FrameHeader> frames)
    {
        if (_batch.Length < frames.Length)
        {
            _batch = new FrameHeader[frames.Length];
        }

        frames.CopyTo(_batch);
        _count = frames.Length;
    }

    /// <summary>A SYN or its answer, of any flow.</summary>
    internal void OnOpening(in PacketRecord record)
    {
        if (TryFind(record.FrameNumber, out var frame))
        {
            _openings.Keep(record.Hash, (record.TcpFlags & TcpFlags.Acknowledge) != TcpFlags.None, in frame);
        }
    }

    /// <summary>A packet of a connection, after its bytes were read.</summary>
    internal void OnPacket(Connection connection, in PacketRecord record)
    {
        if (!TryFind(record.FrameNumber, out var frame))
        {
            return;
        }

        var kept = connection.Kept ??= Begin(connection, in record);
        var headers = record.Payload - frame.Address;
        var keepsPayload = !_options.HeadersOnly && kept.Seen < _options.OpeningFrames;
        kept.Seen++;

        // The payload of a datagram that was put together lies elsewhere, and where its last fragment's begins is not known: the frame goes without bytes.
        var length = keepsPayload ? frame.CapturedLength : headers >= 0 && headers <= frame.CapturedLength ? (int)headers : 0;
        length = Math.Min(length, _options.FrameBytes);
        if (connection.Handler.Rule is { } rule)
        {
            HandOver(connection, kept, rule);
            Write(connection, kept, in frame, length, rule);
        }
        else
        {
            Keep(kept, in frame, length);
        }
    }

    /// <summary>The connection is over, and its handler has said its last word.</summary>
    internal void OnClosed(Connection connection)
    {
        if (connection.Kept is not { } kept)
        {
            return;
        }

        if (connection.Handler.Rule is { } rule)
        {
            HandOver(connection, kept, rule);
        }

        kept.Clear(_memory);
        connection.Kept = null;
        _spare.Push(kept);
    }

    private bool TryFind(long number, out FrameHeader frame)
    {
        // Frames of one source are numbered one by one; those of a merge may not be.
        var guess = number - _batch[0].Number;
        if (guess >= 0 && guess < _count && _batch[guess].Number == number)
        {
            frame = _batch[guess];
            return true;
        }

        foreach (ref readonly var candidate in _batch.AsSpan(0, _count))
        {
            if (candidate.Number == number)
            {
                frame = candidate;
                return true;
            }
        }

        frame = default;
        return false;
    }

    /// <summary>A connection's first packet that is seen here; what opened its flow comes before it.</summary>
    private KeptFrames Begin(Connection connection, in PacketRecord record)
    {
        if (!_spare.TryPop(out var kept))
        {
            kept = new KeptFrames();
        }

        kept.Seen = kept.Refused = kept.Passed = kept.Written = 0;
        kept.IsHandedOver = false;
        foreach (var isAnswer in (ReadOnlySpan<bool>)[false, true])
        {
            if (connection.HasStreams && _openings.TryFind(record.Hash, isAnswer, connection.FirstFrame, out var frame) && frame.Number < record.FrameNumber)
            {
                kept.Seen++;
                Keep(kept, in frame, frame.CapturedLength);
            }
        }

        return kept;
    }

    private void Keep(KeptFrames kept, in FrameHeader frame, int length)
    {
        if (kept.Seen > _options.OpeningFrames)
        {
            kept.Passed++;
            return;
        }

        if (!kept.TryAdd(_memory, frame with { CapturedLength = length }, new ReadOnlySpan<byte>((void*)frame.Address, length)))
        {
            kept.Refused++;
        }
    }

    /// <summary>The connection is a hit: what was kept of it is written.</summary>
    private void HandOver(Connection connection, KeptFrames kept, string rule)
    {
        if (kept.IsHandedOver)
        {
            return;
        }

        kept.IsHandedOver = true;
        _counting.Connections++;
        _counting.FramesWithoutMemory += kept.Refused;
        _counting.FramesBeforeVerdict += kept.Passed;
        fixed (byte* bytes = kept.Bytes)
        {
            for (var at = 0; at < kept.Bytes.Length;)
            {
                var start = kept.Next(ref at, out var header);
                Write(connection, kept, header with { Address = (nint)(bytes + start) }, header.CapturedLength, rule);
            }
        }

        kept.Clear(_memory);
    }

    private void Write(Connection connection, KeptFrames kept, in FrameHeader frame, int length, string rule)
    {
        if (kept.Written >= _options.FramesPerConnection)
        {
            _counting.FramesBeyond++;
            return;
        }

        kept.Written++;
        _counting.Frames++;
        var seen = connection.Handler.SeenIn(frame.Number);
        var comment = new EvidenceComment(stackalloc byte[CommentBytes])
            .Add("minerflow rule ").Add(rule).Add("; flow ").Add(FlowIds.Shown(connection.FlowId)).Add("; frame ").Add((ulong)frame.Number).Add(" of ").Add(connection.CaptureName)
            .Add(seen is null ? "" : ": ").Add(seen ?? "");
        _lane.Add(in frame, length, comment.Text);
    }
}
