using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>Which link of the chain from an address to a subscriber an interval is.</summary>
public enum IntervalKind : byte
{
    None = 0,

    /// <summary>An address or prefix and the account that had it: RADIUS accounting.</summary>
    Session = 1,

    /// <summary>An address or prefix and the access port or device that had it: DHCP. The account, when known, comes by the subscriber master.</summary>
    Lease = 2,

    /// <summary>Ports of a shared public address and who had them: an inner address, an account, or both. CGN port blocks, NAT64, DS-Lite.</summary>
    PortBlock = 3,

    /// <summary>One port of a shared public address for one connection or mapping.</summary>
    Binding = 4,

    /// <summary>A row of the register of static lines.</summary>
    Line = 5,
}

/// <summary>Which ends of an interval no log line states.</summary>
[Flags]
public enum IntervalMarks : byte
{
    None = 0,

    /// <summary><see cref="AddressInterval.From"/> was concluded: the assignment's line is lost.</summary>
    StartIsEstimated = 1,

    /// <summary><see cref="AddressInterval.To"/> was concluded: the release's line is lost, or has not come yet.</summary>
    EndIsEstimated = 2,
}

/// <summary>
/// What every source becomes: these addresses (and these ports of them) belonged to this inner address or account from then until then, as that
/// device logged it. All times are the device's own, as its lines state them; what is known of its clock is in its <see cref="LogSource"/>.
/// A value without references, so that hundreds of millions can be written as they are.
/// </summary>
/// <remarks>
/// One fact is told by several lines (allocation, keepalives, release). Intervals with the same <see cref="Identity"/> are the same fact: the one told
/// later replaces the earlier, so that reading a log twice, or a keepalive after the allocation, never doubles anything.
/// </remarks>
public readonly record struct AddressInterval()
{
    /// <summary>Later than any moment a log can name: the end of an interval that nothing has ended.</summary>
    public static readonly PacketTime Open = new(long.MaxValue);

    public required IntervalKind Kind { get; init; }

    /// <summary>Index of the device's log in <see cref="IAddressIntervals.Sources"/>.</summary>
    public required ushort Source { get; init; }

    public required IpRange Range { get; init; }

    /// <summary>Ports of a shared address, both included; 0 to 65535 when the whole address is meant.</summary>
    public ushort FirstPort { get; init; }

    public ushort LastPort { get; init; } = ushort.MaxValue;

    /// <summary>IP protocol number the ports belong to; 0 when all.</summary>
    public byte Protocol { get; init; }

    public IntervalMarks Marks { get; init; }

    /// <summary>The far end of a <see cref="IntervalKind.Binding"/> that is good for one destination only; default when for all.</summary>
    public Endpoint Destination { get; init; }

    /// <summary>The address behind the shared one; default when the line names none.</summary>
    public IpAddress Inner { get; init; }

    /// <summary>VRF or VPN instance in which <see cref="Range"/> (of a session, a lease) or <see cref="Inner"/> (behind NAT) is meant.</summary>
    public NameId Realm { get; init; }

    /// <summary>Account, or line number; none when the source knows addresses only.</summary>
    public NameId Account { get; init; }

    /// <summary>Physical port as the source names it: NAS-Port-Id, circuit id.</summary>
    public NameId AccessPort { get; init; }

    /// <summary>First moment; <see cref="PacketTime.None"/> when nothing says when it began.</summary>
    public required PacketTime From { get; init; }

    /// <summary>Exclusive; <see cref="Open"/> when no end is known.</summary>
    public required PacketTime To { get; init; }

    /// <summary>The first and the last moment at which a log line says that it was held: allocation, keepalive, interim, release.</summary>
    public required PacketTime FirstProof { get; init; }

    public required PacketTime LastProof { get; init; }

    /// <summary>The lines of <see cref="FirstProof"/> and <see cref="LastProof"/>.</summary>
    public LineDigest FirstLine { get; init; }

    public LineDigest LastLine { get; init; }

    /// <summary>Without a source port nobody can be named.</summary>
    public bool SharesAddress => Kind is IntervalKind.PortBlock or IntervalKind.Binding;

    /// <summary>What makes two intervals the same fact. An interval whose start is estimated has <see cref="FirstProof"/> in its place.</summary>
    public IntervalIdentity Identity => new(
        Kind, Source, Range, FirstPort, LastPort, Protocol, Destination, Inner, Realm, Account, (Marks & IntervalMarks.StartIsEstimated) == IntervalMarks.None ? From : FirstProof);

    public bool Overlaps(PacketTime from, PacketTime to) => From <= to && To > from;

    /// <summary>Whether the port, when one is asked, is among the interval's.</summary>
    public bool Holds(ushort? port) => port is not { } asked || (FirstPort <= asked && asked <= LastPort);
}

/// <summary>See <see cref="AddressInterval.Identity"/>.</summary>
public readonly record struct IntervalIdentity(
    IntervalKind Kind,
    ushort Source,
    IpRange Range,
    ushort FirstPort,
    ushort LastPort,
    byte Protocol,
    Endpoint Destination,
    IpAddress Inner,
    NameId Realm,
    NameId Account,
    PacketTime Start);
