using System.Runtime.CompilerServices;
using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Protocols;

/// <content>What the session amounts to.</content>
public sealed partial class MiningSession
{
    private const int EvidenceKept = 8;

    private SeenTexts _seen;
    private SeenPlaces _places;
    private int _evidenceCount;
    private bool _isConvincing;
    private bool _minerContradicts;
    private bool _poolContradicts;
    private bool _accepted;
    private bool _rejected;

    /// <summary>The protocol that reads now; the last one names the event.</summary>
    public IMiningProtocol? Protocol { get; internal set; }

    /// <summary>0 to 1; below the threshold of the rules the session says nothing.</summary>
    public double Confidence { get; private set; }

    /// <summary>Enough for a verdict, by the threshold of the rules, and not only quoted.</summary>
    public bool IsReported => _isConvincing && !IsQuotation && !(BeganOtherwise && MinerHeard != PoolHeard);

    /// <summary>The connection began with something else: words of mining that only one side says later are pasted into a chat or a mail.</summary>
    internal bool BeganOtherwise { get; set; }

    /// <summary>The side whose SYN opened the connection; null when it was not seen.</summary>
    internal FlowSide? Opener { get; init; }

    /// <summary>
    /// Text about mining, such as a log, a paste or what a terminal repeats: one side says what both would, and the other says nothing of mining or both too.
    /// </summary>
    private bool IsQuotation => (_minerContradicts || _poolContradicts) && (_minerContradicts || !MinerHeard) && (_poolContradicts || !PoolHeard);

    /// <summary>This side said what only the other does.</summary>
    internal void Contradicts(Speaker side)
    {
        _minerContradicts |= side == Speaker.Miner;
        _poolContradicts |= side == Speaker.Pool;
    }

    public MiningState State => _accepted ? MiningState.Accepted : _rejected ? MiningState.Rejected : MiningState.Attempted;

    /// <summary>The pool gave work or took a share.</summary>
    public void Accepted() => _accepted = true;

    /// <summary>The pool refused login or subscription; <see cref="Accepted"/> wins over it.</summary>
    public void Rejected() => _rejected = true;

    /// <summary>Adds a line to the evidence, at most one for each text, at most 8 in all.</summary>
    /// <param name="seen">Constant English words without personal data.</param>
    /// <param name="frameNumber">Frame that carried it.</param>
    public void Saw(string seen, long frameNumber)
    {
        for (var i = 0; i < _evidenceCount; i++)
        {
            if (ReferenceEquals(_seen[i], seen))
            {
                return;
            }
        }

        if (_evidenceCount == EvidenceKept)
        {
            return;
        }

        _seen[_evidenceCount] = seen;
        _places[_evidenceCount++] = new EvidencePlace(Protocol, frameNumber);
    }

    /// <summary>Adds a line to the evidence, seen in the message that is being read.</summary>
    public void Saw(string seen) => Saw(seen, Moment.FrameNumber);

    /// <summary>The first line of the evidence that came from this frame; null when none did.</summary>
    internal string? SeenIn(long frameNumber)
    {
        for (var i = 0; i < _evidenceCount; i++)
        {
            if (_places[i].FrameNumber == frameNumber)
            {
                return _seen[i];
            }
        }

        return null;
    }

    /// <summary>Raises the confidence; it never falls.</summary>
    public void AtLeast(double confidence)
    {
        if (confidence > Confidence)
        {
            Confidence = confidence;
            _isConvincing = confidence >= Context.Rules.Thresholds.Report;
        }
    }

    /// <summary>Raises the confidence to what the rules give the current protocol for a message recognised this well.</summary>
    public void Recognised(Recognition recognition) => AtLeast(Context.ConfidenceOf(Protocol, recognition));

    /// <summary>What the session has come to, as an event of its own data.</summary>
    /// <param name="conversation">The flow it belongs to.</param>
    /// <param name="isFinal">False when the connection goes on.</param>
    internal MiningEvent ToEvent(in Conversation conversation, bool isFinal = true)
    {
        var miner = Miner ?? conversation.Opener ?? conversation.LikelyClient;
        var onlyMiner = MinerHeard && !PoolHeard;
        if (onlyMiner && SharesSubmitted >= 3)
        {
            // Each share names a job, so the pool gave work although its side is not in the capture.
            Accepted();
            Saw("only the miner's side is in the capture: shares are those submitted, an upper bound", conversation.LastFrame);
        }

        if (_accepted && MinerHeard && PoolHeard)
        {
            AtLeast(Context.Rules.Thresholds.BothSides);
        }

        var name = Protocol?.Name ?? "unknown";
        return new MiningEvent
        {
            Client = conversation.Key[miner],
            Server = conversation.Key[miner.Opposite()],
            Transport = conversation.Key.Transport,
            FlowId = conversation.FlowId,
            Role = Role,
            State = State,
            Dialect = name,
            Rule = name,
            Coin = _coin ?? "unknown",
            Algorithm = _algorithm ?? _algorithmAsSpelt?.Printable,
            Agent = _agent?.Printable,
            Login = Context.Identities.Of(_account),
            Worker = Context.Identities.Of(_worker),
            Workers = _workers,
            PoolHost = _poolHost?.Printable,
            PoolTag = _poolTag,
            SharesSubmitted = SharesSubmitted,
            SharesAccepted = SharesAccepted,
            SharesRejected = SharesRejected,
            SharesStale = SharesStale,
            AcceptedWork = IsWorkUndecided ? 0 : _acceptedWork,
            Difficulty = _difficulty,
            Hashrate = EstimateRate(),
            StatedHashrate = _statedHashrate,
            Height = _height,
            Jobs = Jobs,
            Confidence = Math.Min(Confidence, 1),
            Encrypted = IsEncrypted,
            FirstSeen = conversation.FirstSeen,
            LastSeen = conversation.LastSeen,
            Evidence = Evidence(),
            CaptureFile = conversation.CaptureName,
            FirstFrame = conversation.FirstFrame,
            LastFrame = conversation.LastFrame,
            IsFinal = isFinal,
        };
    }

    private Evidence[] Evidence()
    {
        var lines = new Evidence[_evidenceCount];
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = new Evidence(_places[i].Protocol?.Name ?? Protocol?.Name ?? "unknown", _places[i].FrameNumber, _seen[i]!);
        }

        return lines;
    }

    [InlineArray(EvidenceKept)]
    private struct SeenPlaces
    {
        private EvidencePlace _first;
    }

    private readonly record struct EvidencePlace(IMiningProtocol? Protocol, long FrameNumber);

    [InlineArray(EvidenceKept)]
    private struct SeenTexts
    {
        private string? _first;
    }
}
