using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>
/// Intervals in memory. Ranges are sorted by first address, larger ones first; each knows the nearest one before it that ends later, so that a question
/// visits the ranges that hold the address and skips the rest. Within a range the intervals are sorted by start and carry the latest end so far.
/// </summary>
internal sealed class IntervalIndex : IAddressIntervals
{
    private readonly NameTable _names;
    private readonly AddressInterval[] _intervals;
    private readonly PacketTime[] _latestEnd;
    private readonly IpRange[] _ranges;
    private readonly int[] _firstInterval;
    private readonly int[] _endsLater;

    /// <param name="intervals">Sorted here, in place.</param>
    /// <param name="sources">As their numbers in the intervals count them.</param>
    /// <param name="names">Of the ids in the intervals.</param>
    public IntervalIndex(AddressInterval[] intervals, IReadOnlyList<LogSource> sources, NameTable names)
    {
        _intervals = intervals;
        _names = names;
        Sources = sources;
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

    public IReadOnlyList<LogSource> Sources { get; }

    public int Count => _intervals.Length;

    /// <summary>All of them, sorted by range and start.</summary>
    public IReadOnlyList<AddressInterval> Intervals => _intervals;

    public string NameOf(NameId id) => _names[id];

    public void Find(IpAddress address, ushort? port, PacketTime from, PacketTime to, ICollection<AddressInterval> found)
    {
        for (var range = FirstHolding(address, LastStartingAtOrBefore(address)); range >= 0; range = FirstHolding(address, range - 1))
        {
            FindIn(range, port, from, to, found);
        }
    }

    public IEnumerable<AddressInterval> Sample(int most)
    {
        var step = Math.Max(1, _intervals.Length / most);
        for (var i = 0; i < _intervals.Length; i += step)
        {
            yield return _intervals[i];
        }
    }

    public bool Knows(IpAddress address) => FirstHolding(address, LastStartingAtOrBefore(address)) >= 0;

    /// <summary>The nearest range at or before the given one that holds the address; -1 when none does.</summary>
    private int FirstHolding(IpAddress address, int range)
    {
        while (range >= 0 && _ranges[range].Last < address)
        {
            range = _endsLater[range];
        }

        return range;
    }

    private void FindIn(int range, ushort? port, PacketTime from, PacketTime to, ICollection<AddressInterval> found)
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
            ref readonly var interval = ref _intervals[i];
            if (interval.To > from && interval.Holds(port))
            {
                found.Add(interval);
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

    private static int Compare(AddressInterval left, AddressInterval right)
    {
        var order = left.Range.First.CompareTo(right.Range.First);
        order = order != 0 ? order : right.Range.Last.CompareTo(left.Range.Last);
        order = order != 0 ? order : left.From.UnixNanoseconds.CompareTo(right.From.UnixNanoseconds);
        order = order != 0 ? order : left.FirstPort.CompareTo(right.FirstPort);
        return order != 0 ? order : left.Account.Value.CompareTo(right.Account.Value);
    }
}
