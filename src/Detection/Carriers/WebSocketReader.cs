using System.Buffers;
using System.Buffers.Binary;
using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Frames of RFC 6455 section 5.2 in both directions; their JSON goes to the dialects:
/// <c>frame = fin[1 bit] rsv[3] opcode[4] mask[1] length[7, 7+16 or 7+64] key[4 if masked] payload</c>.
/// Messages in several frames are put together. Compressed ones (RFC 7692) are passed over and said to be.
/// A text has one object, an array of them, or several as lines. Binary messages are what a relay of TCP makes of a stream of lines
/// (the <c>binary</c> subprotocol of websockify): a line may end in the next one. Clients mask what they send and servers do not (section 5.1), so that
/// the frames tell who the miner would be: what a server shows of a miner's words is a log or a terminal.
/// </summary>
internal sealed class WebSocketReader(MiningSession session, bool mayCompress) : IStreamReader
{
    /// <summary>Longest message that is read; a job is below 1,000 bytes.</summary>
    private const int LongestText = 16_384;

    /// <summary>Messages that no dialect knew after which the connection is something else.</summary>
    private const int Patience = 8;

    private const byte Continuation = 0;
    private const byte Binary = 2;
    private const byte Close = 8;

    private Side _low;
    private Side _high;

    private static ReadOnlySpan<byte> BetweenObjects => " \t\r\n,[]\0"u8;

    public OperationStatus Read(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment)
    {
        ref var side = ref sender == FlowSide.Low ? ref _low : ref _high;
        if (side.Skip > 0 && !reader.End)
        {
            var taken = Math.Min(side.Skip, reader.Remaining);
            reader.Advance(taken);
            side.Skip -= taken;
            return OperationStatus.Done;
        }

        Span<byte> bytes = stackalloc byte[WebSocketFrame.LongestHeader];
        bytes = bytes[..(int)Math.Min(bytes.Length, reader.Remaining)];
        _ = reader.TryCopyTo(bytes);
        var status = WebSocketFrame.TryReadHeader(bytes, out var frame);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        if (frame.IsCompressed && !mayCompress)
        {
            return OperationStatus.InvalidData;
        }

        if (!IsRead(in frame, sender, ref side, moment) || frame.Length > LongestText)
        {
            reader.Advance(frame.HeaderLength);
            side.Skip = frame.Length;
            side.IsCutOff |= frame.Opcode < Close;
            return OperationStatus.Done;
        }

        if (reader.Remaining < frame.HeaderLength + frame.Length)
        {
            return OperationStatus.NeedMoreData;
        }

        reader.Advance(frame.HeaderLength);
        session.Orient(frame.IsMasked ? sender : sender.Opposite());
        status = ReadPayload(sender, ref side, in frame, ref reader);
        return session is { IsReported: false } && session.Json.Unrecognised >= Patience ? OperationStatus.InvalidData : status;
    }

    public void OnGap(FlowSide sender, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment)
    {
        ref var side = ref sender == FlowSide.Low ? ref _low : ref _high;
        LoseLine(sender, ref side, moment);
        side.Skip = 0;
    }

    /// <summary>True for messages and for what continues them; control frames may stand in between.</summary>
    private bool IsRead(in WebSocketFrame frame, FlowSide sender, ref Side side, in StreamMoment moment)
    {
        if (frame.Opcode >= Close)
        {
            return false;
        }

        if (frame.Opcode != Continuation)
        {
            if (side is not { IsBinary: true, IsCutOff: false } || frame.Opcode != Binary)
            {
                LoseLine(sender, ref side, moment);
            }

            side.IsCutOff = false;
            side.IsBinary = frame.Opcode == Binary;
            side.IsClear = !frame.IsCompressed;
            if (frame.IsCompressed)
            {
                session.Saw("WebSocket messages are compressed and not read");
            }
        }

        return side.IsClear && !side.IsCutOff;
    }

    private OperationStatus ReadPayload(FlowSide sender, ref Side side, in WebSocketFrame frame, ref SequenceReader<byte> reader)
    {
        var length = (int)frame.Length;
        var text = session.Context.Scratch.AsSpan(0, side.Kept + length);
        _ = reader.TryCopyTo(text[side.Kept..]);
        reader.Advance(length);
        frame.Unmask(text[side.Kept..]);
        side.Parts.AsSpan(0, side.Kept).CopyTo(text);
        side.Kept = 0;
        if (side.IsBinary)
        {
            return ReadLines(sender, ref side, text);
        }

        if (frame.IsLast)
        {
            ReadText(sender, text);
        }
        else
        {
            Keep(ref side, text);
        }

        return OperationStatus.Done;
    }

