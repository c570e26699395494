namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>How often a log says again that something is still held (Interim records, keepalives), learnt from the log itself: the median of the times between.</summary>
public sealed class ProofRhythm
{
    // The first gaps of a log tell its habit; more do not tell it better.
    private const int MostGaps = 255;
    private const int FewestGaps = 5;

    private readonly List<long> _gaps = [];

    /// <summary>Null while too few were seen, and for logs that say nothing twice.</summary>
    public TimeSpan? Interval { get; private set; }

    /// <summary>Something was proven again, so long after the proof before.</summary>
    public void Saw(TimeSpan gap)
    {
        if (gap <= TimeSpan.Zero || _gaps.Count == MostGaps)
        {
            return;
        }

        var at = _gaps.BinarySearch(gap.Ticks);
        _gaps.Insert(at < 0 ? ~at : at, gap.Ticks);
        Summarise();
    }

    /// <summary>The gaps that it was learnt from, in ascending order: what a store keeps, for what is concluded must not depend on when a run began.</summary>
    public IReadOnlyList<long> Ticks => _gaps;

    /// <summary>Takes over what a store kept.</summary>
    public void Restore(IEnumerable<long> ticks)
    {
        _gaps.Clear();
        _gaps.AddRange(ticks);
        Summarise();
    }

    private void Summarise() => Interval = _gaps.Count >= FewestGaps ? TimeSpan.FromTicks(_gaps[_gaps.Count / 2]) : null;
}
