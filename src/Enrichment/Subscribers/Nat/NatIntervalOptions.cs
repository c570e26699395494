namespace MinerFlow.Enrichment.Subscribers.Nat;

internal sealed record NatIntervalOptions
{
    /// <summary>
    /// Events are put in order before they are joined: one waits until something this much later was seen. Null waits for the end of the input: for
    /// files. 10 minutes covers relays that buffer.
    /// </summary>
    public TimeSpan? ReorderWindow { get; init; }

    /// <summary>Events that wait at a time; beyond it the earliest goes ahead. 1,000,000 are some 250 MB.</summary>
    public int MaxWaiting { get; init; } = 1_000_000;
}

/// <summary>What became of the events of all translators.</summary>
internal sealed class NatIntervalCounters
{
    public long Events { get; set; }

    public long Intervals { get; set; }

    /// <summary>Said again what was known: retransmissions, two log servers.</summary>
    public long Duplicates { get; set; }

    /// <summary>Came after their time had been dealt with, and were joined with what was kept of it.</summary>
    public long Late { get; set; }

    /// <summary>Came so and were not used: nothing is kept, or more of them waited than there is room for.</summary>
    public long TooLate { get; set; }

    /// <summary>Went ahead because <see cref="NatIntervalOptions.MaxWaiting"/> was reached.</summary>
    public long PushedAhead { get; set; }

    /// <summary>Allocations whose release never came: the end is estimated.</summary>
    public long LostReleases { get; set; }

    /// <summary>Proofs of ports whose allocation was not seen.</summary>
    public long LostAllocations { get; set; }

    /// <summary>Releases without any proof of when the ports were allocated: nothing can be said from them but that they were held at that moment.</summary>
    public long OrphanReleases { get; set; }

    /// <summary>Allocations that share some ports with another open one, which must have ended.</summary>
    public long Overlaps { get; set; }

    public long Restarts { get; set; }
}
