namespace MinerFlow.Reporting.Feeds;

/// <summary>A feed as the settings ask for it, checked.</summary>
/// <param name="Name">Its name in marks, logs and metrics.</param>
/// <param name="Kind">Word for the way: <c>file</c>, <c>socket</c>, <c>syslog</c>, <c>broker</c>.</param>
/// <param name="Format">Writes its records.</param>
/// <param name="Open">Makes the way; nothing is opened yet.</param>
public sealed record FeedPlan(string Name, string Kind, IFeedFormat Format, Func<IFeedTransport> Open)
{
    /// <summary>A feed that is new to the ledger begins with its first sighting; else with the next.</summary>
    public bool FromStart { get; init; }

    /// <summary>Records that are read and sent at once: all that a feed holds in memory.</summary>
    public int BatchRecords { get; init; } = 500;
}
