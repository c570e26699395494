using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>Writes one segment, row by row in the order of <see cref="IntervalRow.Compare"/>.</summary>
internal sealed class SegmentWriter : IDisposable
{
    // One write for 64 pages: few system calls, and little memory when a flush touches many days at once.
    private const int PagesPerWrite = 64;

    private readonly SafeFileHandle _file;
    private readonly BlockCipher _cipher;
    private readonly PageBuilder _page;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(PagesPerWrite * SegmentFormat.PageLength);
    private readonly MemoryStream _entries = new();
    private readonly List<(byte Length, int FirstPage, UInt128 Last)> _runs = [];
    private readonly List<ulong> _hashes = [];
    private int _buffered;
    private long _offset = SegmentFormat.HeaderLength;
    private int _pages;
    private long _rows;
    private long _earliestStart = long.MaxValue;
    private long _latestEnd = long.MinValue;
    private UInt128 _lastPrefix;
    private int _lastLength = -1;

    public SegmentWriter(string path, int partition, byte[] key, long told)
    {
        Path = path;
        Partition = partition;
        Span<byte> salt = stackalloc byte[BlockCipher.SaltLength];
        RandomNumberGenerator.Fill(salt);
        var baseTime = StorePartition.StartOf(partition);
        _cipher = new BlockCipher(key, salt);
        _page = new PageBuilder(baseTime, told);

        // What may be there is of an attempt that was given up.
        _file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        RandomAccess.Write(_file, SegmentFormat.Header(partition, salt, baseTime, told), 0);
    }

    public string Path { get; }

    public int Partition { get; }

    public void Add(in IntervalRow row)
    {
        if (!_page.TryAdd(row))
        {
            EndPage();
            _page.TryAdd(row);
        }

        var prefix = row.Prefix;
        if (row.PrefixLength != _lastLength || prefix != _lastPrefix)
        {
            _hashes.Add(AddressFilter.Hash(prefix, row.PrefixLength));
            (_lastLength, _lastPrefix) = (row.PrefixLength, prefix);
        }

        _rows++;
        _earliestStart = Math.Min(_earliestStart, row.From);
        _latestEnd = Math.Max(_latestEnd, row.To);
    }

    /// <summary>Writes what is left and makes the bytes durable; the name is made so by the caller, once for all it wrote.</summary>
    public SegmentSummary Finish()
    {
        EndPage();
        WriteBuffered();
        var index = Index();
        var filter = new AddressFilter(_hashes.Count);
        foreach (var hash in _hashes)
        {
            filter.Add(hash);
        }

        WriteSealed(BlockKind.Index, index);
        WriteSealed(BlockKind.Filter, filter.Bytes);
        var summary = new SegmentSummary(_rows, _pages, index.Length, filter.Bytes.Length, _earliestStart, _latestEnd);
        RandomAccess.Write(_file, summary.ToFooter(), _offset);
        RandomAccess.FlushToDisk(_file);
        return summary;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _file.Dispose();
        _cipher.Dispose();
    }

    private void EndPage()
    {
        if (_page.Rows == 0)
        {
            return;
        }

        if (_runs.Count == 0 || _runs[^1].Length != _page.PrefixLength)
        {
            _runs.Add((_page.PrefixLength, _pages, default));
        }

        _runs[^1] = _runs[^1] with { Last = _lastPrefix };
        Span<byte> entry = stackalloc byte[SegmentFormat.IndexEntryLength];
        BinaryPrimitives.WriteUInt128BigEndian(entry, _page.FirstPrefix);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[16..], SegmentFormat.SecondsDown(_page.EarliestStart));
        BinaryPrimitives.WriteUInt32LittleEndian(entry[20..], SegmentFormat.SecondsUp(_page.LatestEnd));
        BinaryPrimitives.WriteUInt16LittleEndian(entry[24..], _page.FirstPort);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[26..], _page.HighestPort);
        _entries.Write(entry);
        _cipher.Seal(BlockKind.Page, (ulong)_pages, _page.Take(), _buffer.AsSpan(_buffered, SegmentFormat.PageLength));
        _buffered += SegmentFormat.PageLength;
        _pages++;
        if (_buffered == PagesPerWrite * SegmentFormat.PageLength)
        {
            WriteBuffered();
        }
    }

    private void WriteBuffered()
    {
        RandomAccess.Write(_file, _buffer.AsSpan(0, _buffered), _offset);
        _offset += _buffered;
        _buffered = 0;
    }

    private byte[] Index()
    {
        var index = new byte[4 + (_runs.Count * SegmentFormat.RunLength) + (int)_entries.Length];
        var at = index.AsSpan();
        BinaryPrimitives.WriteInt32LittleEndian(at, _runs.Count);
        at = at[4..];
        foreach (var (length, firstPage, last) in _runs)
        {
            BinaryPrimitives.WriteInt32LittleEndian(at, length);
            BinaryPrimitives.WriteInt32LittleEndian(at[4..], firstPage);
            BinaryPrimitives.WriteUInt128BigEndian(at[8..], last);
            at = at[SegmentFormat.RunLength..];
        }

        _entries.GetBuffer().AsSpan(0, (int)_entries.Length).CopyTo(at);
        return index;
    }

    private void WriteSealed(BlockKind kind, ReadOnlySpan<byte> plain)
    {
        var block = new byte[SegmentFormat.BlockLength + BlockCipher.TagLength];
        for (ulong number = 0; plain.Length > 0; number++)
        {
            var part = plain[..Math.Min(plain.Length, SegmentFormat.BlockLength)];
            var written = part.Length + BlockCipher.TagLength;
            _cipher.Seal(kind, number, part, block.AsSpan(0, written));
            RandomAccess.Write(_file, block.AsSpan(0, written), _offset);
            _offset += written;
            plain = plain[part.Length..];
        }
    }
}
