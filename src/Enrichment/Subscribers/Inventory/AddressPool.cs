using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Inventory;

/// <summary>One row of the inventory: a prefix of ours, and how its addresses were given out from then until then.</summary>
public sealed record AddressPool(IpRange Range, PoolKind Kind)
{
    /// <summary>First moment; <see cref="PacketTime.None"/> when the row does not say.</summary>
    public PacketTime From { get; init; } = PacketTime.None;

    /// <summary>Exclusive; <see cref="AddressInterval.Open"/> when it goes on.</summary>
    public PacketTime To { get; init; } = AddressInterval.Open;

    /// <summary>The device that translates or gives out the addresses, named as its logs name it; null when the row names none.</summary>
    public string? Device { get; init; }

    /// <summary>The access server whose sessions have these addresses; needed where inner addresses repeat behind several of them.</summary>
    public string? AccessServer { get; init; }

    /// <summary>Zone of the device's log lines; null when the row names none.</summary>
    public TimeSpan? TimeZone { get; init; }

    /// <summary>The rule of a <see cref="PoolKind.CgnDeterministic"/> pool.</summary>
    public DeterministicRule? Rule { get; init; }

    internal int Line { get; init; }

    /// <summary>The row itself as evidence: of a deterministic pool it is the log.</summary>
    internal LineDigest Digest { get; init; }

    public bool IsValid(PacketTime from, PacketTime to) => From <= to && To > from;
}
