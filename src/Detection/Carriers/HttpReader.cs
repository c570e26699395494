using System.Buffers;
using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Frames the HTTP/1 messages of both directions (RFC 9112 section 6): bodies by length, in chunks, until the end, or none; pipelined and kept alive.
/// Heads and JSON bodies go to <see cref="HttpConversation"/>. Longer bodies (a template is megabytes) show their first bytes and are passed over.
/// </summary>
internal sealed class HttpReader(MiningSession session) : IStreamReader
{
    /// <summary>Longest body read as a whole: what a stream keeps.</summary>
    public const int LongestBody = SessionContext.LongestMessage - 1_024;

    /// <summary>Bytes looked at of a longer body.</summary>
    private const int PrefixLength = 4_096;

    private readonly HttpConversation _conversation = new(session);
    private WebSocketReader? _frames;
    private Side _low;
    private Side _high;

    private enum Phase : byte
    {
        Head,
        Body,
        Prefix,
        Skip,
        Chunks,
        SkipChunks,
        UntilClose,
        Frames,
        Tunnel,
    }

    public OperationStatus Read(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment)
    {
        ref var side = ref SideOf(sender);
        if (reader.End)
        {
            return side.Phase == Phase.Tunnel ? OperationStatus.InvalidData : OperationStatus.NeedMoreData;
        }

        return side.Phase switch
        {
            Phase.Body => ReadBody(sender, ref side, ref reader),
            Phase.Prefix => ReadPrefix(sender, ref side, ref reader),
            Phase.Skip => Skip(ref side, ref reader),
            Phase.Chunks => ReadChunks(sender, ref side, ref reader),
            Phase.SkipChunks => SkipChunks(ref side, ref reader),
            Phase.UntilClose => ReadUntilClose(sender, ref side, ref reader),
            Phase.Frames => _frames!.Read(sender, ref reader, moment),
            Phase.Tunnel => OperationStatus.InvalidData,
            _ => ReadHead(sender, ref side, ref reader),
        };
    }

    public void OnGap(FlowSide sender, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment)
    {
        ref var side = ref SideOf(sender);
        if (side.Phase == Phase.Frames)
        {
            _frames!.OnGap(sender, in unconsumed, moment);
            return;
        }

        if (!unconsumed.IsEmpty)
        {
            var reader = new SequenceReader<byte>(unconsumed);
            var bytes = Contiguous(ref reader);
            if (side.Phase == Phase.Head && side.IsLost && bytes[0] == (byte)'{')
            {
                _conversation.OnBody(sender, bytes, _conversation.IsServer(sender));
            }
            else if (side.Phase == Phase.Head)
            {
                ReadCutHead(sender, bytes);
            }
            else if (side.Phase is Phase.Body or Phase.Prefix or Phase.UntilClose)
            {
                _conversation.OnBody(sender, bytes, side.IsResponse);
            }
        }

        side = side.Phase == Phase.Tunnel ? side : new Side { IsLost = true };
    }

    private ref Side SideOf(FlowSide sender) => ref sender == FlowSide.Low ? ref _low : ref _high;

    private OperationStatus ReadHead(FlowSide sender, ref Side side, ref SequenceReader<byte> reader)
    {
        var bytes = Contiguous(ref reader);
        var between = bytes.IndexOfAnyExcept((byte)'\r', (byte)'\n');
        if (between != 0)
        {
            reader.Advance(between < 0 ? bytes.Length : between);
            return OperationStatus.Done;
        }

        if (bytes[0] is (byte)'{' or (byte)'[')
        {
            return bytes[0] == (byte)'{' && side.IsLost && !_conversation.IsServer(sender) ? ReadLostBody(sender, bytes, ref reader) : ReadBareJson(sender, bytes, ref reader);
        }

        var status = HttpHead.TryRead(bytes, out var head, out var length);
        if (status == OperationStatus.Done)
        {
            side.IsLost = false;
            Begin(sender, ref side, in head, bytes[length..]);
            reader.Advance(length);
            return !session.IsReported && _conversation.IsHopeless ? OperationStatus.InvalidData : status;
        }

        if (status == OperationStatus.InvalidData && (side.IsLost || session.IsReported) && !_conversation.IsHopeless)
        {
            side.IsLost = true;
            SkipToMessage(ref reader);
            return OperationStatus.Done;
        }

        return status;
    }

