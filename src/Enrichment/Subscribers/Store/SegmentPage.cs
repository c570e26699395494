using System.Buffers.Binary;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>A decrypted page and the place in it: rows are walked once, from first to last.</summary>
internal sealed class SegmentPage
{
    private readonly byte[] _plain = new byte[SegmentFormat.PlainPageLength];
    private readonly byte[] _put = new byte[RowFrame.NamesLength];
    private readonly ReferenceNames _names = new();
    private IntervalRow _asked;
    private int _rowsLeft;
    private int _next;
    private int _row;
    private int _rowLength;
    private UInt128 _prefixBefore;
    private byte _prefixLength;

    /// <summary>Prefix of the row that <see cref="TryMoveNext"/> went to.</summary>
    public UInt128 Prefix { get; private set; }

    /// <summary>First port of the row that <see cref="MayAnswer"/> looked at.</summary>
    public ushort FirstPort => _asked.FirstPort;

    /// <summary>Where the decrypted bytes go before <see cref="TryBegin"/>.</summary>
    public Span<byte> Plain => _plain;

    /// <summary>Bytes from the start of the page to the row, for messages.</summary>
    public int RowOffset => _row;

    public bool TryBegin()
    {
        _rowsLeft = BinaryPrimitives.ReadUInt16LittleEndian(_plain);
        _prefixLength = _plain[2];
        Prefix = BinaryPrimitives.ReadUInt128BigEndian(_plain.AsSpan(4));
        return _rowsLeft > 0 && _prefixLength <= 128 && _names.TryRead(_plain, SegmentFormat.PageHeadLength, out _next);
    }

    /// <summary>Goes to the next row; false at the end of the page.</summary>
    /// <exception cref="FormatException">The bytes are not those of rows.</exception>
    public bool TryMoveNext()
    {
        if (_rowsLeft == 0)
        {
            return false;
        }

        _row = _next;
        var rest = _plain.AsSpan(_row);
        if (!IntervalRowCodec.TryReadLength(rest, out _rowLength) || !IntervalRowCodec.TryReadPrefix(rest[.._rowLength], out var difference))
        {
            throw new FormatException();
        }

        _prefixBefore = Prefix;
        Prefix += difference;
        _next += _rowLength;
        _rowsLeft--;
        return true;
    }

    /// <summary>Whether the row is worth reading whole, by what a question asks of it.</summary>
    /// <exception cref="FormatException">The bytes are not those of a row.</exception>
    public bool MayAnswer(Segment segment, FoundRows found) =>
        IntervalRowCodec.TryReadAsked(_plain.AsSpan(_row, _rowLength), segment.BaseTime, ref _asked) ? found.Wants(_asked) : throw new FormatException();

    /// <summary>The row, on loan until the next page is read; its names until the next row is.</summary>
    /// <exception cref="FormatException">The bytes are not those of a row.</exception>
    public IntervalRow Read(Segment segment) =>
        IntervalRowCodec.TryRead(
            _plain.AsMemory(_row, _rowLength), _prefixBefore, _prefixLength, _names.ToFrame(_plain, segment.BaseTime, segment.Told), _put, out var row)
            ? row
            : throw new FormatException();
}
