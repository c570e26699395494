using System.Buffers.Binary;
using System.Numerics;
using MinerFlow.Capture;

namespace MinerFlow.Connections.Decoding;

/// <summary>IEEE 802.11 frames and the headers that capture drivers put before them.</summary>
internal sealed partial class PacketDecoder
{
    /// <summary>IEEE 802.11-2020 section 9.2.3: control(2) duration(2) three addresses(18) sequence(2) [address 4(6)] [QoS(2)] [HT control(4)] LLC.</summary>
    private PacketRejection Ieee80211(ReadOnlySpan<byte> bytes, int offset, int wireEnd, bool padded, ref PacketRecord record)
    {
        const int HasNoData = 0x40, IsQos = 0x80, ToAndFromAccessPoint = 3, Protected = 0x40, Order = 0x80;
        if (bytes.Length - offset < 24)
        {
            return bytes.Length - offset >= 2 && ((bytes[offset] >> 2) & 3) != 2 ? PacketRejection.LinkControl : PacketRejection.TruncatedLink;
        }

        int kind = bytes[offset];
        int flags = bytes[offset + 1];
        if (((kind >> 2) & 3) != 2 || (kind & HasNoData) != 0)
        {
            return PacketRejection.LinkControl;
        }

        if ((flags & Protected) != 0)
        {
            return PacketRejection.Encrypted;
        }

        var header = 24 + ((flags & ToAndFromAccessPoint) == ToAndFromAccessPoint ? 6 : 0);
        var aggregated = false;
        if ((kind & IsQos) != 0)
        {
            aggregated = bytes.Length > offset + header && (bytes[offset + header] & 0x80) != 0;
            header += 2 + ((flags & Order) != 0 ? 4 : 0);
        }

        if (padded)
        {
            header = (header + 3) & ~3;
        }

        // Of an A-MSDU the first subframe is read: destination(6) source(6) length(2) LLC.
        offset += header + (aggregated ? 14 : 0);
        return Llc(bytes, offset, wireEnd, 0, ref record);
    }

    /// <summary>version(1) pad(1) length(2, little endian) present words(4 each, bit 31: another follows), fields aligned to their size (radiotap.org).</summary>
    private PacketRejection Radiotap(ReadOnlySpan<byte> bytes, int wireEnd, ref PacketRecord record)
    {
        if (bytes.Length < 8)
        {
            return PacketRejection.TruncatedLink;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        if (bytes[0] != 0 || length < 8)
        {
            return PacketRejection.LinkControl;
        }

        var present = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        var field = 8;
        for (var word = present; word >> 31 != 0 && bytes.Length - field >= 4; field += 4)
        {
            word = BinaryPrimitives.ReadUInt32LittleEndian(bytes[field..]);
        }

        // Bit 0 is the 8-byte timer, bit 1 the flags, whose 0x20 says that the header is padded to four bytes.
        field = (present & 1) != 0 ? ((field + 7) & ~7) + 8 : field;
        var padded = (present & 2) != 0 && field < Math.Min(length, bytes.Length) && (bytes[field] & 0x20) != 0;
        return Ieee80211(bytes, length, wireEnd, padded, ref record);
    }

    /// <summary>AVS: magic 0x8021100x(4) length(4), big endian. Prism: code 0x44 or 0x41(4) length(4) in the byte order of the machine.</summary>
    private PacketRejection PrismOrAvs(ReadOnlySpan<byte> bytes, int wireEnd, ref PacketRecord record)
    {
        if (bytes.Length < 8)
        {
            return PacketRejection.TruncatedLink;
        }

        var length = U32(bytes, 4);
        if (U32(bytes, 0) >> 4 != 0x8021100 && BitOperations.LeadingZeroCount(length) < 16)
        {
            length = BinaryPrimitives.ReverseEndianness(length);
        }

        return length is < 8 or > 4_096 ? PacketRejection.LinkControl : Ieee80211(bytes, (int)length, wireEnd, false, ref record);
    }

    /// <summary>version(1) flags(1) length(2) link type(4), little endian (CACE PPI).</summary>
    private PacketRejection Ppi(ReadOnlySpan<byte> bytes, int wireEnd, ref PacketRecord record)
    {
        if (bytes.Length < 8)
        {
            return PacketRejection.TruncatedLink;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        var inner = (LinkType)(ushort)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (length < 8 || inner == LinkType.Ppi)
        {
            return PacketRejection.LinkControl;
        }

        return length > bytes.Length ? PacketRejection.TruncatedLink : Link(inner, bytes[length..], wireEnd - length, ref record);
    }
}