    /// <summary>How the body of this message ends, RFC 9112 section 6.3.</summary>
    private void Begin(FlowSide sender, ref Side side, in HttpHead head, ReadOnlySpan<byte> rest)
    {
        side.IsResponse = head.IsResponse;
        var toConnect = head.IsResponse && _conversation.IsConnectNext;
        _conversation.OnHead(sender, in head);
        if (head.IsResponse && head.Status == 101 && head.IsWebSocketUpgrade)
        {
            StartFrames(in head);
        }
        else if (toConnect || IsTunnelAnswer(in head, rest) || head.Method.SequenceEqual("CONNECT"u8))
        {
            side.Phase = !head.IsResponse || head.Status is >= 200 and < 300 ? Phase.Tunnel : BodyPhase(ref side, in head);
        }
        else
        {
            side.Phase = BodyPhase(ref side, in head);
        }
    }

    private Phase BodyPhase(ref Side side, in HttpHead head)
    {
        side.Left = 0;
        if (head.IsResponse && (head.Status is < 200 or 204 or 304))
        {
            return Phase.Head;
        }

        if (head.IsChunked)
        {
            return head.IsCompressed ? Phase.SkipChunks : Phase.Chunks;
        }

        if (head.ContentLength is { } length)
        {
            side.Left = length;
            return length == 0 ? Phase.Head : head.IsCompressed ? Phase.Skip : length <= LongestBody ? Phase.Body : Phase.Prefix;
        }

        return head.IsResponse ? Phase.UntilClose : Phase.Head;
    }

    /// <summary>Seen without its request: a success without type, length or body is what a proxy answers to CONNECT.</summary>
    private static bool IsTunnelAnswer(in HttpHead head, ReadOnlySpan<byte> rest) =>
        head is { IsResponse: true, Status: 200, IsChunked: false, ContentLength: null } && head["content-type"u8].IsEmpty && (rest.IsEmpty || rest[0] != (byte)'{')
        && head["server"u8].IsEmpty;

    private void StartFrames(in HttpHead answer)
    {
        _frames = new WebSocketReader(session, HttpHead.Contains(answer["sec-websocket-extensions"u8], "permessage-deflate"u8));
        session.Json.BeginLines(FlowSide.Low);
        session.Json.BeginLines(FlowSide.High);
        _low.Phase = Phase.Frames;
        _high.Phase = Phase.Frames;
    }

    private OperationStatus ReadBody(FlowSide sender, ref Side side, ref SequenceReader<byte> reader)
    {
        if (reader.Remaining < side.Left)
        {
            return OperationStatus.NeedMoreData;
        }

        var length = (int)side.Left;
        _conversation.OnBody(sender, Contiguous(ref reader)[..length], side.IsResponse);
        reader.Advance(length);
        side.Phase = Phase.Head;
        return Verdict();
    }

    private OperationStatus ReadPrefix(FlowSide sender, ref Side side, ref SequenceReader<byte> reader)
    {
        if (reader.Remaining < PrefixLength)
        {
            return OperationStatus.NeedMoreData;
        }

        _conversation.OnBody(sender, Contiguous(ref reader)[..PrefixLength], side.IsResponse);
        side.Phase = Phase.Skip;
        return Skip(ref side, ref reader);
    }

    private static OperationStatus Skip(ref Side side, ref SequenceReader<byte> reader)
    {
        var taken = Math.Min(side.Left, reader.Remaining);
        reader.Advance(taken);
        side.Left -= taken;
        side.Phase = side.Left == 0 ? Phase.Head : Phase.Skip;
        return OperationStatus.Done;
    }

    /// <summary>Puts the chunks of a body together; one that is too long shows its beginning.</summary>
    private OperationStatus ReadChunks(FlowSide sender, ref Side side, ref SequenceReader<byte> reader)
    {
        var body = session.Context.Scratch;
        var length = 0;
        var ahead = reader;
        while (HttpChunk.TryReadSize(ref ahead, out var size, out var isInvalid))
        {
            if (size == 0)
            {
                if (!HttpChunk.TrySkipTrailer(ref ahead))
                {
                    return OperationStatus.NeedMoreData;
                }

                _conversation.OnBody(sender, body.AsSpan(0, length), side.IsResponse);
                reader = ahead;
                side.Phase = Phase.Head;
                return Verdict();
            }

            if (isInvalid || length + size > LongestBody || ahead.Consumed - reader.Consumed > LongestBody)
            {
                _conversation.OnBody(sender, body.AsSpan(0, length), side.IsResponse);
                side.Phase = Phase.SkipChunks;
                return isInvalid ? OperationStatus.InvalidData : SkipChunks(ref side, ref reader);
            }

            if (ahead.Remaining < size + 2)
            {
                return reader.Remaining < LongestBody ? OperationStatus.NeedMoreData : SkipFrom(ref side, ref reader);
            }

            _ = ahead.TryCopyTo(body.AsSpan(length, (int)size));
            length += (int)size;
            ahead.Advance(size + 2);
        }

        return OperationStatus.NeedMoreData;
    }

