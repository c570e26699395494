using System.Runtime.CompilerServices;

namespace MinerFlow.Connections.Decoding;

/// <summary>Tunnels over UDP, assumed from a well-known port and dropped when the contents contradict it.</summary>
internal sealed partial class PacketDecoder
{
    private const int GtpUser = 2152;
    private const int Vxlan = 4789;
    private const int VxlanBeforeIana = 8472;
    private const int VxlanGpe = 4790;
    private const int Geneve = 6081;
    private const int L2tp = 1701;
    private const int Teredo = 3544;

    /// <summary>A bit for each of these ports modulo 64: nearly all datagrams are known by it not to be of a tunnel.</summary>
    private const ulong TunnelBits = 1UL << (GtpUser % 64) | 1UL << (Vxlan % 64) | 1UL << (VxlanBeforeIana % 64) | 1UL << (VxlanGpe % 64)
        | 1UL << (Geneve % 64) | 1UL << (L2tp % 64) | 1UL << (Teredo % 64);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsTunnel(uint ports) => (((TunnelBits >> (int)ports) | (TunnelBits >> (int)(ports >> 16))) & 1) != 0 && IsTunnelPort(ports);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsTunnelPort(uint ports) => (ushort)ports is GtpUser or Vxlan or VxlanBeforeIana or VxlanGpe or Geneve or L2tp or Teredo
        || ports >> 16 is GtpUser or L2tp or Teredo;

    /// <returns><see cref="PacketRejection.BadTunnel"/> when the datagram is not what its port promised: then it is a flow of its own.</returns>
    private PacketRejection OverUdp(uint ports, ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (depth >= MaximumLayers)
        {
            return PacketRejection.TooManyLayers;
        }

        var port = IsTunnel(ports & 0xFFFF) ? (int)(ports & 0xFFFF) : (int)(ports >> 16);
        var inner = port switch
        {
            GtpUser => Gtp(bytes, offset, wireEnd, depth + 1, ref record),
            Vxlan or VxlanBeforeIana => VxlanFrame(bytes, offset, wireEnd, depth + 1, ref record),
            VxlanGpe => VxlanGpePacket(bytes, offset, wireEnd, depth + 1, ref record),
            Geneve => GenevePacket(bytes, offset, wireEnd, depth + 1, ref record),
            L2tp => L2tpSession(bytes, offset, wireEnd, depth + 1, ref record),
            _ => TeredoPacket(bytes, offset, wireEnd, depth + 1, ref record),
        };

        // A client may use a tunnel's port for anything: only the server's is believed in what is not whole, and Teredo, whose lengths agree.
        var isBelieved = port == Teredo || IsTunnel(ports & 0xFFFF);
        return inner is PacketRejection.None || (isBelieved && inner is PacketRejection.FragmentHeld or PacketRejection.OtherTransport or PacketRejection.Encrypted or PacketRejection.TooManyLayers)
            ? inner
            : PacketRejection.BadTunnel;
    }

    /// <summary>
    /// 3GPP TS 29.281 section 5.1: version 1 and protocol type 1 in the first byte with E, S, PN; type(1) length(2) TEID(4)
    /// [sequence(2) N-PDU(1) next(1)], extension headers in words with the next type last. Type 255 is user data.
    /// </summary>
    private PacketRejection Gtp(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (bytes.Length - offset < 8 || bytes[offset] >> 4 != 3 || bytes[offset + 1] != 255)
        {
            return PacketRejection.BadTunnel;
        }

        int flags = bytes[offset];
        wireEnd = Math.Min(wireEnd, offset + 8 + U16(bytes, offset + 2));
        bytes = bytes.Length > wireEnd ? bytes[..wireEnd] : bytes;
        offset += 8;
        if ((flags & 7) != 0)
        {
            if (bytes.Length - offset < 4)
            {
                return PacketRejection.BadTunnel;
            }

            int next = (flags & 4) != 0 ? bytes[offset + 3] : 0;
            offset += 4;
            while (next != 0)
            {
                var length = offset < bytes.Length ? bytes[offset] * 4 : 0;
                if (length == 0 || bytes.Length - offset < length)
                {
                    return PacketRejection.BadTunnel;
                }

                next = bytes[offset + length - 1];
                offset += length;
            }
        }

        return Ip(bytes, offset, wireEnd, depth, ref record);
    }

