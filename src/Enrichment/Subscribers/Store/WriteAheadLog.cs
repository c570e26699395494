using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>
/// What was acknowledged and is in no segment yet. One record for each commit: all of it counts or nothing.
/// </summary>
/// <remarks>
/// <para>All numbers are little endian. The file is <c>"MFINTLOG"</c>, version (2 bytes, 2), zero (2), salt (32), CRC-32C of all before (4), records.</para>
/// <para>A record is <c>"MFRC"</c>, number from 0 (8), plain bytes (4), CRC-32C of these three (4), then the bytes encrypted with their tag: bytes of rows (4), rows, each
/// <c>prefix length (1)</c> and a row of <see cref="IntervalRowCodec"/>, then the JSON of a <see cref="StoreState"/>.</para>
/// <para>A crash cuts the last record, which nobody was told was kept: it is dropped. A bad record with a good one behind it is damage, and an error.</para>
/// </remarks>
internal sealed class WriteAheadLog : IDisposable
{
    private const int HeadLength = 8 + 2 + 2 + BlockCipher.SaltLength + 4;
    private const int RecordHeadLength = 4 + 8 + 4 + 4;
    private const ushort Version = 2;
    private const ushort OldestVersion = 1;
    private readonly SafeFileHandle _file;
    private readonly BlockCipher _cipher;
    private byte[] _buffer = [];
    private long _records;

    private WriteAheadLog(SafeFileHandle file, BlockCipher cipher, long number) => (_file, _cipher, Number) = (file, cipher, number);

