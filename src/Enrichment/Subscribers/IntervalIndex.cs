using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers;

/// <summary>
/// All intervals of all sources, for the question "which of them hold this address in this time". Ranges are sorted by first address, larger
/// ones first; each knows the nearest one before it that ends later, so that a question visits the ranges that hold the address and skips
/// the rest. Within a range the intervals are sorted by start and carry the latest end so far.
/// </summary>
internal sealed class IntervalIndex
{
    private readonly SubscriberInterval[] _intervals;
    private readonly PacketTime[] _latestEnd;
    private readonly IpRange[] _ranges;
    private readonly int[] _firstInterval;
    private readonly int[] _endsLater;

    public IntervalIndex(IEnumerable<SubscriberInterval> intervals)
    {
        _intervals = [.. intervals];
        Array.Sort(_intervals, Compare);
        _latestEnd = new PacketTime[_intervals.Length];
        var ranges = new List<IpRange>();
        var first = new List<int>();
        for (var i = 0; i < _intervals.Length; i++)
        {
            var startsRange = i == 0 || _intervals[i].Range != _intervals[i - 1].Range;
            if (startsRange)
            {
                ranges.Add(_intervals[i].Range);
                first.Add(i);
            }

            _latestEnd[i] = startsRange || _intervals[i].To > _latestEnd[i - 1] ? _intervals[i].To : _latestEnd[i - 1];
        }

        first.Add(_intervals.Length);
        _ranges = [.. ranges];
        _firstInterval = [.. first];
        _endsLater = LinkToLaterEnds(_ranges);
    }

    public int Count => _intervals.Length;

    /// <summary>Indexes of the ranges that hold the address, the most specific ones last.</summary>
    public void FindRanges(IpAddress address, List<int> found)
    {
        for (var i = LastStartingAtOrBefore(address); i >= 0;)
        {
            if (_ranges[i].Last >= address)
            {
                found.Add(i);
                i--;
            }
            else
            {
                i = _endsLater[i];
            }
        }
    }

    public IpRange RangeAt(int index) => _ranges[index];

    /// <summary>Every interval of the range, at any time.</summary>
    public ReadOnlySpan<SubscriberInterval> AllOf(int range) => _intervals.AsSpan(_firstInterval[range].._firstInterval[range + 1]);

    /// <summary>Intervals of the range that share a moment with the time asked, latest start first.</summary>
    public void FindIntervals(int range, PacketTime from, PacketTime to, List<SubscriberInterval> found)
    {
        var low = _firstInterval[range];
        var high = _firstInterval[range + 1];
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_intervals[middle].From <= to)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        for (var i = low - 1; i >= _firstInterval[range] && _latestEnd[i] > from; i--)
        {
            if (_intervals[i].Overlaps(from, to))
            {
                found.Add(_intervals[i]);
            }
        }
    }

    private int LastStartingAtOrBefore(IpAddress address)
    {
        var low = 0;
        var high = _ranges.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_ranges[middle].First <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    private static int[] LinkToLaterEnds(IpRange[] ranges)
    {
        var links = new int[ranges.Length];
        for (var i = 0; i < ranges.Length; i++)
        {
            var j = i - 1;
            while (j >= 0 && ranges[j].Last <= ranges[i].Last)
            {
                j = links[j];
            }

            links[i] = j;
        }

        return links;
    }

    private static int Compare(SubscriberInterval left, SubscriberInterval right)
    {
        var order = left.Range.First.CompareTo(right.Range.First);
        if (order == 0)
        {
            order = right.Range.Last.CompareTo(left.Range.Last);
        }

        if (order == 0)
        {
            order = left.From.UnixNanoseconds.CompareTo(right.From.UnixNanoseconds);
        }

        return order != 0 ? order : string.CompareOrdinal(left.Account, right.Account);
    }
}
