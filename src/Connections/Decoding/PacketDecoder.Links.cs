using System.Buffers.Binary;
using MinerFlow.Capture;

namespace MinerFlow.Connections.Decoding;

/// <summary>Link layers other than plain Ethernet. Layouts: the tcpdump link-layer header registry, unless a method names another source.</summary>
internal sealed partial class PacketDecoder
{
    /// <summary>DLT_RAW as BSD and OpenBSD number it; some programs write these into files.</summary>
    private const LinkType RawBsd = (LinkType)12;
    private const LinkType RawOpenBsd = (LinkType)14;
    private const LinkType PppWithPppd = (LinkType)166;

    private PacketRejection Link(LinkType linkType, ReadOnlySpan<byte> bytes, int wireEnd, ref PacketRecord record)
    {
        _guesses = 0;
        switch (linkType)
        {
            case LinkType.Ethernet:
                return Ethernet(bytes, 0, wireEnd, 0, ref record);
            case LinkType.Raw or LinkType.IPv4 or LinkType.IPv6 or RawBsd or RawOpenBsd:
                return Ip(bytes, 0, wireEnd, 0, ref record);
            case LinkType.Null or LinkType.Loop:
                return Loopback(bytes, wireEnd, ref record);
            case LinkType.LinuxSll:
                return bytes.Length < 16 ? PacketRejection.TruncatedLink : Cooked(U16(bytes, 14), bytes, 16, wireEnd, ref record);
            case LinkType.LinuxSll2:
                return bytes.Length < 20 ? PacketRejection.TruncatedLink : Cooked(U16(bytes, 0), bytes, 20, wireEnd, ref record);
            case LinkType.Ppp or LinkType.PppHdlc:
                return Ppp(bytes, 0, wireEnd, 0, ref record);
            case LinkType.PppWithDirection:
                return Ppp(bytes, 1, wireEnd, 0, ref record);
            case PppWithPppd:
                // The direction stands in place of the address FF, and the control byte stays (libpcap, pcap/dlt.h).
                return Ppp(bytes, bytes.Length > 1 && bytes[1] == 3 ? 2 : 1, wireEnd, 0, ref record);
            case LinkType.PppEther:
                return PppoeSession(bytes, 0, wireEnd, 0, ref record);
            case LinkType.CiscoHdlc:
                return CiscoHdlc(bytes, 0, wireEnd, 0, ref record);
            case LinkType.FrameRelay:
                return FrameRelay(bytes, wireEnd, ref record);
            case LinkType.NetfilterLog:
                return NetfilterLog(bytes, wireEnd, ref record);
            case LinkType.Ieee80211:
                return Ieee80211(bytes, 0, wireEnd, false, ref record);
            case LinkType.Ieee80211Radiotap:
                return Radiotap(bytes, wireEnd, ref record);
            case LinkType.Ieee80211Prism or LinkType.Ieee80211Avs:
                return PrismOrAvs(bytes, wireEnd, ref record);
            case LinkType.Ppi:
                return Ppi(bytes, wireEnd, ref record);
            default:
                counters.CountUnknownLinkType(linkType);
                return PacketRejection.UnknownLinkType;
        }
    }

    /// <summary>IPv4 or IPv6 by the version nibble.</summary>
    private PacketRejection Ip(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (offset >= bytes.Length)
        {
            return PacketRejection.TruncatedIp;
        }

        return (bytes[offset] >> 4) switch
        {
            4 => IPv4(bytes, offset, wireEnd, depth, ref record),
            6 => IPv6(bytes, offset, wireEnd, depth, ref record),
            _ => PacketRejection.BadIp,
        };
    }