    public long Number { get; }

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    public static string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"log-{number:d10}");

    public static string PathOf(string folder, long number) => Path.Combine(folder, NameOf(number) + ".wal");

    public static WriteAheadLog Create(string folder, KeyFolder keys, long number)
    {
        var head = new byte[HeadLength];
        "MFINTLOG"u8.CopyTo(head);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(8), Version);
        RandomNumberGenerator.Fill(head.AsSpan(12, BlockCipher.SaltLength));
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(HeadLength - 4), Crc32C.Of(head.AsSpan(0, HeadLength - 4)));
        var cipher = new BlockCipher(keys.GetOrCreate(NameOf(number)), head.AsSpan(12, BlockCipher.SaltLength));
        var log = new WriteAheadLog(File.OpenHandle(PathOf(folder, number), FileMode.CreateNew, FileAccess.Write), cipher, number) { Length = HeadLength };
        try
        {
            RandomAccess.Write(log._file, head, 0);
            RandomAccess.FlushToDisk(log._file);
            DurableFolder.Sync(folder);
            return log;
        }
        catch (IOException)
        {
            // The same number is tried again.
            log.Dispose();
            File.Delete(PathOf(folder, number));
            throw;
        }
    }

    /// <summary>Writes a record; it is durable when this returns.</summary>
    /// <param name="rows">Rows, each with its prefix length before it.</param>
    /// <param name="state">JSON of what changed beside them.</param>
    public void Append(ReadOnlySpan<byte> rows, ReadOnlySpan<byte> state)
    {
        var plainLength = 4 + rows.Length + state.Length;
        var length = RecordHeadLength + plainLength + BlockCipher.TagLength;
        if (_buffer.Length < length + plainLength)
        {
            _buffer = new byte[length + plainLength];
        }

        var record = _buffer.AsSpan(0, length);
        var plain = _buffer.AsSpan(length, plainLength);
        BinaryPrimitives.WriteInt32LittleEndian(plain, rows.Length);
        rows.CopyTo(plain[4..]);
        state.CopyTo(plain[(4 + rows.Length)..]);
        RecordMagic.CopyTo(record);
        BinaryPrimitives.WriteInt64LittleEndian(record[4..], _records);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], plainLength);
        BinaryPrimitives.WriteUInt32LittleEndian(record[16..], Crc32C.Of(record[..16]));
        _cipher.Seal(BlockKind.Record, (ulong)_records, plain, record[RecordHeadLength..]);
        CryptographicOperations.ZeroMemory(plain);
        RandomAccess.Write(_file, record, Length);
        RandomAccess.FlushToDisk(_file);
        Length += length;
        _records++;
    }

    public void Dispose()
    {
        _file.Dispose();
        _cipher.Dispose();
    }

    private static ReadOnlySpan<byte> RecordMagic => "MFRC"u8;

    /// <summary>Hands every whole record to <paramref name="take"/>: rows, JSON of the state.</summary>
    /// <param name="folder">Of the store.</param>
    /// <param name="keys">The store's keys.</param>
    /// <param name="number">Which log.</param>
    /// <param name="take">Called in the order they were written.</param>
    /// <exception cref="IntervalStoreException">The log is damaged before its last record.</exception>
    public static void Replay(string folder, KeyFolder keys, long number, Action<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> take)
    {
        var path = PathOf(folder, number);
        using var file = File.OpenHandle(path);
        var head = new byte[HeadLength];
        if (RandomAccess.Read(file, head, 0) < HeadLength)
        {
            // Cut while it was made: no record can have been acknowledged.
            return;
        }

        if (!head.AsSpan().StartsWith("MFINTLOG"u8) || BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(HeadLength - 4)) != Crc32C.Of(head.AsSpan(0, HeadLength - 4)))
        {
            throw new IntervalStoreException(path, 0, "not a write-ahead log of the interval store, or damaged: it would begin with MFINTLOG and a checksum that fits.");
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(8)) is var version and (< OldestVersion or > Version))
        {
            throw new IntervalStoreException(path, 8, $"version {version} of the log format; this program reads versions {OldestVersion} to {Version}.");
        }

        using var cipher = new BlockCipher(keys.Get(NameOf(number)), head.AsSpan(12, BlockCipher.SaltLength));
        var length = RandomAccess.GetLength(file);
        long offset = HeadLength;
        for (ulong record = 0; offset < length; record++)
        {
            if (Read(file, cipher, offset, record) is not { } plain)
            {
                ThrowIfRecordsFollow(path, file, offset, record, length);
                return;
            }

            var rows = BinaryPrimitives.ReadInt32LittleEndian(plain);
            if (rows < 0 || rows > plain.Length - 4)
            {
                throw new IntervalStoreException(path, offset, "the record was written wrongly: its rows are longer than it.");
            }

            take(plain.AsMemory(4, rows), plain.AsMemory(4 + rows));
            offset += RecordHeadLength + plain.Length + BlockCipher.TagLength;
        }
    }

    private static byte[]? Read(SafeFileHandle file, BlockCipher cipher, long offset, ulong number)
    {
        Span<byte> head = stackalloc byte[RecordHeadLength];
        if (RandomAccess.Read(file, head, offset) < head.Length || !IsHead(head) || BinaryPrimitives.ReadUInt64LittleEndian(head[4..]) != number)
        {
            return null;
        }

        var plain = BinaryPrimitives.ReadInt32LittleEndian(head[12..]);
        if (plain < 4 || offset + RecordHeadLength + plain + BlockCipher.TagLength > RandomAccess.GetLength(file))
        {
            return null;
        }

        var bytes = new byte[plain + BlockCipher.TagLength];
        var opened = new byte[plain];
        return RandomAccess.Read(file, bytes, offset + RecordHeadLength) == bytes.Length && cipher.TryOpen(BlockKind.Record, number, bytes, opened) ? opened : null;
    }

    private static bool IsHead(ReadOnlySpan<byte> head) =>
        head.StartsWith(RecordMagic) && BinaryPrimitives.ReadUInt32LittleEndian(head[16..]) == Crc32C.Of(head[..16]);

    /// <summary>Looks for the head of a later record behind a bad one.</summary>
    private static void ThrowIfRecordsFollow(string path, SafeFileHandle file, long offset, ulong number, long length)
    {
        const int Step = 1 << 20;
        var window = new byte[Step + RecordHeadLength];
        for (var at = offset + 1; at < length; at += Step)
        {
            var read = RandomAccess.Read(file, window, at);
            for (var i = window.AsSpan(0, read).IndexOf(RecordMagic); i >= 0 && i + RecordHeadLength <= read; i += Next(window.AsSpan(i, read - i)))
            {
                if (IsHead(window.AsSpan(i, RecordHeadLength)) && BinaryPrimitives.ReadUInt64LittleEndian(window.AsSpan(i + 4)) > number)
                {
                    throw new IntervalStoreException(path, offset, $"record {number} of the log is damaged, and good ones follow it: restore this file from its backup.");
                }
            }
        }
    }

    /// <summary>How far it is to the next place that looks like a record; to the end when there is none.</summary>
    private static int Next(ReadOnlySpan<byte> rest) => rest[1..].IndexOf(RecordMagic) is var next and >= 0 ? next + 1 : rest.Length;
}
