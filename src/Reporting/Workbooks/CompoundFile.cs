using System.Buffers.Binary;
using System.Text;

namespace MinerFlow.Reporting.Workbooks;

/// <summary>A stream or a storage of a compound file.</summary>
/// <param name="Name">At most 31 characters ([MS-CFB] 2.6.1).</param>
internal abstract record CompoundEntry(string Name);

/// <param name="Name">Of the stream.</param>
/// <param name="Length">Bytes; known before they are.</param>
/// <param name="Write">Writes as many.</param>
internal sealed record CompoundStream(string Name, long Length, Action<Stream> Write) : CompoundEntry(Name);

internal sealed record CompoundStorage(string Name, params IReadOnlyList<CompoundEntry> Entries) : CompoundEntry(Name);

/// <summary>
/// Writes a compound file of version 3 ([MS-CFB]) from its first byte to its last, without going back: header, long streams, short streams, their table, the directory,
/// the table of sectors, and the table of that table. Ours, because no library that writes one can be had.
/// </summary>
internal sealed class CompoundFile
{
    private const int Sector = 512;
    private const int ShortSector = 64;
    private const int EntryLength = 128;
    private const int IdsInSector = Sector / sizeof(uint);
    private const int TablesInHeader = 109;

    // Streams below this lie in the stream of short sectors.
    private const long ShortLimit = 4_096;

    private const uint IndexSector = 0xFFFF_FFFC;
    private const uint TableSector = 0xFFFF_FFFD;
    private const uint EndOfChain = 0xFFFF_FFFE;
    private const uint Free = 0xFFFF_FFFF;

    private readonly List<(CompoundEntry Entry, uint Left, uint Right, uint Child)> _directory = [];
    private readonly Dictionary<CompoundEntry, uint> _starts = new(ReferenceEqualityComparer.Instance);
    private readonly List<uint> _table = [];
    private readonly List<uint> _shortTable = [];
    private readonly List<CompoundStream> _long;
    private readonly List<CompoundStream> _short;
    private readonly uint _shortStart;
    private readonly long _shortLength;
    private readonly uint _shortTableStart;
    private readonly uint _directoryStart;
    private readonly int _tableSectors;
    private readonly int _indexSectors;

    private CompoundFile(IReadOnlyList<CompoundEntry> entries)
    {
        Register(new CompoundStorage("Root Entry", entries));
        var streams = _directory.Select(line => line.Entry).OfType<CompoundStream>().ToList();
        _long = [.. streams.Where(stream => stream.Length >= ShortLimit)];
        _short = [.. streams.Where(stream => stream.Length < ShortLimit)];
        foreach (var stream in _long)
        {
            _starts[stream] = Chain(_table, Count(stream.Length, Sector));
        }

        foreach (var stream in _short)
        {
            _starts[stream] = Chain(_shortTable, Count(stream.Length, ShortSector));
        }

        _shortLength = (long)_shortTable.Count * ShortSector;
        _shortStart = Chain(_table, Count(_shortLength, Sector));
        _shortTableStart = Chain(_table, Count(_shortTable.Count, IdsInSector));
        _directoryStart = Chain(_table, Count(_directory.Count * EntryLength, Sector));
        (_tableSectors, _indexSectors) = TableSize(_table.Count);
    }

    /// <summary>Writes the file.</summary>
    /// <param name="output">Takes it; needs not be one that can be sought.</param>
    /// <param name="entries">Streams below 4,096 bytes are written after the others, both in this order, depth first.</param>
    public static void Write(Stream output, params IReadOnlyList<CompoundEntry> entries) => new CompoundFile(entries).Write(output);

    private void Write(Stream output)
    {
        WriteHeader(output);
        foreach (var stream in _long)
        {
            WriteStream(output, stream, Sector);
        }

        foreach (var stream in _short)
        {
            WriteStream(output, stream, ShortSector);
        }

        Fill(output, (int)((Count(_shortLength, Sector) * Sector) - _shortLength));
        WriteIds(output, _shortTable);
        WriteDirectory(output);
        var tableStart = (uint)_table.Count;
        var indexStart = tableStart + (uint)_tableSectors;
        WriteIds(output, [.. _table, .. Enumerable.Repeat(TableSector, _tableSectors), .. Enumerable.Repeat(IndexSector, _indexSectors)]);
        WriteIds(output, Index(tableStart, indexStart));
    }

    private static long Count(long length, int unit) => (length + unit - 1) / unit;

    /// <summary>A chain of sectors one behind the other.</summary>
    private static uint Chain(List<uint> table, long sectors)
    {
        var start = (uint)table.Count;
        for (var i = 1; i <= sectors; i++)
        {
            table.Add(i == sectors ? EndOfChain : start + (uint)i);
        }

        return sectors == 0 ? EndOfChain : start;
    }

    /// <summary>Sectors of the table, which counts itself and its index.</summary>
    private static (int Table, int Index) TableSize(int others)
    {
        for (var (table, index) = (0, 0); ;)
        {
            var needed = (int)Count(others + table + index, IdsInSector);

            // The last word of an index sector names the next.
            var neededIndex = (int)Count(Math.Max(0, needed - TablesInHeader), IdsInSector - 1);
            if ((needed, neededIndex) == (table, index))
            {
                return (table, index);
            }

            (table, index) = (needed, neededIndex);
        }
    }

