using System.Buffers.Binary;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>
/// Rows as bytes, in pages, in the write-ahead log and in memory:
/// <c>length prefix kind parts start [from] [to] [ports] [first-proof] [last-proof] told source [protocol] [range] [inner] [destination] [realm] [account] [access-port] [first-line] [last-line]</c>.
/// </summary>
/// <remarks>
/// <para>Numbers are LEB128 unless said otherwise. <c>length</c>: bytes behind it, 2 bytes little endian. <c>prefix</c>: less that of the row before. <c>kind</c>: kind, 16 times the marks, 64 when
/// the first line's digest is of SM3, 128 when the last line's is (else of SHA-256, as in all rows of version 1 of the formats), 1 byte.
/// <c>parts</c>: <see cref="Parts"/>, 2 bytes little endian. <c>start</c>: less the base time; all other times less the start. <c>from</c> is there when it is not the start.
/// A time is <c>zigzag(value) * 4 + unit</c>, units 0 s, 1 ms, 2 µs, 3 ns, so that logs with whole seconds pay for whole seconds.
/// What a question asks of a row, times and ports, stands first.
/// <c>told</c>: less than that of the segment by so much.</para>
/// <para><c>ports</c>: first (2 bytes little endian), number less one. <c>range</c>: first and last address less the first of the prefix, for ranges that are no prefix.
/// Addresses: 16 bytes; ports of destinations 2. Names: bytes shared with the reference's at the start, at the end, length between, the bytes between. Lines: 16 bytes.</para>
/// </remarks>
internal static class IntervalRowCodec
{
    /// <summary>Longer than any row with all parts and every number at its longest.</summary>
    public const int LongestRow = 1200;

    private const int KindBits = 0x0F;
    private const int MarksBits = 0x03;
    private const int MarksShift = 4;
    private const int FirstLineIsSm3 = 0x40;
    private const int LastLineIsSm3 = 0x80;

    private static readonly long[] Units = [1_000_000_000, 1_000_000, 1_000, 1];

    [Flags]
    private enum Parts : ushort
    {
        None = 0,
        IsOpen = 1,
        HasNoStart = 2,
        From = 4,
        FirstProof = 8,
        LastProof = 0x10,
        Ports = 0x20,
        Protocol = 0x40,
        Range = 0x80,
        Inner = 0x100,
        Destination = 0x200,
        Realm = 0x400,
        Account = 0x800,
        AccessPort = 0x1000,
        FirstLine = 0x2000,
        LastLine = 0x4000,
        LastLineIsFirst = 0x8000,
    }

