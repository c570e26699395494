using MinerFlow.Abstractions;

namespace MinerFlow.Ledger;

/// <summary>Which sightings to read; what is null does not narrow.</summary>
public sealed record SightingFilter
{
    /// <summary>Sightings last seen at or after this moment.</summary>
    public PacketTime? From { get; init; }

    /// <summary>Sightings first seen before this moment.</summary>
    public PacketTime? To { get; init; }

    public IpAddress? Client { get; init; }

    public MiningRole? Role { get; init; }

    /// <summary>Only what lies behind this sighting in the order of window and key: the last one of the page before.</summary>
    public (PacketTime WindowStart, string Key)? After { get; init; }

    /// <summary>How many at most; null for all.</summary>
    public int? Most { get; init; }

    /// <summary>
    /// Also read login, worker and subscriber in clear, from a ledger that is open with its keys. Without it identities have an empty clear text and attributions no candidates.
    /// </summary>
    public bool IncludeRestricted { get; init; }
}