    private OperationStatus ReadLines(FlowSide sender, ref Side side, ReadOnlySpan<byte> text)
    {
        var status = OperationStatus.Done;
        while (status == OperationStatus.Done && !text.IsEmpty)
        {
            status = session.Json.ReadNext(text, sender, out var used);
            text = text[used..];
        }

        if (status == OperationStatus.NeedMoreData)
        {
            Keep(ref side, text);
            return OperationStatus.Done;
        }

        return status;
    }

    private void ReadText(FlowSide sender, ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(BetweenObjects);
        while (JsonMessage.TryRead(text, session.Context.Walk, out var message, out var used) == OperationStatus.Done)
        {
            text = text[used..].TrimStart(BetweenObjects);
            if (text is not ([] or [(byte)'{', ..]))
            {
                break;
            }

            session.Json.Read(in message, sender);
        }
    }

    /// <summary>What is left of a line is shown cut, and the next line is a new start.</summary>
    private void LoseLine(FlowSide sender, ref Side side, in StreamMoment moment)
    {
        if (side.IsBinary)
        {
            session.Json.OnGap(sender, new ReadOnlySequence<byte>(side.Parts ?? [], 0, side.Kept), moment);
        }

        side.Kept = 0;
    }

    private static void Keep(ref Side side, ReadOnlySpan<byte> text)
    {
        if (text.Length > LongestText)
        {
            side.IsCutOff = true;
            side.Kept = 0;
            return;
        }

        if (side.Parts.AsSpan().Length < text.Length)
        {
            side.Parts = new byte[Math.Max(1_024, text.Length * 2)];
        }

        text.CopyTo(side.Parts);
        side.Kept = text.Length;
    }

    private struct Side
    {
        /// <summary>Bytes left of a payload that nobody reads.</summary>
        public long Skip;

        /// <summary>Earlier frames of the message, or of the line, that is not complete.</summary>
        public byte[]? Parts;

        public int Kept;

        public bool IsBinary;

        /// <summary>Not compressed.</summary>
        public bool IsClear;

        /// <summary>The message is too long, the rest of it is passed over.</summary>
        public bool IsCutOff;
    }
}

/// <summary>Header of one frame.</summary>
internal readonly record struct WebSocketFrame(byte Opcode, bool IsLast, bool IsCompressed, bool IsMasked, uint Mask, long Length, int HeaderLength)
{
    public const int LongestHeader = 14;

    private const byte CompressedBit = 0x40;
    private const byte ReservedBits = 0x30;
    private const byte MaskBit = 0x80;

    public static OperationStatus TryReadHeader(ReadOnlySpan<byte> bytes, out WebSocketFrame frame)
    {
        frame = default;
        if (bytes.Length < 2)
        {
            return OperationStatus.NeedMoreData;
        }

        var opcode = (byte)(bytes[0] & 0x0F);
        var isControl = opcode >= 8;
        var shortLength = bytes[1] & 0x7F;
        if (opcode is (> 2 and < 8) or > 10 || (bytes[0] & ReservedBits) != 0 || (isControl && (shortLength > 125 || bytes[0] < 0x80)))
        {
            return OperationStatus.InvalidData;
        }

        var masked = (bytes[1] & MaskBit) != 0;
        var header = 2 + (shortLength == 127 ? 8 : shortLength == 126 ? 2 : 0) + (masked ? 4 : 0);
        if (bytes.Length < header)
        {
            return OperationStatus.NeedMoreData;
        }

        var length = shortLength switch
        {
            127 => BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
            126 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            _ => shortLength,
        };
        var mask = masked ? BinaryPrimitives.ReadUInt32BigEndian(bytes[(header - 4)..]) : 0;
        frame = new WebSocketFrame(opcode, bytes[0] >= 0x80, (bytes[0] & CompressedBit) != 0, masked, mask, length, header);
        return length < 0 ? OperationStatus.InvalidData : OperationStatus.Done;
    }

    /// <summary>Takes the mask off a payload, from its first byte.</summary>
    public void Unmask(Span<byte> payload)
    {
        if (!IsMasked)
        {
            return;
        }

        for (var index = 0; index < payload.Length; index++)
        {
            payload[index] ^= (byte)(Mask >> (24 - ((index & 3) * 8)));
        }
    }
}
