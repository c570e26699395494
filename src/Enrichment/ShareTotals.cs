using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment;

/// <summary>Shares of many connections added up.</summary>
/// <param name="Submitted">Handed in by miners.</param>
/// <param name="Accepted">Taken by pools.</param>
/// <param name="Rejected">Refused by pools, the stale ones among them.</param>
/// <param name="Stale">Refused because they came too late.</param>
public readonly record struct ShareTotals(long Submitted, long Accepted, long Rejected, long Stale)
{
    /// <summary>With what a connection's event states beyond the one before it.</summary>
    internal ShareTotals Plus(MiningEvent now, MiningEvent? before) => new(
        Submitted + now.SharesSubmitted - (before?.SharesSubmitted ?? 0),
        Accepted + now.SharesAccepted - (before?.SharesAccepted ?? 0),
        Rejected + now.SharesRejected - (before?.SharesRejected ?? 0),
        Stale + now.SharesStale - (before?.SharesStale ?? 0));
}
