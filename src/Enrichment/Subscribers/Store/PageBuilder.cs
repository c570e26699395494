using System.Buffers.Binary;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>Rows of one prefix length, in order, until a page is full.</summary>
internal sealed class PageBuilder(long baseTime, long told)
{
    private readonly byte[] _page = new byte[SegmentFormat.PlainPageLength];
    private readonly byte[] _row = new byte[IntervalRowCodec.LongestRow];
    private readonly ReferenceNames _names = new();
    private int _length;
    private UInt128 _prefixBefore;

    public int Rows { get; private set; }

    public byte PrefixLength { get; private set; }

    public UInt128 FirstPrefix { get; private set; }

    public long EarliestStart { get; private set; }

    public long LatestEnd { get; private set; }

    public ushort FirstPort { get; private set; }

    /// <summary>Of the rows with the prefix that was added last.</summary>
    public ushort HighestPort { get; private set; }

    /// <summary>False when the row needs a new page.</summary>
    public bool TryAdd(in IntervalRow row)
    {
        if (Rows == 0)
        {
            Begin(row);
        }
        else if (row.PrefixLength != PrefixLength)
        {
            return false;
        }

        var length = IntervalRowCodec.Write(_row, row, _prefixBefore, _names.ToFrame(_page, baseTime, told));
        if (_length + length > _page.Length)
        {
            return false;
        }

        _row.AsSpan(0, length).CopyTo(_page.AsSpan(_length));
        _length += length;
        HighestPort = _prefixBefore == row.Prefix ? Math.Max(HighestPort, row.LastPort) : row.LastPort;
        _prefixBefore = row.Prefix;
        EarliestStart = Math.Min(EarliestStart, row.From);
        LatestEnd = Math.Max(LatestEnd, row.To);
        Rows++;
        return true;
    }

    /// <summary>The page as it is encrypted, on loan until the next row; the builder is empty again.</summary>
    public ReadOnlySpan<byte> Take()
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_page, (ushort)Rows);
        _page.AsSpan(_length).Clear();
        Rows = 0;
        return _page;
    }

    private void Begin(in IntervalRow row)
    {
        PrefixLength = row.PrefixLength;
        FirstPrefix = _prefixBefore = row.Prefix;
        EarliestStart = row.From;
        LatestEnd = row.To;
        (FirstPort, HighestPort) = (row.FirstPort, row.LastPort);
        var writer = new SpanWriter(_page);
        writer.UInt16(0);
        writer.Byte(PrefixLength);
        writer.Byte(0);
        writer.UInt128BigEndian(FirstPrefix);
        _length = _names.Write(_page, writer.Length, row);
    }
}
