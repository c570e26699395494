using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>The side that answers.</summary>
public sealed partial class IntervalStore
{
    public void Find(IpAddress address, ushort? port, PacketTime from, PacketTime to, ICollection<AddressInterval> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        var search = TakeSearch();
        _view.EnterReadLock();
        try
        {
            var earliest = Math.Max(from.UnixNanoseconds, StorePartition.StartOf(_manifest.FirstDay));
            if (earliest > to.UnixNanoseconds)
            {
                return;
            }

            search.Found.Begin(port, earliest, to.UnixNanoseconds);
            VisitOverlapping(search, address);
            if (search.Found.MayChange)
            {
                VisitNewerVersions(search, address);
            }

            AddTo(found, search.Found);
        }
        finally
        {
            _view.ExitReadLock();
            GiveBack(search);
        }
    }

    /// <summary>Reads the open partition only, where closings stand too: some pages, whatever the size of the store.</summary>
    public void FindOpen(IpAddress address, ICollection<AddressInterval> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        var search = TakeSearch();
        _view.EnterReadLock();
        try
        {
            search.Found.Begin(null, IntervalRow.Open - 1, IntervalRow.Open - 1);
            VisitUnfinished(search, address, anyTime: false);
            if (search.Found.MayChange)
            {
                search.Found.OnlyNewerVersions();
                VisitUnfinished(search, address, anyTime: true);
            }

            AddTo(found, search.Found);
        }
        finally
        {
            _view.ExitReadLock();
            GiveBack(search);
        }
    }

    public bool Knows(IpAddress address)
    {
        var search = TakeSearch();
        _view.EnterReadLock();
        try
        {
            search.Found.Begin(null, long.MinValue, long.MaxValue - 1);
            _table.Visit(address, search.Found);
            _frozen?.Visit(address, search.Found);
            return search.Found.Count > 0 || _segments.Values.Reverse().Any(partition => partition.Exists(segment => search.Holds(segment, address)));
        }
        finally
        {
            _view.ExitReadLock();
            GiveBack(search);
        }
    }

    /// <summary>Whole pages from all over the segments; what is in memory only is left out.</summary>
    public IEnumerable<AddressInterval> Sample(int most)
    {
        var sampled = new List<AddressInterval>();
        _view.EnterReadLock();
        try
        {
            var segments = _segments.Values.SelectMany(partition => partition).ToList();
            var rows = segments.Sum(segment => segment.Summary.Rows);
            var step = (int)Math.Max(1, rows / most);
            var sealedPage = new byte[SegmentFormat.PageLength];
            var page = new SegmentPage();
            foreach (var segment in segments)
            {
                for (var number = 0; number < segment.Summary.Pages; number += step)
                {
                    segment.ReadPage(number, sealedPage, page);
                    while (page.TryMoveNext())
                    {
                        sampled.Add(ToInterval(page.Read(segment)));
                    }
                }
            }
        }
        finally
        {
            _view.ExitReadLock();
        }

        return sampled;
    }

    private SegmentSearch TakeSearch()
    {
        lock (_searches)
        {
            return _searches.TryPop(out var search) ? search : new SegmentSearch(_pages);
        }
    }

    private void GiveBack(SegmentSearch search)
    {
        lock (_searches)
        {
            _searches.Push(search);
        }
    }

    private void VisitOverlapping(SegmentSearch search, IpAddress address)
    {
        _table.Visit(address, search.Found);
        _frozen?.Visit(address, search.Found);
        var lastDay = StorePartition.DayOf(search.Found.To);
        var i = FirstPartitionAtOrAfter(StorePartition.DayOf(search.Found.From));

        // The days before the open partition: what is closed stands there without its evidence.
        for (; i < _segments.Count && _segments.Keys[i] <= lastDay; i++)
        {
            Visit(search, _segments.Values[i], address, anyTime: false);
        }

        if (_segments.TryGetValue(StorePartition.Open, out var open))
        {
            Visit(search, open, address, anyTime: false);
        }
    }

    private void VisitUnfinished(SegmentSearch search, IpAddress address, bool anyTime)
    {
        _table.Visit(address, search.Found);
        _frozen?.Visit(address, search.Found);
        if (_segments.TryGetValue(StorePartition.Open, out var open))
        {
            Visit(search, open, address, anyTime);
        }
    }

    /// <summary>A concluded end may have been overtaken by a later version that no longer reaches the time asked.</summary>
    private void VisitNewerVersions(SegmentSearch search, IpAddress address)
    {
        search.Found.OnlyNewerVersions();
        VisitUnfinished(search, address, anyTime: true);
        search.HomeDays.Clear();
        for (var i = 0; i < search.Found.Count; i++)
        {
            var day = StorePartition.DayOf(search.Found[i].Start);
            if (search.Found[i].MayChange && !search.HomeDays.Contains(day))
            {
                search.HomeDays.Add(day);
            }
        }

        foreach (var day in search.HomeDays)
        {
            if (_segments.TryGetValue(day, out var home))
            {
                Visit(search, home, address, anyTime: true);
            }
        }
    }

    private static void Visit(SegmentSearch search, List<Segment> segments, IpAddress address, bool anyTime)
    {
        foreach (var segment in segments)
        {
            search.Visit(segment, address, anyTime);
        }
    }

    private int FirstPartitionAtOrAfter(int day)
    {
        var low = 0;
        var high = _segments.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_segments.Keys[middle] < day)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void AddTo(ICollection<AddressInterval> found, FoundRows rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            ref readonly var row = ref rows[i];
            if (row.From > rows.To || row.To <= rows.From)
            {
                continue;
            }

            found.Add(ToInterval(row));
        }
    }

    private AddressInterval ToInterval(in IntervalRow row) => new()
    {
        Kind = row.Kind,
        Source = row.Source,
        Range = row.Range,
        FirstPort = row.FirstPort,
        LastPort = row.LastPort,
        Protocol = row.Protocol,
        Marks = row.Marks,
        Destination = row.Destination,
        Inner = row.Inner,
        Realm = _names.Intern(row.Realm.Span),
        Account = _names.Intern(row.Account.Span),
        AccessPort = _names.Intern(row.AccessPort.Span),
        From = new PacketTime(row.From),
        To = new PacketTime(row.To),
        FirstProof = new PacketTime(row.FirstProof),
        LastProof = new PacketTime(row.LastProof),
        FirstLine = row.FirstLine,
        LastLine = row.LastLine,
    };
}
