namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>How accounting records are joined to sessions.</summary>
internal sealed record RadiusSessionOptions
{
    /// <summary>
    /// Records wait until one this much later was seen and are joined in the order of their event times. Zero joins each at once: for live records, which are acknowledged
    /// when they are joined. An hour for files: a server's own resending, and two tables side by side.
    /// </summary>
    public TimeSpan ReorderWindow { get; init; } = TimeSpan.Zero;

    /// <summary>Records that wait at a time; beyond it the earliest goes ahead. 100,000 are some 50 MB.</summary>
    public int MaxWaiting { get; init; } = 100_000;

    /// <summary>
    /// Every record tells the sink the newest state of its session's intervals, open ones with the end that follows if nothing more comes: for stores, which are asked and
    /// may crash while sessions last. Otherwise an interval is told once, when nothing is expected to change it.
    /// </summary>
    public bool TellsOpen { get; init; }

    /// <summary>How long an ended session is remembered, in the time of the log: what comes so late after a Stop opens nothing. Six hours: a server that resends what it could not deliver overnight.</summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Sessions known at a time; beyond it those that were proven longest ago are forgotten and counted. 4,000,000: twice the subscribers of a prefecture.</summary>
    public int MaxSessions { get; init; } = 4_000_000;
}