    /// <summary>Puts an entry and what is in it into the directory.</summary>
    /// <returns>Its number.</returns>
    private uint Register(CompoundEntry entry)
    {
        var number = _directory.Count;
        _directory.Add((entry, Free, Free, Free));
        if (entry is CompoundStorage storage)
        {
            // Shorter names first, then by capital letters (2.6.4).
            var children = storage.Entries.Select(child => (child.Name, Number: Register(child))).ToList();
            var sorted = children.OrderBy(child => child.Name.Length).ThenBy(child => child.Name.ToUpperInvariant(), StringComparer.Ordinal).Select(child => child.Number);
            var tree = Tree([.. sorted]);
            _directory[number] = _directory[number] with { Child = tree };
        }

        return (uint)number;
    }

    /// <summary>A balanced tree of siblings, all of them black, which 2.6.4 allows.</summary>
    private uint Tree(List<uint> sorted)
    {
        if (sorted.Count == 0)
        {
            return Free;
        }

        var middle = sorted.Count / 2;
        var number = (int)sorted[middle];
        var (left, right) = (Tree(sorted[..middle]), Tree(sorted[(middle + 1)..]));
        _directory[number] = _directory[number] with { Left = left, Right = right };
        return (uint)number;
    }

    /// <summary>2.2.</summary>
    private void WriteHeader(Stream output)
    {
        var header = new byte[Sector];
        ((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]).CopyTo(header);
        Put(header, 24, 0x0003_003E);
        Put(header, 28, 0x0009_FFFE);
        Put(header, 32, 6);
        Put(header, 44, (uint)_tableSectors);
        Put(header, 48, _directoryStart);
        Put(header, 56, (uint)ShortLimit);
        Put(header, 60, _shortTableStart);
        Put(header, 64, (uint)Count(_shortTable.Count, IdsInSector));
        var tableStart = (uint)_table.Count;
        Put(header, 68, _indexSectors == 0 ? EndOfChain : tableStart + (uint)_tableSectors);
        Put(header, 72, (uint)_indexSectors);
        for (var i = 0; i < TablesInHeader; i++)
        {
            Put(header, 76 + (i * sizeof(uint)), i < _tableSectors ? tableStart + (uint)i : Free);
        }

        output.Write(header);
    }

    /// <summary>2.6.</summary>
    private void WriteDirectory(Stream output)
    {
        foreach (var (entry, left, right, child) in _directory)
        {
            var line = new byte[EntryLength];
            Encoding.Unicode.GetBytes(entry.Name, line);
            BinaryPrimitives.WriteUInt16LittleEndian(line.AsSpan(64), (ushort)(2 * (entry.Name.Length + 1)));
            var isRoot = ReferenceEquals(entry, _directory[0].Entry);
            line[66] = (byte)(isRoot ? 5 : entry is CompoundStream ? 2 : 1);
            line[67] = 1;
            Put(line, 68, left);
            Put(line, 72, right);
            Put(line, 76, child);
            Put(line, 116, isRoot ? _shortStart : entry is CompoundStream stream ? _starts[stream] : 0);
            BinaryPrimitives.WriteInt64LittleEndian(line.AsSpan(120), isRoot ? _shortLength : (entry as CompoundStream)?.Length ?? 0);
            output.Write(line);
        }

        for (var unused = _directory.Count; unused % (Sector / EntryLength) != 0; unused++)
        {
            var line = new byte[EntryLength];
            line.AsSpan(68, 3 * sizeof(uint)).Fill(0xFF);
            output.Write(line);
        }
    }

    /// <summary>Sectors of the table beyond those that the header names (2.5).</summary>
    private List<uint> Index(uint tableStart, uint indexStart)
    {
        var ids = new List<uint>();
        for (var i = 0; i < _indexSectors; i++)
        {
            var first = TablesInHeader + (i * (IdsInSector - 1));
            ids.AddRange(Enumerable.Range(first, IdsInSector - 1).Select(table => table < _tableSectors ? tableStart + (uint)table : Free));
            ids.Add(i == _indexSectors - 1 ? EndOfChain : indexStart + (uint)i + 1);
        }

        return ids;
    }

    private static void WriteStream(Stream output, CompoundStream stream, int unit)
    {
        var counted = new CountingStream(output);
        stream.Write(counted);
        if (counted.Written != stream.Length)
        {
            throw new InvalidOperationException($"The stream '{stream.Name}' has {counted.Written} bytes, not {stream.Length}.");
        }

        Fill(output, (int)((Count(stream.Length, unit) * unit) - stream.Length));
    }

    private static void WriteIds(Stream output, List<uint> ids)
    {
        var sector = new byte[Sector];
        for (var at = 0; at < ids.Count; at += IdsInSector)
        {
            for (var i = 0; i < IdsInSector; i++)
            {
                Put(sector, i * sizeof(uint), at + i < ids.Count ? ids[at + i] : Free);
            }

            output.Write(sector);
        }
    }

    private static void Fill(Stream output, int count) => output.Write(new byte[count]);

    private static void Put(Span<byte> bytes, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], value);
}
