using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>Walks the pages of segments that may hold an address. One for each question under way: it owns the page it reads into.</summary>
internal sealed class SegmentSearch(PageCache cache)
{
    private readonly byte[] _sealed = new byte[SegmentFormat.PageLength];
    private readonly SegmentPage _page = new();

    /// <summary>What is in the page; null when a read of it failed.</summary>
    private Segment? _segment;
    private int _number;

    /// <summary>Rows found so far; they belong to the question until the search is used again.</summary>
    public FoundRows Found { get; } = new();

    /// <summary>Days in which found intervals began that may have a later version.</summary>
    public List<int> HomeDays { get; } = [];

    /// <summary>Offers every row of the segment that holds address and port and may overlap the time, or of all times.</summary>
    public void Visit(Segment segment, IpAddress address, bool anyTime)
    {
        var index = segment.Index();
        foreach (ref readonly var run in index.Runs)
        {
            var prefix = IntervalRow.PrefixOf(address, run.PrefixLength);
            if (!index.MayHold(AddressFilter.Hash(prefix, run.PrefixLength)))
            {
                continue;
            }

            for (var page = index.FirstPage(run, prefix); page < run.EndPage && index.BeginsAtOrBefore(page, prefix); page++)
            {
                if ((anyTime || index.MayOverlap(page, Found)) && (Found.Port is not { } port || index.MayHavePort(page, run, prefix, port)))
                {
                    VisitPage(segment, page, prefix, address);
                }
            }
        }
    }

    /// <summary>Whether a row of any time holds the address.</summary>
    public bool Holds(Segment segment, IpAddress address)
    {
        Found.Begin(null, long.MinValue, long.MaxValue - 1);
        Visit(segment, address, anyTime: true);
        return Found.Count > 0;
    }

    private void Load(Segment segment, int number)
    {
        if (cache.TryRead(segment, number, _page.Plain))
        {
            _page.TryBegin();
            return;
        }

        segment.ReadPage(number, _sealed, _page);
        cache.Keep(segment, number, _page.Plain);
    }

    private void VisitPage(Segment segment, int number, UInt128 prefix, IpAddress address)
    {
        if (segment == _segment && number == _number)
        {
            // Questions that come in order ask the same page again and again.
            _page.TryBegin();
        }
        else
        {
            (_segment, _number) = (null, number);
            Load(segment, number);
            _segment = segment;
        }

        try
        {
            while (_page.TryMoveNext() && _page.Prefix <= prefix)
            {
                if (_page.Prefix < prefix)
                {
                    continue;
                }

                if (_page.MayAnswer(segment, Found))
                {
                    var row = _page.Read(segment);
                    if (row.Range.Contains(address))
                    {
                        Found.Offer(row);
                    }
                }
                else if (_page.FirstPort > Found.Port)
                {
                    // Rows of a prefix are in the order of first ports.
                    return;
                }
            }
        }
        catch (FormatException)
        {
            throw segment.BadRow(number, _page);
        }
    }
}
