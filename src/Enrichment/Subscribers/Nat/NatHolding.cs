using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>Ports that somebody holds now.</summary>
internal sealed class NatHolding
{
    private readonly NatEvent _opening;
    private readonly NatTranslator _translator;
    private readonly bool _startIsEstimated;
    private LineDigest _lastLine;

    public NatHolding(in NatEvent opening, NatTranslator translator)
    {
        _opening = opening;
        _translator = translator;
        _lastLine = opening.Digest;
        From = LastProof = opening.Time;
        if (!opening.Kind.Opens())
        {
            // The device says since when, or the proof itself is the first moment known.
            _startIsEstimated = opening.Started.IsNone || opening.Started > opening.Time;
            From = _startIsEstimated ? opening.Time : opening.Started;
        }
    }

    public PacketTime From { get; }

    public PacketTime LastProof { get; private set; }

    public ushort FirstPort => _opening.FirstPort;

    public ushort LastPort => _opening.LastPort;

    public NatTranslator Translator => _translator;

    public bool HasSamePorts(in NatEvent happened) => FirstPort == happened.FirstPort && LastPort == happened.LastPort;

    /// <summary>The same inner side, as far as both say it: releases of some devices leave the routing instance or the account out.</summary>
    public bool IsHeldBy(in NatEvent happened) =>
        _opening.Inner == happened.Inner
        && (_opening.Vrf is null || happened.Vrf is null || _opening.Vrf == happened.Vrf)
        && (_opening.Account is null || happened.Account is null || _opening.Account == happened.Account);

    /// <summary>Takes a later proof; returns the time since the one before.</summary>
    public TimeSpan Prove(in NatEvent happened)
    {
        var gap = TimeSpan.FromTicks((happened.Time.UnixNanoseconds - LastProof.UnixNanoseconds) / 100);
        if (happened.Time > LastProof)
        {
            LastProof = happened.Time;
            _lastLine = happened.Digest;
        }

        return gap;
    }

    /// <summary>Ended by a line of its own.</summary>
    public AddressInterval Close(in NatEvent closing, IIntervalSink names)
    {
        if (closing.Time >= LastProof)
        {
            LastProof = closing.Time;
            _lastLine = closing.Digest;
        }

        return ToInterval(LastProof, isEstimated: false, names);
    }

    /// <summary>Ended, but no line says when; <paramref name="end"/> is the best that can be said, <see cref="AddressInterval.Open"/> when nothing can.</summary>
    public AddressInterval CloseAt(PacketTime end, IIntervalSink names) => ToInterval(end < LastProof ? LastProof : end, isEstimated: true, names);

    private AddressInterval ToInterval(PacketTime end, bool isEstimated, IIntervalSink names) => new()
    {
        Kind = _opening.Kind.IsSession() ? IntervalKind.Binding : IntervalKind.PortBlock,
        Source = _translator.Log.Number,
        Range = IpRange.Single(_opening.Outer),
        FirstPort = _opening.FirstPort,
        LastPort = _opening.LastPort,
        Protocol = _opening.Protocol,
        Marks = (_startIsEstimated ? IntervalMarks.StartIsEstimated : IntervalMarks.None) | (isEstimated ? IntervalMarks.EndIsEstimated : IntervalMarks.None),
        Destination = new Endpoint(_opening.Destination, _opening.DestinationPort),
        Inner = _opening.Inner,
        Realm = names.Intern(_opening.Vrf),
        Account = names.Intern(_opening.Account),
        From = From,
        To = end,
        FirstProof = From,
        LastProof = LastProof,
        FirstLine = _opening.Digest,
        LastLine = _lastLine,
    };
}
