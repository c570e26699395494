using System.Buffers;
using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Detection.Protocols;

/// <content>
/// The messages as lines: JSON objects one after the other on a stream, as every TCP pool dialect frames them: normally one a line, but also with blank
/// lines, NUL keep-alives (xmr/1.0) or nothing in between, several in a segment, one over several segments, or in arrays (JSON-RPC 2.0 batches).
/// </content>
internal sealed partial class JsonConversation : IStreamReader
{
    private Side _low;
    private Side _high;

    /// <summary>True for the first bytes of a direction that may be JSON lines.</summary>
    public static bool ProbeLines(ReadOnlySpan<byte> start)
    {
        foreach (var b in start)
        {
            if (!IsBetween(b))
            {
                return b is (byte)'{' or (byte)'[';
            }
        }

        return !start.IsEmpty;
    }

    public OperationStatus Read(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment)
    {
        var status = ReadNext(Contiguous(ref reader), sender, out var used);
        reader.Advance(used);
        return status;
    }

    /// <summary>Reads one message of the lines, or passes over what stands between two.</summary>
    /// <param name="bytes">What is there of the direction, beginning where the last call ended.</param>
    /// <param name="sender">Whose lines they are.</param>
    /// <param name="used">Bytes that are done with; 0 unless <see cref="OperationStatus.Done"/>.</param>
    public OperationStatus ReadNext(ReadOnlySpan<byte> bytes, FlowSide sender, out int used)
    {
        ref var side = ref SideOf(sender);
        used = SkipBetween(bytes, ref side);
        if (used == bytes.Length)
        {
            return OperationStatus.Done;
        }

        var status = bytes[used] == (byte)'{'
            ? ReadObject(bytes[used..], sender, ref side, out var length)
            : ReadOther(bytes[used..], ref side, out length);
        used = status == OperationStatus.Done ? used + length : 0;
        return status;
    }

    /// <summary>The next byte of this direction begins a line.</summary>
    public void BeginLines(FlowSide sender) => SideOf(sender) = new Side { InStep = true };

    public void OnGap(FlowSide sender, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment)
    {
        ref var side = ref SideOf(sender);
        var reader = new SequenceReader<byte>(unconsumed);
        var bytes = Contiguous(ref reader);
        var start = SkipBetween(bytes, ref side);
        if (start < bytes.Length && JsonMessage.TryRead(bytes[start..], session.Context.Walk, out var message, out _) == OperationStatus.NeedMoreData)
        {
            Read(in message, sender);
        }

        side = default;
    }

    private ref Side SideOf(FlowSide sender) => ref sender == FlowSide.Low ? ref _low : ref _high;

    private OperationStatus ReadObject(ReadOnlySpan<byte> bytes, FlowSide sender, ref Side side, out int used)
    {
        var status = JsonMessage.TryRead(bytes, session.Context.Walk, out var message, out used);
        switch (status)
        {
            case OperationStatus.Done:
                side.InStep = true;
                Read(in message, sender);
                return status;
            case OperationStatus.NeedMoreData when bytes.Length < SessionContext.LongestMessage - 64:
                return status;
            default:
                return ReadOther(bytes, ref side, out used);
        }
    }

    /// <summary>
    /// Bytes that no object begins with. In a stream that was joined in the middle, or after a gap, they are the end of a line whose start is
    /// missing; in a recognised conversation a line that its sender spoilt. Either way the next line is a new start.
    /// </summary>
    private OperationStatus ReadOther(ReadOnlySpan<byte> bytes, ref Side side, out int used)
    {
        used = 0;
        if (bytes[0] == (byte)'[' && JsonScanner.SkipWhite(bytes, 1) is var next)
        {
            if (next == bytes.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            if (bytes[next] == (byte)'{')
            {
                side.InBatch = true;
                used = next;
                return OperationStatus.Done;
            }
        }

        if (side.InStep && (!session.IsReported || IsOfAnother(bytes)))
        {
            return OperationStatus.InvalidData;
        }

        var end = bytes.IndexOf((byte)'\n');
        used = end < 0 ? bytes.Length : end + 1;
        side.InBatch = false;
        side.Skipped += used;
        return side.Skipped > SessionContext.LongestMessage && !session.IsReported ? OperationStatus.InvalidData : OperationStatus.Done;
    }

    private bool IsOfAnother(ReadOnlySpan<byte> bytes)
    {
        foreach (var protocol in session.Context.Streams)
        {
            if (protocol.Probe(bytes))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The unread bytes in one piece, at most as many as the longest message has.</summary>
    private ReadOnlySpan<byte> Contiguous(ref SequenceReader<byte> reader)
    {
        var first = reader.UnreadSpan;
        if (first.Length == reader.Remaining)
        {
            return first;
        }

        var scratch = session.Context.Scratch;
        var length = (int)Math.Min(reader.Remaining, scratch.Length);
        reader.TryCopyTo(scratch.AsSpan(0, length));
        return scratch.AsSpan(0, length);
    }

    private static int SkipBetween(ReadOnlySpan<byte> bytes, ref Side side)
    {
        if (bytes is [(byte)'{', ..])
        {
            return 0;
        }

        var i = 0;
        while (i < bytes.Length && (IsBetween(bytes[i]) || (side.InBatch && bytes[i] is (byte)',' or (byte)']')))
        {
            side.InBatch &= bytes[i] != (byte)']';
            i++;
        }

        return i;
    }

    private static bool IsBetween(byte b) => b is (byte)'\n' or (byte)'\r' or (byte)' ' or (byte)'\t' or 0;

    private struct Side
    {
        /// <summary>The last message ended where this one begins.</summary>
        public bool InStep;

        public bool InBatch;

        /// <summary>Bytes passed over while looking for the start of a line.</summary>
        public int Skipped;
    }
}
