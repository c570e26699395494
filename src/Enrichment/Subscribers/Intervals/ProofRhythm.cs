namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>How often a log says again that something is still held (Interim records, keepalives), learnt from the log itself: the median of the times between.</summary>
public sealed class ProofRhythm
{
    // The first gaps of a log tell its habit; more do not tell it better.
    private const int MostGaps = 1_001;
    private const int FewestGaps = 5;

    private readonly List<long> _gaps = [];
    private TimeSpan? _kept;

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
        Interval = _gaps.Count >= FewestGaps ? TimeSpan.FromTicks(_gaps[_gaps.Count / 2]) : _kept;
    }

    /// <summary>Takes over what a store kept.</summary>
    public void Restore(TimeSpan interval) => Interval = _kept = interval;
}
