using System.Buffers;
using MinerFlow.Abstractions;
using MinerFlow.Connections;
using MinerFlow.Detection.Protocols;

namespace MinerFlow.Detection;

/// <summary>
/// Reads one connection: finds the protocol of each direction from its bytes, lets its reader read, and starts again behind a preamble
/// (SOCKS, HTTP CONNECT) or wherever a reader says that the protocol is no longer its own.
/// </summary>
internal sealed class DetectionHandler : IConnectionHandler
{
    /// <summary>Bytes shown to a probe when they lie in more than one piece. 1,536: one Ethernet payload, which is what the flow was let in for.</summary>
    private const int ProbeBytes = 1_536;

    private readonly MiningDetector _detector;
    private readonly Connection _connection;
    private readonly MiningSession _session;
    private IStreamReader?[]? _readers;
    private IStreamReader? _low;
    private IStreamReader? _high;
    private long _undecidedBytes;

    public DetectionHandler(MiningDetector detector, SessionContext context, Connection connection)
    {
        _detector = detector;
        _connection = connection;
        _session = new MiningSession(context) { BeganOtherwise = connection.BeganOtherwise, Opener = connection.Opener };
    }

    public string? Rule => _session.IsReported && _session.Role.IsHit() ? _session.Protocol?.Name : null;

    public string? SeenIn(long frameNumber) => _session.SeenIn(frameNumber);

    public long OnStream(FlowSide sender, in ReadOnlySequence<byte> bytes, in StreamMoment moment)
    {
        _session.Moment = moment;
        var reader = new SequenceReader<byte>(bytes);
        while (!reader.End && ReadOne(sender, ref reader, in moment) != OperationStatus.NeedMoreData)
        {
        }

        if (!_session.IsReported)
        {
            _undecidedBytes += Math.Max(reader.Consumed, 1);
            if (_undecidedBytes > _session.Context.Options.UndecidedBytes || _session.Unrecognised > _session.Context.Options.UndecidedMessages)
            {
                _connection.Abandon();
            }
        }

        return reader.Consumed;
    }

    public void OnGap(FlowSide sender, long missing, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment)
    {
        _session.Moment = moment;
        ReadCut(sender, in unconsumed, in moment);
    }

    public void OnDatagram(FlowSide sender, ReadOnlySpan<byte> payload, in StreamMoment moment)
    {
        _session.Moment = moment;
        foreach (var protocol in _session.Context.Datagrams)
        {
            if (!protocol.Probe(payload))
            {
                continue;
            }

            var former = _session.Protocol;
            _session.Protocol = protocol;
            var match = protocol.Read(payload, _session);
            if (match.Recognition != Recognition.None)
            {
                Take(match, sender);
                return;
            }

            _session.Protocol = former;
        }

        _undecidedBytes += payload.Length;
        if (!_session.IsReported && _undecidedBytes > _session.Context.Options.UndecidedBytes)
        {
            _connection.Abandon();
        }
    }

    public void OnPeriodEnd() => Emit(isFinal: false);

    public void OnClosed(ConnectionEnd end, in ReadOnlySequence<byte> unconsumedLow, in ReadOnlySequence<byte> unconsumedHigh)
    {
        // The moment stays that of the last message: what is cut came with it, and a connection may linger in silence.
        var moment = _session.Moment;
        ReadCut(FlowSide.Low, in unconsumedLow, in moment);
        ReadCut(FlowSide.High, in unconsumedHigh, in moment);
        Emit(isFinal: true);
    }

    /// <summary>Reports what the session has come to, when that is enough.</summary>
    private void Emit(bool isFinal)
    {
        var moment = _session.Moment;
        foreach (var reader in _readers ?? [])
        {
            reader?.OnTelling(in moment);
        }

        if (_session.IsReported)
        {
            _detector.Emit(_session.ToEvent(Conversation.Of(_connection), isFinal), _session.Protocol);
        }
    }

    private ref IStreamReader? ReaderOf(FlowSide side) => ref side == FlowSide.Low ? ref _low : ref _high;

