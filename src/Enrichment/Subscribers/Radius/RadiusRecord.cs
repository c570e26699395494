using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>Acct-Status-Type (RFC 2866 section 5.1, RFC 2869 section 2.1).</summary>
internal enum AccountingStatus : byte
{
    None = 0,
    Start = 1,
    Stop = 2,
    Interim = 3,
    On = 7,
    Off = 8,
}

internal enum AllocationKind : byte
{
    FramedIPv4,
    FramedIPv6,
    FramedPrefix,
    DelegatedPrefix,
    NatBlock,
}

/// <summary>Addresses that an accounting record says the session has; for a NAT block its public address and ports.</summary>
internal readonly record struct Allocation(AllocationKind Kind, IpRange Range, ushort FirstPort, ushort LastPort)
{
    private const ulong Slash64 = ulong.MaxValue;

    /// <summary>
    /// What an interval was made of. It does not say which of two prefixes was framed and which delegated; framed ones are /64 (RFC 4818, as access servers use it).
    /// </summary>
    public static Allocation Of(in AddressInterval interval)
    {
        var kind = interval.Kind == IntervalKind.PortBlock ? AllocationKind.NatBlock
            : interval.Range.First.IsIPv4 ? AllocationKind.FramedIPv4
            : interval.Range.First == interval.Range.Last ? AllocationKind.FramedIPv6
            : interval.Range.Span == Slash64 ? AllocationKind.FramedPrefix
            : AllocationKind.DelegatedPrefix;
        return new Allocation(kind, interval.Range, interval.FirstPort, interval.LastPort);
    }
}

/// <summary>What is kept of one accounting record. Passwords, challenges, counters and everything else are never copied out of the line.</summary>
internal sealed record RadiusRecord(AccountingStatus Status, string Nas, string SessionId, string User, PacketTime Time)
{
    public string? NasPort { get; init; }

    /// <summary>VPN instance that the addresses belong to.</summary>
    public string? Realm { get; init; }

    /// <summary>Acct-Session-Time.</summary>
    public long? SessionSeconds { get; init; }

    /// <summary>Acct-Interim-Interval.</summary>
    public int? InterimSeconds { get; init; }

    public IReadOnlyList<Allocation> Allocations { get; init; } = [];

    /// <summary>NAT blocks that the session gives back with this record (IP-Port-Alloc 2, RFC 8045 section 3.2.8).</summary>
    public IReadOnlyList<Allocation> Released { get; init; } = [];

    /// <summary>When it reached the accounting server, less Acct-Delay-Time; null when not known.</summary>
    public PacketTime? Received { get; init; }

    /// <summary>Over the record's lines as they stand in the file, each with a line feed.</summary>
    public LineDigest Digest { get; init; }
}