    /// <summary>family(4) in the byte order of the capturing machine (NULL) or of the network (LOOP); IPv6 has another number in each system.</summary>
    private PacketRejection Loopback(ReadOnlySpan<byte> bytes, int wireEnd, ref PacketRecord record)
    {
        if (bytes.Length < 4)
        {
            return PacketRejection.TruncatedLink;
        }

        var family = U32(bytes, 0);
        family = family > 0xFFFF ? BinaryPrimitives.ReverseEndianness(family) : family;
        return family switch
        {
            2 => IPv4(bytes, 4, wireEnd, 0, ref record),
            10 or 23 or 24 or 28 or 30 => IPv6(bytes, 4, wireEnd, 0, ref record),
            _ => PacketRejection.NotIp,
        };
    }

    /// <summary>Linux cooked capture: numbers below 0x0600 are the kernel's own, of which 4 is LLC.</summary>
    private PacketRejection Cooked(int protocol, ReadOnlySpan<byte> bytes, int offset, int wireEnd, ref PacketRecord record) => protocol switch
    {
        4 => Llc(bytes, offset, wireEnd, 0, ref record),
        < 0x0600 => PacketRejection.LinkControl,
        _ => EtherPayload(protocol, bytes, offset, wireEnd, 0, ref record),
    };

    /// <summary>The length form of IEEE 802.3: what follows is LLC of that many bytes.</summary>
    private PacketRejection LlcOver8023(int length, ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (depth >= MaximumLayers)
        {
            return PacketRejection.TooManyLayers;
        }

        wireEnd = length > 0 ? Math.Min(wireEnd, offset + length) : wireEnd;
        return Llc(bytes.Length > wireEnd ? bytes[..wireEnd] : bytes, offset, wireEnd, depth + 1, ref record);
    }

    /// <summary>DSAP SSAP control, then SNAP: OUI(3) type(2) (IEEE 802.2, RFC 1042); 06 06 03 is IP itself.</summary>
    private PacketRejection Llc(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (bytes.Length - offset < 3)
        {
            return PacketRejection.TruncatedLink;
        }

        var service = (bytes[offset] << 16) | (bytes[offset + 1] << 8) | bytes[offset + 2];
        if (service == 0x06_06_03)
        {
            return Ip(bytes, offset + 3, wireEnd, depth, ref record);
        }

        return service == 0xAA_AA_03 ? Snap(bytes, offset + 3, wireEnd, depth, ref record) : PacketRejection.LinkControl;
    }

    private PacketRejection Snap(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (bytes.Length - offset < 5)
        {
            return PacketRejection.TruncatedLink;
        }

        var organization = (bytes[offset] << 16) | U16(bytes, offset + 1);
        int type = U16(bytes, offset + 3);
        return organization is 0 or 0x0000F8 && type >= 0x0600
            ? EtherPayload(type, bytes, offset + 5, wireEnd, depth, ref record)
            : PacketRejection.NotIp;
    }

    /// <summary>
    /// RFC 1661 and 1662: FF 03 may be left out, and a protocol number with an odd first byte has only that byte.
    /// 0F and 8F instead of FF are Cisco HDLC (RFC 1547 appendix).
    /// </summary>
    private PacketRejection Ppp(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (bytes.Length - offset < 2)
        {
            return PacketRejection.TruncatedLink;
        }

        if (bytes[offset] is 0x0F or 0x8F && bytes[offset + 1] == 0)
        {
            return CiscoHdlc(bytes, offset, wireEnd, depth, ref record);
        }

        if (bytes[offset] == 0xFF && bytes[offset + 1] == 3)
        {
            offset += 2;
        }

        if (bytes.Length - offset < 2)
        {
            return PacketRejection.TruncatedLink;
        }

        int protocol = bytes[offset++];
        if ((protocol & 1) == 0)
        {
            protocol = (protocol << 8) | bytes[offset++];
        }

        return protocol switch
        {
            0x0021 => IPv4(bytes, offset, wireEnd, depth, ref record),
            0x0057 => IPv6(bytes, offset, wireEnd, depth, ref record),
            0x0281 or 0x0283 => Mpls(bytes, offset, wireEnd, depth, ref record),
            0x0031 => PppBridged(bytes, offset, wireEnd, depth, ref record),
            0x0053 or 0x00FD => PacketRejection.Encrypted,
            >= 0x8000 => PacketRejection.LinkControl,
            _ => PacketRejection.NotIp,
        };
    }

