namespace MinerFlow.Ledger.Verification;

/// <summary>What our own sensors know of an entry.</summary>
/// <param name="View">Whether they saw it.</param>
/// <param name="Mining">Sightings of mining at the address in the row's window, oldest first.</param>
internal sealed record OwnSightings(OwnView View, IReadOnlyList<OwnMiner> Mining)
{
    /// <summary>The last power of each address, added up; null when none is known. A miner that is seen in many windows is one.</summary>
    public double? Watts
    {
        get
        {
            var last = Mining.Where(miner => miner.Watts is not null).GroupBy(miner => miner.Client).Select(group => group.Last().Watts!.Value).ToList();
            return last.Count == 0 ? null : last.Sum();
        }
    }
}
