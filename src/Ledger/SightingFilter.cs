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

    /// <summary>
    /// Also read login, worker and subscriber in clear. Without it identities have an empty clear text and attributions no candidates.
    /// </summary>
    public bool IncludeRestricted { get; init; }
}