    private OperationStatus ReadOne(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment)
    {
        ref var mine = ref ReaderOf(sender);
        if (mine is not null)
        {
            var status = mine.Read(sender, ref reader, in moment);
            if (status != OperationStatus.InvalidData)
            {
                return status;
            }

            mine = null;
        }

        var other = ReaderOf(sender.Opposite());
        if (other is not null && !reader.End)
        {
            var status = other.Read(sender, ref reader, in moment);
            if (status != OperationStatus.InvalidData)
            {
                mine = status == OperationStatus.Done ? other : null;
                return status;
            }
        }

        return reader.End ? OperationStatus.Done : Find(sender, ref reader, in moment);
    }

    /// <summary>Asks every protocol that may begin with these bytes; the first that reads a message keeps the direction.</summary>
    private OperationStatus Find(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment)
    {
        Span<byte> copy = stackalloc byte[ProbeBytes];
        var start = Start(reader.UnreadSequence, copy);
        var waiting = false;
        for (var i = 0; i <= _session.Context.Streams.Length; i++)
        {
            if (Candidate(i, start) is not { } candidate)
            {
                continue;
            }

            var former = _session.Protocol;
            _session.Protocol = i < _session.Context.Streams.Length ? _session.Context.Streams[i] : former;
            var consumed = reader.Consumed;
            var status = candidate.Read(sender, ref reader, in moment);
            if (status == OperationStatus.Done)
            {
                ReaderOf(sender) = candidate;
                return status;
            }

            _session.Protocol = former;
            if (status == OperationStatus.InvalidData && reader.Consumed > consumed)
            {
                return OperationStatus.Done;
            }

            waiting |= status == OperationStatus.NeedMoreData;
        }

        if (waiting)
        {
            return OperationStatus.NeedMoreData;
        }

        // Nothing begins here. The next packet is the next place where something may.
        reader.AdvanceToEnd();
        return OperationStatus.Done;
    }

    /// <summary>The reader of the candidate with this number, the JSON lines last: they are what the others may look like.</summary>
    private IStreamReader? Candidate(int number, ReadOnlySpan<byte> start)
    {
        IStreamReader? candidate = null;
        if (number == _session.Context.Streams.Length)
        {
            candidate = JsonConversation.ProbeLines(start) ? _session.Json : null;
        }
        else if (_session.Context.Streams[number].Probe(start))
        {
            _readers ??= new IStreamReader?[_session.Context.Streams.Length];
            candidate = _readers[number] ??= _session.Context.Streams[number].CreateReader(_session);
        }

        return candidate;
    }

    /// <summary>Shows a message that will not become complete to the protocol of its direction, or to all that it may be.</summary>
    private void ReadCut(FlowSide sender, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment)
    {
        if ((ReaderOf(sender) ?? ReaderOf(sender.Opposite())) is { } reader)
        {
            reader.OnGap(sender, in unconsumed, in moment);
            return;
        }

        if (unconsumed.IsEmpty)
        {
            return;
        }

        Span<byte> copy = stackalloc byte[ProbeBytes];
        var start = Start(in unconsumed, copy);
        for (var i = 0; i <= _session.Context.Streams.Length; i++)
        {
            if (Candidate(i, start) is not { } candidate)
            {
                continue;
            }

            var former = _session.Protocol;
            var confidence = _session.Confidence;
            _session.Protocol = i < _session.Context.Streams.Length ? _session.Context.Streams[i] : former;
            candidate.OnGap(sender, in unconsumed, in moment);
            if (_session.Confidence > confidence)
            {
                ReaderOf(sender) = candidate;
                return;
            }

            _session.Protocol = former;
        }
    }

    private void Take(Match match, FlowSide sender)
    {
        if (match.Speaker != Speaker.Unknown)
        {
            _session.Orient(match.Speaker == Speaker.Miner ? sender : sender.Opposite());
            _session.Heard(match.Speaker);
        }

        _session.Recognised(match.Recognition);
    }

    private static ReadOnlySpan<byte> Start(in ReadOnlySequence<byte> bytes, Span<byte> copy)
    {
        if (bytes.FirstSpan.Length >= copy.Length || bytes.IsSingleSegment)
        {
            return bytes.FirstSpan;
        }

        var start = bytes.Slice(0, Math.Min(bytes.Length, copy.Length));
        start.CopyTo(copy);
        return copy[..(int)start.Length];
    }
}
