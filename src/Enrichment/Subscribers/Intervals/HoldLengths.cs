namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>
/// How long things are held by a log that says when they begin and end, and how often it loses an end: from these follows how likely something is still held whose
/// end nobody saw. A release that is lost leaves its holder in the log until somebody else is given the same, which may be hours later.
/// </summary>
public sealed class HoldLengths
{
    // Enough for a survival curve; when full every second one is let go and only every second new one is taken, so that the whole log is in it evenly.
    private const int MaxSamples = 256;

    // Fewer ends than this say nothing.
    private const int FewestEnds = 30;

    private readonly List<long> _seconds = [];
    private int _stride = 1;
    private long[]? _sorted;

    /// <summary>Ends that were logged, and ends that were concluded from what came after.</summary>
    public long Ended { get; private set; }

    public long Lost { get; private set; }

    /// <summary>Seconds of some holdings with a logged end: what a store keeps.</summary>
    public IReadOnlyList<long> Samples => _seconds;

    public void SawEnd(TimeSpan length)
    {
        if (Ended++ % _stride != 0)
        {
            return;
        }

        _sorted = null;
        _seconds.Add((long)length.TotalSeconds);
        if (_seconds.Count == MaxSamples)
        {
            for (var i = 0; i < MaxSamples / 2; i++)
            {
                _seconds[i] = _seconds[2 * i];
            }

            _seconds.RemoveRange(MaxSamples / 2, MaxSamples / 2);
            _stride *= 2;
        }
    }

    public void SawLoss() => Lost++;

    /// <summary>Takes over what a store kept.</summary>
    public void Restore(IEnumerable<long> samples, long ended, long lost)
    {
        _seconds.Clear();
        _seconds.AddRange(samples);
        (Ended, Lost, _sorted) = (ended, lost, null);
        _stride = (int)Math.Clamp(ended / MaxSamples, 1, int.MaxValue);
    }

    /// <summary>How likely it is that something was still held so long after it began.</summary>
    /// <param name="age">From its begin to the moment that is asked about.</param>
    /// <param name="silence">From its begin until when no end was logged: the end of the log, or when somebody else was given the same.</param>
    /// <param name="isOver">Somebody else was given the same: its end came before that, and is lost for certain.</param>
    /// <returns>1 while too little is known of the log.</returns>
    public double ChanceOfBeingHeld(TimeSpan age, TimeSpan silence, bool isOver)
    {
        if (Ended < FewestEnds)
        {
            return 1;
        }

        var (atAge, atEnd) = (Surviving(age), Surviving(silence));
        var endedBetween = Math.Max(0, atAge - atEnd);
        var loss = (Lost + 1.0) / (Ended + Lost + 2);

        // Bayes: either it is held to this day, or its end came at some time and was lost.
        return isOver ? endedBetween / (1 - atEnd) : (atEnd + (loss * endedBetween)) / (atEnd + (loss * (1 - atEnd)));
    }

    private double Surviving(TimeSpan age)
    {
        _sorted ??= [.. _seconds.Order()];
        var at = Array.BinarySearch(_sorted, (long)age.TotalSeconds);
        var shorter = at < 0 ? ~at : at;
        return (_sorted.Length - shorter + 0.5) / (_sorted.Length + 1);
    }
}
