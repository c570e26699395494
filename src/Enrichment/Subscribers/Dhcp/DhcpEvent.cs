using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Dhcp;

internal enum DhcpEventKind : byte
{
    /// <summary>Given out or renewed at this time, until <see cref="DhcpEvent.Expires"/>.</summary>
    Held,

    /// <summary>Given back, withdrawn, or found in use by somebody else.</summary>
    Ended,
}

/// <summary>
/// One thing that a DHCP server wrote about an address or a delegated prefix. Host names are dropped where they are read: they are personal data and
/// say nothing of the access.
/// </summary>
internal sealed record DhcpEvent
{
    public required DhcpEventKind Kind { get; init; }

    public required IpRange Range { get; init; }

    /// <summary>When the server dealt with it.</summary>
    public required PacketTime Time { get; init; }

    /// <summary>Until when the lease is good; <see cref="AddressInterval.Open"/> for ever.</summary>
    public PacketTime Expires { get; init; }

    /// <summary>The server says that it ended but not when: at <see cref="Time"/> at the earliest.</summary>
    public bool TimeIsEstimated { get; init; }

    /// <summary>Hardware address, DUID or client identifier, as text that is the same each time.</summary>
    public required string Client { get; init; }

    /// <summary>Circuit id and remote id of the relay (RFC 3046), as far as they are known; empty when not.</summary>
    public string AccessPort { get; init; } = "";

    /// <summary>Subnet number or name where inner addresses repeat; empty when not known.</summary>
    public string Realm { get; init; } = "";

    public required LineDigest Digest { get; init; }
}

internal interface IDhcpEventHandler
{
    void Take(DhcpEvent happened);
}

/// <summary>What became of the records of DHCP logs.</summary>
public sealed class DhcpLogCounters
{
    public long Records { get; internal set; }

    /// <summary>Records of what no client has: free, backup, abandoned addresses, heads of files.</summary>
    public long Ignored { get; internal set; }

    /// <summary>Records that cannot be read; the first of them are named as problems.</summary>
    public long Malformed { get; internal set; }

    /// <summary>Records older than what was read of their address before.</summary>
    public long OutOfOrder { get; internal set; }

    public long Intervals { get; internal set; }
}
