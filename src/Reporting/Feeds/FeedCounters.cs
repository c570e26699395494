using System.Collections.Concurrent;

namespace MinerFlow.Reporting.Feeds;

/// <summary>What a feed counts, on its thread; any thread may read.</summary>
public sealed class FeedCounters
{
    private readonly ConcurrentDictionary<FeedProblem, long> _failures = new();

    /// <summary>Records handed over.</summary>
    public long Sent { get; internal set; }

    /// <summary>Records lost because the way takes none of their length.</summary>
    public long TooLong { get; internal set; }

    /// <summary>Attempts that stopped early, by reason; nothing is lost by these.</summary>
    public IReadOnlyDictionary<FeedProblem, long> Failures => _failures;

    /// <summary>Rounds in which the ledger could not be read or written.</summary>
    public long LedgerFailures { get; internal set; }

    /// <summary>Numbers of the ledger's order that the feed has not come to: an upper bound of what waits.</summary>
    public long Behind { get; internal set; }

    /// <summary>False while records wait for the far side or the ledger.</summary>
    public bool IsUp { get; internal set; } = true;

    internal void Count(FeedProblem problem) => _failures.AddOrUpdate(problem, 1, static (_, count) => count + 1);
}
