using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment;

/// <summary>A mining event with what our own files say of it.</summary>
public sealed record EnrichedEvent(MiningEvent Event)
{
    /// <summary>Pool by endpoint, host name or coinbase tag; null when no list knows it.</summary>
    public PoolMatch? Pool { get; init; }

    /// <summary>Where the pool's side is, by the geo database; null without one.</summary>
    public Place? PoolPlace { get; init; }

    /// <summary>Where the miner's side is, by the geo database; null without one.</summary>
    public Place? ClientPlace { get; init; }

    /// <summary>Who was behind the miner's side; null when no subscriber source was given.</summary>
    public Attribution? Attribution { get; init; }

    /// <summary>What the agent and the rate make likely; null when they say nothing.</summary>
    public DeviceGuess? Device { get; init; }

    public PowerEstimate? Power { get; init; }
}

/// <summary>A pool that a list knows.</summary>
/// <param name="Name">Name of the pool.</param>
/// <param name="By">What matched: <c>endpoint</c>, <c>host</c>, <c>tag</c>.</param>
public sealed record PoolMatch(string Name, string By)
{
    /// <summary>The coin the list gives for it; a hint, the coin of an event comes from the wire only.</summary>
    public string? Coin { get; init; }
}

/// <summary>A place as a geo database has it; parts it does not know are null.</summary>
public sealed record Place(string? CountryCode, string? Province, string? City)
{
    public uint? AutonomousSystem { get; init; }

    public string? Organisation { get; init; }
}

/// <summary>A device or processor that fits the agent, by <c>rules/devices.csv</c>.</summary>
/// <param name="Name">Model or class, such as <c>Antminer S21</c> or <c>GPU</c>.</param>
/// <param name="By">What it rests on: <c>agent</c> names it, <c>class</c> is only the kind.</param>
public sealed record DeviceGuess(string Name, string By);

/// <summary>Electrical power behind a hashrate, with its range and what was assumed.</summary>
public sealed record PowerEstimate(double LowWatts, double Watts, double HighWatts, string Assumption);

/// <summary>
/// One client, pool, dialect and window: what the ledger keeps and hit lists show. <see cref="Key"/> is the same whenever the same
/// traffic is seen again.
/// </summary>
public sealed record Sighting
{
    /// <summary>SHA-256 over sensor, client address, pool endpoint, transport, dialect, role and window with first seen (of a whole capture its own first and last seen), lower-case hexadecimal.</summary>
    public required string Key { get; init; }

    public required string Sensor { get; init; }

    public required IpAddress Client { get; init; }

    /// <summary>Source ports seen, ascending: behind CGN the port is what names the subscriber. At most 64; the count is in <see cref="Connections"/>.</summary>
    public required IReadOnlyList<ushort> ClientPorts { get; init; }

    public required Endpoint Server { get; init; }

    public required Transport Transport { get; init; }

    public required PacketTime WindowStart { get; init; }

    /// <summary>Exclusive.</summary>
    public required PacketTime WindowEnd { get; init; }

    public required PacketTime FirstSeen { get; init; }

    public required PacketTime LastSeen { get; init; }

    public required long Connections { get; init; }

    /// <summary>
    /// Of an attempt that was kept in a flood: how many more sightings of attempts, to whichever server, were only counted since the last one that says so. The sum
    /// over all sightings is what was left out. Null when nothing was.
    /// </summary>
    public long? FurtherAttempts { get; init; }

    /// <summary>The strongest of the events: highest state, then confidence, then first seen. Shares, work and rate in it are the sums of all.</summary>
    public required EnrichedEvent Best { get; init; }
}
