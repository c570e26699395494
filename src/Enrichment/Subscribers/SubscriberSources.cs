using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Inventory;
using MinerFlow.Enrichment.Subscribers.Lines;
using MinerFlow.Enrichment.Subscribers.Master;

namespace MinerFlow.Enrichment.Subscribers;

/// <summary>What is known of subscribers, as far as it was given.</summary>
public sealed record SubscriberSources
{
    /// <summary>Own prefixes and how their addresses are given out.</summary>
    public AddressInventory? Inventory { get; init; }

    /// <summary>Register of static lines.</summary>
    public StaticLineRegister? Lines { get; init; }

    /// <summary>Account to holder.</summary>
    public SubscriberMaster? Master { get; init; }

    /// <summary>RADIUS, NAT and DHCP logs.</summary>
    public IAddressIntervals? Logs { get; init; }

    /// <summary>What our own sensor saw.</summary>
    public OwnFlows? OwnFlows { get; init; }
}

public sealed record SubscriberDirectoryOptions
{
    /// <summary>How far clocks may be apart that nothing is known of. 2 s: what accounting servers with NTP keep, with the delay of a busy access server.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Prefixes of our own beyond those in the inventory: they make "not ours" and "nobody" sayable.</summary>
    public IReadOnlyList<IpRange> OwnPrefixes { get; init; } = [];
}
