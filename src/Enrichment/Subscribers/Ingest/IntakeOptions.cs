namespace MinerFlow.Enrichment.Subscribers.Ingest;

/// <summary>How much an intake may hold in memory, and how long it waits for lines that come late.</summary>
public sealed record IntakeOptions
{
    /// <summary>
    /// Events of one translator are put in order before they are joined: one waits until its log has reached something this much later. 10 minutes: what relays that
    /// buffer need, in files. Seconds for live logs, for what waits is in no answer yet.
    /// </summary>
    public TimeSpan ReorderWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Events that wait at a time, of all translators; beyond it the earliest goes ahead. 1,000,000 are some 250 MB.</summary>
    public int MostWaiting { get; init; } = 1_000_000;

    /// <summary>
    /// Open port blocks that are held in memory; beyond it all of them are looked up in the store again. 1,000,000: some 250 MB.
    /// </summary>
    public int MostHeld { get; init; } = 1_000_000;
}
