using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>Ports that somebody holds now.</summary>
internal sealed class NatHolding
{
    private readonly IntervalKind _kind;
    private readonly byte _protocol;
    private readonly IpAddress _inner;
    private readonly NameId _realm;
    private readonly NameId _account;
    private readonly bool _startIsEstimated;
    private readonly LineDigest _firstLine;
    private LineDigest _lastLine;

    public NatHolding(in NatEvent opening, NatTranslator translator, IIntervalSink names)
    {
        Translator = translator;
        _kind = opening.Kind.IsSession() ? IntervalKind.Binding : IntervalKind.PortBlock;
        (_protocol, FirstPort, LastPort) = (opening.Protocol, opening.FirstPort, opening.LastPort);
        (Outer, _inner, Destination) = (opening.Outer, opening.Inner, new Endpoint(opening.Destination, opening.DestinationPort));
        (_realm, _account) = (names.Intern(opening.Vrf), names.Intern(opening.Account));
        _firstLine = _lastLine = opening.Digest;
        From = LastProof = opening.Time;
        if (!opening.Kind.Opens())
        {
            // The device says since when, or the proof itself is the first moment known.
            _startIsEstimated = opening.Started.IsNone || opening.Started > opening.Time;
            From = _startIsEstimated ? opening.Time : opening.Started;
        }
    }

    /// <summary>One that a store keeps open.</summary>
    public NatHolding(in AddressInterval kept, NatTranslator translator)
    {
        Translator = translator;
        (_kind, _protocol, FirstPort, LastPort) = (kept.Kind, kept.Protocol, kept.FirstPort, kept.LastPort);
        (Outer, _inner, Destination) = (kept.Range.First, kept.Inner, kept.Destination);
        (_realm, _account) = (kept.Realm, kept.Account);
        (_firstLine, _lastLine) = (kept.FirstLine, kept.LastLine);
        (From, LastProof) = (kept.From, kept.LastProof);
        _startIsEstimated = kept.Marks.HasFlag(IntervalMarks.StartIsEstimated);
    }

    public NatTranslator Translator { get; }

    public PacketTime From { get; }

    public PacketTime LastProof { get; private set; }

    public IpAddress Outer { get; }

    public Endpoint Destination { get; }

    public byte Protocol => _protocol;

    public ushort FirstPort { get; }

    public ushort LastPort { get; }

    /// <summary>No line says when it began: it stands from its first proof on.</summary>
    public bool StartIsEstimated => _startIsEstimated;

    public bool IsSession => _kind == IntervalKind.Binding;

    /// <summary>Something of it has not been handed out.</summary>
    public bool HasNews { get; set; }

    public bool HasSamePorts(in NatEvent happened) => FirstPort == happened.FirstPort && LastPort == happened.LastPort;

    /// <summary>The same inner side, as far as both say it: releases of some devices leave the routing instance or the account out.</summary>
    public bool IsHeldBy(in NatEvent happened, IIntervalSink names) =>
        _inner == happened.Inner
        && (_realm.IsNone || happened.Vrf is null || _realm == names.Intern(happened.Vrf))
        && (_account.IsNone || happened.Account is null || _account == names.Intern(happened.Account));

    /// <summary>Whether both cannot be held at one time, except by the same.</summary>
    public bool SharesPorts(NatHolding other) =>
        (_kind, _protocol, Destination) == (other._kind, other._protocol, other.Destination) && FirstPort <= other.LastPort && other.FirstPort <= LastPort;

    /// <summary>The same ports and the same inner side, as far as both say it.</summary>
    public bool IsOfSame(NatHolding other) =>
        (_kind, _protocol, Destination, FirstPort, LastPort, _inner) == (other._kind, other._protocol, other.Destination, other.FirstPort, other.LastPort, other._inner)
        && (_realm.IsNone || other._realm.IsNone || _realm == other._realm)
        && (_account.IsNone || other._account.IsNone || _account == other._account);

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
    public AddressInterval Close(in NatEvent closing)
    {
        if (closing.Time >= LastProof)
        {
            LastProof = closing.Time;
            _lastLine = closing.Digest;
        }

        return ToInterval(LastProof, isEstimated: false);
    }

    /// <summary>Goes on in another that was proven later: its proofs are proofs of this one.</summary>
    public AddressInterval GoesOnIn(NatHolding later, PacketTime end, bool isEstimated)
    {
        (LastProof, _lastLine) = (later.LastProof, later._lastLine);
        return ToInterval(end, isEstimated);
    }

    /// <summary>Ended, but no line says when; <paramref name="end"/> is the best that can be said, <see cref="AddressInterval.Open"/> when nothing can.</summary>
    public AddressInterval CloseAt(PacketTime end) => ToInterval(end < LastProof ? LastProof : end, isEstimated: true);

    private AddressInterval ToInterval(PacketTime end, bool isEstimated) => new()
    {
        Kind = _kind,
        Source = Translator.Log.Number,
        Range = IpRange.Single(Outer),
        FirstPort = FirstPort,
        LastPort = LastPort,
        Protocol = _protocol,
        Marks = (_startIsEstimated ? IntervalMarks.StartIsEstimated : IntervalMarks.None) | (isEstimated ? IntervalMarks.EndIsEstimated : IntervalMarks.None),
        Destination = Destination,
        Inner = _inner,
        Realm = _realm,
        Account = _account,
        From = From,
        To = end,
        FirstProof = From,
        LastProof = LastProof,
        FirstLine = _firstLine,
        LastLine = _lastLine,
    };
}
