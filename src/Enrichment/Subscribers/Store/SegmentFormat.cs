using System.Buffers.Binary;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>
/// A segment: an immutable sorted file of one partition, which is one UTC day, or the intervals that are still open.
/// </summary>
/// <remarks>
/// <para>All fixed numbers are little endian. The file is <c>header pages index filter footer</c>:</para>
/// <para><c>header</c> (4,096 bytes, so that pages lie on the pages of the system): <c>"MFINTSEG"</c>, version (2 bytes, 2), zero (2), partition (4: days since 1970-01-01,
/// 0x7FFFFFFF for the open one), salt (32), base time (8: nanoseconds), told (8: no row was told later), zeros, CRC-32C of all before (4).</para>
/// <para><c>page</c> (4,096): encrypted with its number from 0; 4,080 bytes <c>rows (2) prefix length (1) zero (1) first prefix (16, big endian) length of reference account (1)
/// reference account, rows, zeros</c>. Rows as in <see cref="IntervalRowCodec"/>; the first counts its prefix from the page's first. All rows of a page have one prefix length.</para>
/// <para><c>index</c>: runs (4), then each run <c>prefix length (4) first page (4) last prefix (16, big endian)</c>, then for each page <c>first prefix (16, big endian)
/// earliest start (4) latest end (4) first port of the first row (2) highest port of the last prefix (2)</c>, times in whole seconds since 1970-01-01, 0xFFFFFFFF is open.
/// Encrypted in blocks of 65,536 bytes, each with its tag. Version 1 had the lowest and the highest port of all rows of the page, which only let fewer pages be passed over.</para>
/// <para><c>filter</c>: <see cref="AddressFilter"/>, encrypted likewise.</para>
/// <para><c>footer</c> (64): rows (8), pages (8), plain bytes of the index (8) and of the filter (8), earliest start (8), latest end (8), zeros (4), CRC-32C of all before (4),
/// <c>"MFINTEND"</c>.</para>
/// <para>Header and footer hold no personal data. A page is one read and one decryption: 4,096 bytes, some 60 rows, take half the time of 8,192 and cost two hundredths
/// of the space. Its index entry is 28 bytes, in memory 32, so that four hundred million intervals need 0.3 gigabytes of index, read from a day's segments when
/// that day is first asked for.</para>
/// </remarks>
internal static class SegmentFormat
{
    public const int HeaderLength = 4096;
    public const int PageLength = 4096;
    public const int PlainPageLength = PageLength - BlockCipher.TagLength;
    public const int BlockLength = 65_536;
    public const int FooterLength = 64;
    public const int IndexEntryLength = 28;
    public const int RunLength = 24;

    /// <summary>Rows, prefix length, first prefix; the reference names follow.</summary>
    public const int PageHeadLength = 2 + 1 + 1 + 16;

    public const ushort Version = 2;
    public const ushort OldestVersion = 1;
    public static ReadOnlySpan<byte> HeaderMagic => "MFINTSEG"u8;
    public static ReadOnlySpan<byte> FooterMagic => "MFINTEND"u8;

    public static long PageOffset(long page) => HeaderLength + (page * PageLength);

    /// <summary>Bytes that this many plain bytes take when they are encrypted in blocks.</summary>
    public static long SealedLength(long plain) => plain + ((plain + BlockLength - 1) / BlockLength * BlockCipher.TagLength);

    public static byte[] Header(int partition, ReadOnlySpan<byte> salt, long baseTime, long told)
    {
        var header = new byte[HeaderLength];
        HeaderMagic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), partition);
        salt.CopyTo(header.AsSpan(16));
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(48), baseTime);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(56), told);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(HeaderLength - 4), Crc32C.Of(header.AsSpan(0, HeaderLength - 4)));
        return header;
    }

    /// <summary>Whole seconds of a moment, rounded down; what no calendar of the index holds becomes its first or last.</summary>
    public static uint SecondsDown(long nanoseconds) => (uint)Math.Clamp(nanoseconds / 1_000_000_000, 0, uint.MaxValue - 1);

    public static uint SecondsUp(long nanoseconds) =>
        nanoseconds == IntervalRow.Open ? uint.MaxValue : (uint)Math.Clamp((nanoseconds / 1_000_000_000) + 1, 0, uint.MaxValue - 1);
}

/// <summary>Numbers of a segment's footer.</summary>
internal readonly record struct SegmentSummary(long Rows, long Pages, long IndexLength, long FilterLength, long EarliestStart, long LatestEnd)
{
    /// <summary>Bytes of the whole file.</summary>
    public long Length => SegmentFormat.PageOffset(Pages) + SegmentFormat.SealedLength(IndexLength) + SegmentFormat.SealedLength(FilterLength) + SegmentFormat.FooterLength;

    public byte[] ToFooter()
    {
        var footer = new byte[SegmentFormat.FooterLength];
        var writer = new SpanWriter(footer);
        writer.Int64(Rows);
        writer.Int64(Pages);
        writer.Int64(IndexLength);
        writer.Int64(FilterLength);
        writer.Int64(EarliestStart);
        writer.Int64(LatestEnd);
        BinaryPrimitives.WriteUInt32LittleEndian(footer.AsSpan(52), Crc32C.Of(footer.AsSpan(0, 52)));
        SegmentFormat.FooterMagic.CopyTo(footer.AsSpan(56));
        return footer;
    }

    /// <summary>Null when the checksum does not fit.</summary>
    public static SegmentSummary? From(ReadOnlySpan<byte> footer)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(footer[52..]) != Crc32C.Of(footer[..52]))
        {
            return null;
        }

        var reader = new SpanReader(footer);
        return new SegmentSummary(reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64());
    }
}
