using System.Buffers;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>One pass over all rows of a segment, for merging. Reads a megabyte at a time, whatever the segment's size.</summary>
internal sealed class SegmentCursor(Segment segment) : IDisposable
{
    private const int PagesPerRead = 256;
    private readonly byte[] _sealed = ArrayPool<byte>.Shared.Rent(PagesPerRead * SegmentFormat.PageLength);
    private readonly SegmentPage _page = new();
    private IntervalRow _row;
    private int _number = -1;
    private int _firstOfBuffer;
    private int _buffered;

    /// <summary>The row, on loan until the next.</summary>
    public ref readonly IntervalRow Row => ref _row;

    public bool TryMoveNext()
    {
        try
        {
            while (_number < 0 || !_page.TryMoveNext())
            {
                if (++_number >= segment.Summary.Pages)
                {
                    return false;
                }

                ReadPage();
            }

            _row = _page.Read(segment);
            return true;
        }
        catch (FormatException)
        {
            throw segment.BadRow(_number, _page);
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_sealed);

    private void ReadPage()
    {
        if (_number >= _firstOfBuffer + _buffered)
        {
            _firstOfBuffer = _number;
            _buffered = segment.ReadSealed(_number, _sealed.AsSpan(0, PagesPerRead * SegmentFormat.PageLength));
        }

        segment.Decrypt(_number, _sealed.AsSpan((_number - _firstOfBuffer) * SegmentFormat.PageLength, SegmentFormat.PageLength), _page);
    }
}
