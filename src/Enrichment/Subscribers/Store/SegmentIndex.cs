using System.Buffers.Binary;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>First prefix, times and ports of every page of a segment, and its filter.</summary>
internal sealed class SegmentIndex
{
    private readonly Run[] _runs;
    private readonly UInt128[] _first;
    private readonly uint[] _earliestStart;
    private readonly uint[] _latestEnd;
    private readonly (ushort First, ushort Highest)[] _ports;
    private readonly AddressFilter _filter;

    private SegmentIndex(Run[] runs, int pages, AddressFilter filter)
    {
        _runs = runs;
        _filter = filter;
        _first = new UInt128[pages];
        _earliestStart = new uint[pages];
        _latestEnd = new uint[pages];
        _ports = new (ushort, ushort)[pages];
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

        bytes = bytes[(runs * SegmentFormat.RunLength)..];
        for (var page = 0; page < pages; page++)
        {
            var entry = bytes[(page * SegmentFormat.IndexEntryLength)..];
            index._first[page] = BinaryPrimitives.ReadUInt128BigEndian(entry);
            index._earliestStart[page] = BinaryPrimitives.ReadUInt32LittleEndian(entry[16..]);
            index._latestEnd[page] = BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]);
            index._ports[page] = (BinaryPrimitives.ReadUInt16LittleEndian(entry[24..]), BinaryPrimitives.ReadUInt16LittleEndian(entry[26..]));
        }

        return index;
    }

    public bool MayHold(ulong hash) => _filter.MayHold(hash);

    /// <summary>The first page of the run that may hold rows of the prefix; the end of the run when none does.</summary>
    public int FirstPage(in Run run, UInt128 prefix)
    {
        if (prefix > run.Last || prefix < _first[run.FirstPage])
        {
            return run.EndPage;
        }

        var low = run.FirstPage;
        var high = run.EndPage;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_first[middle] < prefix)
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
    public bool BeginsAtOrBefore(int page, UInt128 prefix) => _first[page] <= prefix;

    /// <summary>Whether a row of the page may share a moment with the time asked.</summary>
    public bool MayOverlap(int page, FoundRows found) =>
        _earliestStart[page] <= SegmentFormat.SecondsUp(found.To) && _latestEnd[page] >= SegmentFormat.SecondsDown(found.From);

    /// <summary>
    /// Whether a row of the page may have prefix and port. Rows are ordered by prefix and first port: a page that begins with the prefix has no lower
    /// first port of it than its first, and when the run's next page begins with the prefix too, it is the last of this one.
    /// </summary>
    public bool MayHavePort(int page, in Run run, UInt128 prefix, ushort port) =>
        (_first[page] != prefix || _ports[page].First <= port)
        && (page + 1 == run.EndPage || _first[page + 1] != prefix || port <= _ports[page].Highest);

    /// <summary>Pages from the first to the end, the latter not included, and the prefix of their last row.</summary>
    public readonly record struct Run(int PrefixLength, int FirstPage, int EndPage, UInt128 Last);
}