    /// <summary>Writes the row; returns its length.</summary>
    /// <param name="to">At least <see cref="LongestRow"/> bytes.</param>
    /// <param name="row">A row the store has accepted.</param>
    /// <param name="prefixBefore">Prefix of the row before, of the same length; not larger than this one's.</param>
    /// <param name="frame">What times and names are differences to.</param>
    public static int Write(Span<byte> to, in IntervalRow row, UInt128 prefixBefore, RowFrame frame)
    {
        var writer = new SpanWriter(to[sizeof(ushort)..]);
        var prefix = row.Prefix;
        var start = row.Start;
        var parts = PartsOf(row, prefix);
        writer.Number(prefix - prefixBefore);
        writer.Byte((byte)((int)row.Kind | ((int)row.Marks << MarksShift) | (row.FirstLine.IsSha256 ? 0 : FirstLineIsSm3) | (row.LastLine.IsSha256 ? 0 : LastLineIsSm3)));
        writer.UInt16((ushort)parts);
        Time(ref writer, start - frame.BaseTime);
        TimeIf(ref writer, parts, Parts.From, row.From - start);
        if (!Has(parts, Parts.IsOpen))
        {
            Time(ref writer, row.To - start);
        }

        if (Has(parts, Parts.Ports))
        {
            writer.UInt16(row.FirstPort);
            writer.Number((ulong)(row.LastPort - row.FirstPort));
        }

        TimeIf(ref writer, parts, Parts.FirstProof, row.FirstProof - start);
        TimeIf(ref writer, parts, Parts.LastProof, row.LastProof - start);
        writer.Number((ulong)(frame.Told - row.Told));
        writer.Number(row.Source);
        WriteRare(ref writer, row, parts, prefix);
        NameIf(ref writer, parts, Parts.Realm, row.Realm.Span, frame.Realm);
        NameIf(ref writer, parts, Parts.Account, row.Account.Span, frame.Account);
        NameIf(ref writer, parts, Parts.AccessPort, row.AccessPort.Span, frame.AccessPort);
        LineIf(ref writer, parts, Parts.FirstLine, row.FirstLine);
        LineIf(ref writer, parts, Parts.LastLine, row.LastLine);
        BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)writer.Length);
        return writer.Length + sizeof(ushort);
    }

    /// <summary>The length of the row at the start of the bytes with its own two; false when they do not hold it.</summary>
    public static bool TryReadLength(ReadOnlySpan<byte> bytes, out int length)
    {
        length = bytes.Length < sizeof(ushort) ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes) + sizeof(ushort);
        return length > sizeof(ushort) && length <= bytes.Length;
    }

    /// <summary>Only the prefix of the row, less that of the row before.</summary>
    public static bool TryReadPrefix(ReadOnlySpan<byte> row, out UInt128 difference)
    {
        var reader = new SpanReader(row[sizeof(ushort)..]);
        difference = reader.WideNumber();
        return !reader.IsBroken;
    }

    /// <summary>Only what a question asks of the row: <see cref="IntervalRow.From"/>, <see cref="IntervalRow.To"/> and the ports; false when its bytes are not a row.</summary>
    public static bool TryReadAsked(ReadOnlySpan<byte> bytes, long baseTime, ref IntervalRow row)
    {
        var reader = new SpanReader(bytes[sizeof(ushort)..]);
        reader.WideNumber();
        reader.Byte();
        var parts = (Parts)reader.UInt16();
        ReadAsked(ref reader, parts, baseTime, ref row);
        return !reader.IsBroken;
    }

    /// <summary>Reads a whole row; false when its bytes are not one.</summary>
    /// <param name="bytes">The row as <see cref="TryReadLength"/> measured it.</param>
    /// <param name="prefixBefore">As it was written with, as is <paramref name="frame"/>.</param>
    /// <param name="prefixLength">Prefix length of the row.</param>
    /// <param name="frame">What times and names are differences to.</param>
    /// <param name="names">Takes the names that are not in the bytes as they are; <see cref="RowFrame.NamesLength"/> bytes.</param>
    /// <param name="row">Its names are on loan from the bytes and from <paramref name="names"/>.</param>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, UInt128 prefixBefore, byte prefixLength, RowFrame frame, byte[] names, out IntervalRow row)
    {
        row = default;
        bytes = bytes[sizeof(ushort)..];
        var reader = new SpanReader(bytes.Span);
        var prefix = prefixBefore + reader.WideNumber();
        var kind = reader.Byte();
        var parts = (Parts)reader.UInt16();
        (row.Kind, row.Marks, row.PrefixLength) = ((IntervalKind)(kind & KindBits), (IntervalMarks)((kind >> MarksShift) & MarksBits), prefixLength);
        var start = ReadAsked(ref reader, parts, frame.BaseTime, ref row);
        row.FirstProof = Has(parts, Parts.FirstProof) ? start + Time(ref reader) : start;
        row.LastProof = Has(parts, Parts.LastProof) ? start + Time(ref reader) : Has(parts, Parts.IsOpen) ? start : row.To;
        row.Told = frame.Told - (long)reader.Number(long.MaxValue);
        row.Source = (ushort)reader.Number(ushort.MaxValue);
        row.Range = WholePrefix(prefix, prefixLength);
        ReadRare(ref reader, parts, ref row);
        row.Realm = NameIf(ref reader, parts, Parts.Realm, bytes, frame.Realm, names.AsMemory(0, IntervalRow.LongestName));
        row.Account = NameIf(ref reader, parts, Parts.Account, bytes, frame.Account, names.AsMemory(IntervalRow.LongestName, IntervalRow.LongestName));
        row.AccessPort = NameIf(ref reader, parts, Parts.AccessPort, bytes, frame.AccessPort, names.AsMemory(2 * IntervalRow.LongestName, IntervalRow.LongestName));
        row.FirstLine = LineIf(ref reader, parts, Parts.FirstLine, isSha256: (kind & FirstLineIsSm3) == 0);
        row.LastLine = Has(parts, Parts.LastLineIsFirst) ? row.FirstLine : LineIf(ref reader, parts, Parts.LastLine, isSha256: (kind & LastLineIsSm3) == 0);
        return !reader.IsBroken && reader.Remaining == 0 && row.To > row.From && row.Range.First <= row.Range.Last;
    }

    public static IpRange WholePrefix(UInt128 prefix, int length)
    {
        var host = 128 - length;
        var first = host == 128 ? UInt128.Zero : prefix << host;
        return new IpRange(Address(first), Address(host == 128 ? UInt128.MaxValue : first | ((UInt128.One << host) - 1)));
    }

    private static Parts PartsOf(in IntervalRow row, UInt128 prefix)
    {
        var isOpen = row.To == IntervalRow.Open;
        var start = row.Start;
        return When(isOpen, Parts.IsOpen)
            | When(row.From == IntervalRow.NoStart, Parts.HasNoStart)
            | When(row.From != start && row.From != IntervalRow.NoStart, Parts.From)
            | When(row.FirstProof != start, Parts.FirstProof)
            | When(row.LastProof != (isOpen ? start : row.To), Parts.LastProof)
            | When(row.FirstPort != 0 || row.LastPort != ushort.MaxValue, Parts.Ports)
            | When(row.Protocol != 0, Parts.Protocol)
            | When(row.Range != WholePrefix(prefix, row.PrefixLength), Parts.Range)
            | When(row.Inner != default, Parts.Inner)
            | When(row.Destination != default, Parts.Destination)
            | When(row.Realm.Length > 0, Parts.Realm)
            | When(row.Account.Length > 0, Parts.Account)
            | When(row.AccessPort.Length > 0, Parts.AccessPort)
            | When(!row.FirstLine.IsNone, Parts.FirstLine)
            | When(row.LastLine == row.FirstLine, Parts.LastLineIsFirst)
            | When(row.LastLine != row.FirstLine, Parts.LastLine);
    }

    /// <summary>Not <see cref="Enum.HasFlag"/>, which allocates until its caller is optimized.</summary>
    private static bool Has(Parts parts, Parts part) => (parts & part) != Parts.None;

    private static Parts When(bool condition, Parts part) => condition ? part : Parts.None;

    /// <summary>Start, end and ports; returns the moment that names the row.</summary>
    private static long ReadAsked(ref SpanReader reader, Parts parts, long baseTime, ref IntervalRow row)
    {
        var start = baseTime + Time(ref reader);
        row.From = Has(parts, Parts.HasNoStart) ? IntervalRow.NoStart : Has(parts, Parts.From) ? start + Time(ref reader) : start;
        row.To = Has(parts, Parts.IsOpen) ? IntervalRow.Open : start + Time(ref reader);
        (row.FirstPort, row.LastPort) = (0, ushort.MaxValue);
        if (Has(parts, Parts.Ports))
        {
            row.FirstPort = reader.UInt16();
            row.LastPort = (ushort)(row.FirstPort + reader.Number((ulong)(ushort.MaxValue - row.FirstPort)));
        }

        return start;
    }

    private static void WriteRare(ref SpanWriter writer, in IntervalRow row, Parts parts, UInt128 prefix)
    {
        if (Has(parts, Parts.Protocol))
        {
            writer.Byte(row.Protocol);
        }

        if (Has(parts, Parts.Range))
        {
            var first = Number(WholePrefix(prefix, row.PrefixLength).First);
            writer.Number(Number(row.Range.First) - first);
            writer.Number(Number(row.Range.Last) - first);
        }

        if (Has(parts, Parts.Inner))
        {
            Address(ref writer, row.Inner);
        }

        if (Has(parts, Parts.Destination))
        {
            Address(ref writer, row.Destination.Address);
            writer.UInt16(row.Destination.Port);
        }
    }

    private static void ReadRare(ref SpanReader reader, Parts parts, ref IntervalRow row)
    {
        row.Protocol = Has(parts, Parts.Protocol) ? reader.Byte() : (byte)0;
        if (Has(parts, Parts.Range))
        {
            var first = Number(row.Range.First);
            row.Range = new IpRange(Address(first + reader.WideNumber()), Address(first + reader.WideNumber()));
        }

        row.Inner = Has(parts, Parts.Inner) ? ReadAddress(ref reader) : default;
        row.Destination = Has(parts, Parts.Destination) ? new Endpoint(ReadAddress(ref reader), reader.UInt16()) : default;
    }

    private static void Address(ref SpanWriter writer, IpAddress address)
    {
        writer.Byte(address.IsIPv4 ? (byte)4 : (byte)16);
        if (address.IsIPv4)
        {
            writer.UInt32BigEndian(address.IPv4Bits);
        }
        else
        {
            writer.UInt128BigEndian(Number(address));
        }
    }

    private static IpAddress ReadAddress(ref SpanReader reader)
    {
        var bytes = reader.Take(reader.Byte());
        if (bytes.Length is 4 or 16)
        {
            return IpAddress.Read(bytes);
        }

        reader.Break();
        return default;
    }

    private static void NameIf(ref SpanWriter writer, Parts parts, Parts part, ReadOnlySpan<byte> name, ReadOnlySpan<byte> reference)
    {
        if (!Has(parts, part))
        {
            return;
        }

        var start = name.CommonPrefixLength(reference);
        var end = 0;
        while (end < Math.Min(name.Length, reference.Length) - start && name[^(end + 1)] == reference[^(end + 1)])
        {
            end++;
        }

        writer.Byte((byte)start);
        writer.Byte((byte)end);
        writer.Byte((byte)(name.Length - start - end));
        writer.Bytes(name[start..^end]);
    }

    private static ReadOnlyMemory<byte> NameIf(
        ref SpanReader reader, Parts parts, Parts part, ReadOnlyMemory<byte> body, ReadOnlySpan<byte> reference, Memory<byte> name)
    {
        if (!Has(parts, part))
        {
            return default;
        }

        int start = reader.Byte();
        int end = reader.Byte();
        int between = reader.Byte();
        var at = reader.Position;
        var bytes = reader.Take(between);
        var length = start + between + end;
        if (start + end > reference.Length || length is 0 or > IntervalRow.LongestName || bytes.Length != between)
        {
            reader.Break();
            return default;
        }

        if (start + end == 0)
        {
            return body.Slice(at, between);
        }

        reference[..start].CopyTo(name.Span);
        bytes.CopyTo(name.Span[start..]);
        reference[^end..].CopyTo(name.Span[(start + between)..]);
        return name[..length];
    }

    private static void LineIf(ref SpanWriter writer, Parts parts, Parts part, LineDigest line)
    {
        if (Has(parts, part))
        {
            writer.UInt128BigEndian(new UInt128(line.Upper, line.Lower));
        }
    }

    private static LineDigest LineIf(ref SpanReader reader, Parts parts, Parts part, bool isSha256) =>
        Has(parts, part) && reader.Take(LineDigest.Bytes) is { Length: LineDigest.Bytes } bytes ? LineDigest.Read(bytes) with { IsSha256 = isSha256 } : default;

    private static void TimeIf(ref SpanWriter writer, Parts parts, Parts part, long nanoseconds)
    {
        if (Has(parts, part))
        {
            Time(ref writer, nanoseconds);
        }
    }

    private static void Time(ref SpanWriter writer, long nanoseconds)
    {
        var unit = nanoseconds % Units[0] == 0 ? 0 : nanoseconds % Units[1] == 0 ? 1 : nanoseconds % Units[2] == 0 ? 2 : 3;
        var value = nanoseconds / Units[unit];
        writer.Number(((ulong)((value << 1) ^ (value >> 63)) << 2) | (uint)unit);
    }

    private static long Time(ref SpanReader reader)
    {
        var number = reader.Number();
        var zigzag = number >> 2;
        var value = (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
        return unchecked(value * Units[(int)(number & 3)]);
    }

    private static UInt128 Number(IpAddress address) => new(address.Upper, address.Lower);

    private static IpAddress Address(UInt128 number) => new((ulong)(number >> 64), (ulong)number);
}