    private static OperationStatus SkipFrom(ref Side side, ref SequenceReader<byte> reader)
    {
        side.Phase = Phase.SkipChunks;
        return SkipChunks(ref side, ref reader);
    }

    private static OperationStatus SkipChunks(ref Side side, ref SequenceReader<byte> reader)
    {
        if (side.Left > 0)
        {
            var taken = Math.Min(side.Left, reader.Remaining);
            reader.Advance(taken);
            side.Left -= taken;
            return OperationStatus.Done;
        }

        var ahead = reader;
        if (!HttpChunk.TryReadSize(ref ahead, out var size, out var isInvalid))
        {
            return isInvalid ? OperationStatus.InvalidData : OperationStatus.NeedMoreData;
        }

        if (size == 0)
        {
            if (!HttpChunk.TrySkipTrailer(ref ahead))
            {
                return OperationStatus.NeedMoreData;
            }

            side.Phase = Phase.Head;
        }
        else
        {
            side.Left = size + 2;
        }

        reader = ahead;
        return OperationStatus.Done;
    }

    /// <summary>A body that only the connection's end ends: JSON is over with its last bracket, whatever follows is passed over.</summary>
    private OperationStatus ReadUntilClose(FlowSide sender, ref Side side, ref SequenceReader<byte> reader)
    {
        var bytes = Contiguous(ref reader);
        var start = JsonScanner.SkipWhite(bytes, 0);
        if (start < bytes.Length && bytes[start] == (byte)'{')
        {
            var status = JsonMessage.TryRead(bytes[start..], out _, out var used);
            if (status == OperationStatus.NeedMoreData && bytes.Length < LongestBody)
            {
                return status;
            }

            _conversation.OnBody(sender, bytes.Slice(start, used > 0 ? used : bytes.Length - start), side.IsResponse);
        }

        reader.AdvanceToEnd();
        side.Phase = Phase.Skip;
        side.Left = long.MaxValue;
        return Verdict();
    }

    /// <summary>A Stratum server answers the lines of an HTTP request with JSON lines, one parse error each.</summary>
    private OperationStatus ReadBareJson(FlowSide sender, scoped ReadOnlySpan<byte> bytes, ref SequenceReader<byte> reader)
    {
        if (!_conversation.IsServer(sender))
        {
            return OperationStatus.InvalidData;
        }

        var status = JsonMessage.TryRead(bytes, out var message, out var used);
        if (status == OperationStatus.Done)
        {
            _conversation.OnBareJson(in message, sender);
            reader.Advance(used);
        }

        return status;
    }

    /// <summary>The body of a request whose head is cut or missing, or a chunk of one.</summary>
    private OperationStatus ReadLostBody(FlowSide sender, scoped ReadOnlySpan<byte> bytes, ref SequenceReader<byte> reader)
    {
        var status = JsonMessage.TryRead(bytes, out _, out var used);
        if (status == OperationStatus.InvalidData && !_conversation.IsHopeless)
        {
            SkipToMessage(ref reader);
            return OperationStatus.Done;
        }

        if (status != OperationStatus.Done)
        {
            return status;
        }

        _conversation.OnBody(sender, bytes[..used], isAnswer: false);
        reader.Advance(used);
        return Verdict();
    }

    private void ReadCutHead(FlowSide sender, ReadOnlySpan<byte> bytes)
    {
        if (HttpHead.TryRead(bytes, out var head, out _) == OperationStatus.NeedMoreData && !head.Method.IsEmpty)
        {
            _conversation.OnHead(sender, in head);
        }
    }

    private OperationStatus Verdict() => !session.IsReported && _conversation.IsHopeless ? OperationStatus.InvalidData : OperationStatus.Done;

    private static void SkipToMessage(ref SequenceReader<byte> reader)
    {
        reader.Advance(1);
        if (!reader.TryAdvanceToAny("HPG{"u8, advancePastDelimiter: false))
        {
            reader.AdvanceToEnd();
        }
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

    private struct Side
    {
        public Phase Phase;

        /// <summary>Bytes left of the body or of the chunk.</summary>
        public long Left;

        public bool IsResponse;

        /// <summary>Bytes were missing: the next message begins somewhere in what follows.</summary>
        public bool IsLost;
    }
}