    /// <summary>flags(1, 0x08 set) reserved(3) VNI(3) reserved(1) frame (RFC 7348 section 5).</summary>
    private PacketRejection VxlanFrame(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record) =>
        bytes.Length - offset < 8 || (bytes[offset] & 8) == 0
            ? PacketRejection.BadTunnel
            : Ethernet(bytes, offset + 8, wireEnd, depth, ref record);

    /// <summary>As VXLAN, with the next protocol in the fourth byte (draft-ietf-nvo3-vxlan-gpe section 3.1).</summary>
    private PacketRejection VxlanGpePacket(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (bytes.Length - offset < 8 || (bytes[offset] & 8) == 0)
        {
            return PacketRejection.BadTunnel;
        }

        return bytes[offset + 3] switch
        {
            1 or 2 => Ip(bytes, offset + 8, wireEnd, depth, ref record),
            3 => Ethernet(bytes, offset + 8, wireEnd, depth, ref record),
            _ => PacketRejection.BadTunnel,
        };
    }

    /// <summary>version(2 bits) option words(6 bits) flags(1) EtherType(2) VNI(3) reserved(1) options (RFC 8926 section 3.4).</summary>
    private PacketRejection GenevePacket(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (bytes.Length - offset < 8 || bytes[offset] >> 6 != 0)
        {
            return PacketRejection.BadTunnel;
        }

        int type = U16(bytes, offset + 2);
        offset += 8 + ((bytes[offset] & 0x3F) * 4);
        return type < 0x0600 ? PacketRejection.BadTunnel : EtherPayload(type, bytes, offset, wireEnd, depth, ref record);
    }

    /// <summary>flags and version(2) [length(2)] tunnel(2) session(2) [Ns(2) Nr(2)] [offset(2) padding] PPP (RFC 2661 section 3.1); version 3: RFC 3931 section 4.1.2.</summary>
    private PacketRejection L2tpSession(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        const int Control = 0x8000, HasLength = 0x4000, HasSequence = 0x0800, HasOffset = 0x0200;
        if (bytes.Length - offset < 6 || (U16(bytes, offset) & Control) != 0)
        {
            return PacketRejection.BadTunnel;
        }

        int flags = U16(bytes, offset);
        if ((flags & 15) == 3)
        {
            return L2TPv3(bytes, offset + 4, wireEnd, depth, ref record);
        }

        if ((flags & 15) != 2)
        {
            return PacketRejection.BadTunnel;
        }

        offset += 6 + ((flags & HasLength) != 0 ? 2 : 0) + ((flags & HasSequence) != 0 ? 4 : 0);
        if ((flags & HasOffset) != 0)
        {
            if (bytes.Length - offset < 2)
            {
                return PacketRejection.BadTunnel;
            }

            offset += 2 + U16(bytes, offset);
        }

        return Ppp(bytes, offset, wireEnd, depth, ref record);
    }

    /// <summary>[00 01 authentication] [00 00 origin(6)] IPv6 (RFC 4380 section 5.1.1).</summary>
    private PacketRejection TeredoPacket(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (bytes.Length - offset >= 4 && U16(bytes, offset) == 1)
        {
            offset += 13 + bytes[offset + 2] + bytes[offset + 3];
        }

        if (bytes.Length - offset >= 8 && U16(bytes, offset) == 0)
        {
            offset += 8;
        }

        return bytes.Length - offset >= 40 && bytes[offset] >> 4 == 6 && 40 + U16(bytes, offset + 4) <= wireEnd - offset
            ? IPv6(bytes, offset, wireEnd, depth, ref record)
            : PacketRejection.BadTunnel;
    }
}