    /// <summary>Bridging over PPP (RFC 3518 section 4.2): flags(1) MAC type(1), type 1 is Ethernet.</summary>
    private PacketRejection PppBridged(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record) =>
        bytes.Length - offset >= 2 && bytes[offset + 1] == 1
            ? Ethernet(bytes, offset + 2, wireEnd, depth, ref record)
            : PacketRejection.NotIp;

    /// <summary>0x11 code(1) session(2) length(2) PPP (RFC 2516 section 4); code 0 is data.</summary>
    private PacketRejection PppoeSession(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (bytes.Length - offset < 6)
        {
            return PacketRejection.TruncatedLink;
        }

        if (bytes[offset] != 0x11 || bytes[offset + 1] != 0)
        {
            return PacketRejection.LinkControl;
        }

        wireEnd = Math.Min(wireEnd, offset + 6 + U16(bytes, offset + 4));
        return Ppp(bytes.Length > wireEnd ? bytes[..wireEnd] : bytes, offset + 6, wireEnd, depth, ref record);
    }

    /// <summary>address(1) control(1) EtherType(2).</summary>
    private PacketRejection CiscoHdlc(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (bytes.Length - offset < 4)
        {
            return PacketRejection.TruncatedLink;
        }

        int type = U16(bytes, offset + 2);
        return type < 0x0600 ? PacketRejection.LinkControl : EtherPayload(type, bytes, offset + 4, wireEnd, depth, ref record);
    }

    /// <summary>Q.922 address of two to four bytes (the last has its lowest bit set), control 03, NLPID (RFC 2427); or Cisco's EtherType.</summary>
    private PacketRejection FrameRelay(ReadOnlySpan<byte> bytes, int wireEnd, ref PacketRecord record)
    {
        var offset = 0;
        while (offset < bytes.Length && (bytes[offset] & 1) == 0)
        {
            offset++;
        }

        offset++;
        if (offset is < 2 or > 4)
        {
            return bytes.Length < 4 ? PacketRejection.TruncatedLink : PacketRejection.LinkControl;
        }

        if (bytes.Length - offset < 2)
        {
            return PacketRejection.TruncatedLink;
        }

        if (bytes[offset] != 3)
        {
            return U16(bytes, offset) is var type && type >= 0x0600
                ? EtherPayload(type, bytes, offset + 2, wireEnd, 0, ref record)
                : PacketRejection.LinkControl;
        }

        offset++;
        if (bytes[offset] == 0 && bytes.Length - offset > 1)
        {
            offset++;
        }

        return bytes[offset] switch
        {
            0xCC => IPv4(bytes, offset + 1, wireEnd, 0, ref record),
            0x8E => IPv6(bytes, offset + 1, wireEnd, 0, ref record),
            0x80 => Snap(bytes, offset + 1, wireEnd, 0, ref record),
            0xCF => Ppp(bytes, offset + 1, wireEnd, 0, ref record),
            _ => PacketRejection.LinkControl,
        };
    }

    /// <summary>family(1) version(1) group(2), then length(2) type(2) value, padded to 4, in the byte order of the machine; type 9 is the packet.</summary>
    private PacketRejection NetfilterLog(ReadOnlySpan<byte> bytes, int wireEnd, ref PacketRecord record)
    {
        const int PayloadType = 9;
        for (var offset = 4; bytes.Length - offset >= 4;)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);
            int type = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(offset + 2)..]) & 0x7FFF;
            if (length < 4)
            {
                return PacketRejection.LinkControl;
            }

            if (type == PayloadType)
            {
                wireEnd = Math.Min(wireEnd, offset + length);
                return Ip(bytes.Length > wireEnd ? bytes[..wireEnd] : bytes, offset + 4, wireEnd, 0, ref record);
            }

            offset += (length + 3) & ~3;
        }

        return PacketRejection.TruncatedLink;
    }
}
