using System.Buffers.Binary;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>First prefix, times and ports of every page of a segment, and its filter.</summary>
/// <remarks>
/// The indexes of all days are hundreds of megabytes, of which a question touches what the processor's caches do not hold: so an entry has all that is asked of a page, and the search goes
/// over fences, which are few enough to stay in the caches, to one kibibyte of entries.
/// </remarks>
internal sealed class SegmentIndex
{
    private const int PagesPerFence = 32;

    private readonly Run[] _runs;
    private readonly Entry[] _pages;

    /// <summary>First prefix of every <see cref="PagesPerFence"/>th page.</summary>
    private readonly UInt128[] _fences;
    private readonly AddressFilter _filter;

    private SegmentIndex(Run[] runs, int pages, AddressFilter filter)
    {
        _runs = runs;
        _filter = filter;
        _pages = new Entry[pages];
        _fences = new UInt128[(pages + PagesPerFence - 1) / PagesPerFence];
    }

    /// <summary>Pages whose rows have one prefix length.</summary>
    public ReadOnlySpan<Run> Runs => _runs;

    /// <summary>Null when the bytes do not fit the number of pages.</summary>
    public static SegmentIndex? From(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> filterBytes, int pages)
    {
        if (bytes.Length < 4 || AddressFilter.From(filterBytes) is not { } filter)
        {
            return null;
        }

        var runs = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (runs is < 1 or > 129 || bytes.Length != 4 + (runs * SegmentFormat.RunLength) + ((long)pages * SegmentFormat.IndexEntryLength))
        {
            return null;
        }

        var index = new SegmentIndex(new Run[runs], pages, filter);
        bytes = bytes[4..];
        for (var i = 0; i < runs; i++)
        {
            var run = bytes[(i * SegmentFormat.RunLength)..];
            var firstPage = BinaryPrimitives.ReadInt32LittleEndian(run[4..]);
            var endPage = i + 1 < runs ? BinaryPrimitives.ReadInt32LittleEndian(run[(SegmentFormat.RunLength + 4)..]) : pages;
            index._runs[i] = new Run(BinaryPrimitives.ReadInt32LittleEndian(run), firstPage, endPage, BinaryPrimitives.ReadUInt128BigEndian(run[8..]));
            if (firstPage < 0 || endPage <= firstPage || endPage > pages || index._runs[i].PrefixLength is < 0 or > 128)
            {
                return null;
            }
        }

        index.Fill(bytes[(runs * SegmentFormat.RunLength)..]);
        return index;
    }

    public bool MayHold(ulong hash) => _filter.MayHold(hash);

    /// <summary>The first page of the run that may hold rows of the prefix; the end of the run when none does.</summary>
    public int FirstPage(in Run run, UInt128 prefix)
    {
        if (prefix > run.Last || prefix < _pages[run.FirstPage].First)
        {
            return run.EndPage;
        }

        // Fences of the run's own pages only: those of another run are in an order of their own.
        var low = (run.FirstPage / PagesPerFence) + 1;
        var high = (run.EndPage + PagesPerFence - 1) / PagesPerFence;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_fences[middle] < prefix)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        high = Math.Min(low * PagesPerFence, run.EndPage);
        low = Math.Max((low - 1) * PagesPerFence, run.FirstPage);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_pages[middle].First < prefix)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        // Rows of the prefix may begin behind others in the page before.
        return Math.Max(run.FirstPage, low - 1);
    }

    /// <summary>Whether the page begins with that prefix or an earlier one.</summary>
    public bool BeginsAtOrBefore(int page, UInt128 prefix) => _pages[page].First <= prefix;

    /// <summary>Whether a row of the page may share a moment with the time asked.</summary>
    public bool MayOverlap(int page, FoundRows found) =>
        _pages[page].EarliestStart <= SegmentFormat.SecondsUp(found.To) && _pages[page].LatestEnd >= SegmentFormat.SecondsDown(found.From);

    /// <summary>
    /// Whether a row of the page may have prefix and port. Rows are ordered by prefix and first port: a page that begins with the prefix has no lower
    /// first port of it than its first, and when the run's next page begins with the prefix too, it is the last of this one.
    /// </summary>
    public bool MayHavePort(int page, in Run run, UInt128 prefix, ushort port) =>
        (_pages[page].First != prefix || _pages[page].FirstPort <= port)
        && (page + 1 == run.EndPage || _pages[page + 1].First != prefix || port <= _pages[page].HighestPort);

    private void Fill(ReadOnlySpan<byte> bytes)
    {
        for (var page = 0; page < _pages.Length; page++)
        {
            var entry = bytes[(page * SegmentFormat.IndexEntryLength)..];
            _pages[page] = new Entry(
                BinaryPrimitives.ReadUInt128BigEndian(entry),
                BinaryPrimitives.ReadUInt32LittleEndian(entry[16..]),
                BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]),
                BinaryPrimitives.ReadUInt16LittleEndian(entry[24..]),
                BinaryPrimitives.ReadUInt16LittleEndian(entry[26..]));
        }

        for (var fence = 0; fence < _fences.Length; fence++)
        {
            _fences[fence] = _pages[fence * PagesPerFence].First;
        }
    }

    /// <summary>Pages from the first to the end, the latter not included, and the prefix of their last row.</summary>
    public readonly record struct Run(int PrefixLength, int FirstPage, int EndPage, UInt128 Last);

    /// <summary>One page: 32 bytes, half a line of the processor's cache.</summary>
    private readonly record struct Entry(UInt128 First, uint EarliestStart, uint LatestEnd, ushort FirstPort, ushort HighestPort);
}
