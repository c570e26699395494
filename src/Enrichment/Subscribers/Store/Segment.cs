using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>A segment that is read: its index comes into memory with the first question, its pages one by one.</summary>
internal sealed class Segment : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly BlockCipher _cipher;
    private readonly Lock _gate = new();
    private SegmentIndex? _index;

    private Segment(string path, SafeFileHandle file, BlockCipher cipher, int partition, ReadOnlySpan<byte> header, SegmentSummary summary)
    {
        (Path, _file, _cipher) = (path, file, cipher);
        (Partition, Summary) = (partition, summary);
        BaseTime = BinaryPrimitives.ReadInt64LittleEndian(header[48..]);
        Told = BinaryPrimitives.ReadInt64LittleEndian(header[56..]);
    }

    public string Path { get; }

    public int Partition { get; }

    public long BaseTime { get; }

    /// <summary>No row of it was told later.</summary>
    public long Told { get; }

    public SegmentSummary Summary { get; }

    public long Length => Summary.Length;

    /// <summary>Checks header, footer and length.</summary>
    /// <exception cref="IntervalStoreException">The file is not there, or not whole, or not a segment of that partition.</exception>
    public static Segment Open(string path, int partition, byte[] key)
    {
        SafeFileHandle file;
        try
        {
            // Questions come in no order: reading ahead would read what nobody asked for.
            file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        }
        catch (FileNotFoundException exception)
        {
            throw new IntervalStoreException($"{path}: the manifest names this segment, but it is not there; restore it from its backup.", exception);
        }

        try
        {
            var header = new byte[SegmentFormat.HeaderLength];
            var footer = new byte[SegmentFormat.FooterLength];
            var length = RandomAccess.GetLength(file);
            if (length < SegmentFormat.HeaderLength + SegmentFormat.FooterLength || RandomAccess.Read(file, header, 0) != header.Length)
            {
                throw new IntervalStoreException(path, length, "the segment ends within its header: it was cut off.");
            }

            CheckHeader(path, header, partition);
            RandomAccess.Read(file, footer, length - footer.Length);
            if (!footer.AsSpan(56).SequenceEqual(SegmentFormat.FooterMagic) || SegmentSummary.From(footer) is not { } summary)
            {
                throw new IntervalStoreException(path, length - footer.Length, "the segment has no whole footer: it was cut off or is damaged.");
            }

            var cipher = new BlockCipher(key, header.AsSpan(16, BlockCipher.SaltLength));
            var segment = new Segment(path, file, cipher, partition, header, summary);
            if (segment.Length != length)
            {
                segment.Dispose();
                throw new IntervalStoreException(path, length, $"the segment has {length} bytes, its footer speaks of {segment.Length}.");
            }

            return segment;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether the segment may hold rows of that prefix.</summary>
    public bool MayHold(UInt128 prefix, int length) => Index().MayHold(AddressFilter.Hash(prefix, length));

    public SegmentIndex Index()
    {
        if (Volatile.Read(ref _index) is { } index)
        {
            return index;
        }

        lock (_gate)
        {
            return _index ??= ReadIndex();
        }
    }

    /// <summary>Reads and decrypts one page.</summary>
    /// <param name="number">Counted from 0.</param>
    /// <param name="sealedPage"><see cref="SegmentFormat.PageLength"/> bytes to read into.</param>
    /// <param name="page">Takes the page.</param>
    /// <exception cref="IntervalStoreException">The page is not as it was written.</exception>
    public void ReadPage(int number, Span<byte> sealedPage, SegmentPage page)
    {
        var offset = SegmentFormat.PageOffset(number);
        if (RandomAccess.Read(_file, sealedPage, offset) != SegmentFormat.PageLength)
        {
            throw new IntervalStoreException(Path, offset, "the segment ends within a page: it was cut off.");
        }

        Decrypt(number, sealedPage, page);
    }

    /// <summary>Reads whole pages as they are in the file, for one pass over all of them; returns how many.</summary>
    public int ReadSealed(int number, Span<byte> sealedPages)
    {
        var pages = (int)Math.Min(sealedPages.Length / SegmentFormat.PageLength, Summary.Pages - number);
        var offset = SegmentFormat.PageOffset(number);
        if (RandomAccess.Read(_file, sealedPages[..(pages * SegmentFormat.PageLength)], offset) != pages * SegmentFormat.PageLength)
        {
            throw new IntervalStoreException(Path, offset, "the segment ends within a page: it was cut off.");
        }

        return pages;
    }

    public void Decrypt(int number, ReadOnlySpan<byte> sealedPage, SegmentPage page)
    {
        if (!_cipher.TryOpen(BlockKind.Page, (ulong)number, sealedPage, page.Plain) || !page.TryBegin())
        {
            throw new IntervalStoreException(Path, SegmentFormat.PageOffset(number), "the page is not as it was written: it is damaged, or this is not its key.");
        }
    }

    /// <summary>A page that opened but whose rows make no sense.</summary>
    public IntervalStoreException BadRow(int number, SegmentPage page) =>
        new(Path, SegmentFormat.PageOffset(number) + page.RowOffset, "a row of the page cannot be read: the segment was written wrongly; import this day again.");

    public void Dispose()
    {
        _file.Dispose();
        _cipher.Dispose();
    }

    private static void CheckHeader(string path, ReadOnlySpan<byte> header, int partition)
    {
        if (!header.StartsWith(SegmentFormat.HeaderMagic))
        {
            throw new IntervalStoreException(path, 0, "not a segment of the interval store: it would begin with MFINTSEG.");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(header[^4..]) != Crc32C.Of(header[..^4]))
        {
            throw new IntervalStoreException(path, SegmentFormat.HeaderLength - 4, "the checksum of the header does not fit: the segment is damaged.");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        if (version is < SegmentFormat.OldestVersion or > SegmentFormat.Version)
        {
            throw new IntervalStoreException(path, 8, $"version {version} of the segment format; this program reads versions {SegmentFormat.OldestVersion} to {SegmentFormat.Version}.");
        }

        var written = BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
        if (written != partition)
        {
            throw new IntervalStoreException(path, 12, $"the segment belongs to {StorePartition.NameOf(written)}, the manifest has it under {StorePartition.NameOf(partition)}.");
        }
    }

    private SegmentIndex ReadIndex()
    {
        var offset = SegmentFormat.PageOffset(Summary.Pages);
        var index = ReadBlocks(BlockKind.Index, offset, Summary.IndexLength);
        var filter = ReadBlocks(BlockKind.Filter, offset + SegmentFormat.SealedLength(Summary.IndexLength), Summary.FilterLength);
        return SegmentIndex.From(index, filter, (int)Summary.Pages) ?? throw new IntervalStoreException(Path, offset, "the index does not fit the pages: the segment was written wrongly; import this day again.");
    }

    private byte[] ReadBlocks(BlockKind kind, long offset, long length)
    {
        var plain = new byte[length];
        var block = new byte[SegmentFormat.BlockLength + BlockCipher.TagLength];
        var at = 0;
        for (ulong number = 0; at < plain.Length; number++)
        {
            var part = Math.Min(plain.Length - at, SegmentFormat.BlockLength);
            var sealedBlock = block.AsSpan(0, part + BlockCipher.TagLength);
            if (RandomAccess.Read(_file, sealedBlock, offset) != sealedBlock.Length || !_cipher.TryOpen(kind, number, sealedBlock, plain.AsSpan(at)))
            {
                throw new IntervalStoreException(Path, offset, $"a block of the {(kind == BlockKind.Index ? "index" : "filter")} is not as it was written: it is damaged, or this is not its key.");
            }

            at += part;
            offset += sealedBlock.Length;
        }

        return plain;
    }
}
