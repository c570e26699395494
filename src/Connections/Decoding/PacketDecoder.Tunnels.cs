namespace MinerFlow.Connections.Decoding;

/// <summary>Labels, sessions and tunnels below and above IP.</summary>
internal sealed partial class PacketDecoder
{
    private PacketRejection RareEtherPayload(int etherType, ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (depth >= MaximumLayers)
        {
            return PacketRejection.TooManyLayers;
        }

        return etherType switch
        {
            0x8864 => PppoeSession(bytes, offset, wireEnd, depth + 1, ref record),
            0x8863 => PacketRejection.LinkControl,

            // Provider backbone bridges (IEEE 802.1ah): I-TAG(4), then the customer's whole frame.
            0x88E7 => Ethernet(bytes, offset + 4, wireEnd, depth + 1, ref record),
            0x6558 => Ethernet(bytes, offset, wireEnd, depth + 1, ref record),
            0x88E5 => PacketRejection.Encrypted,
            0x880B => Ppp(bytes, offset, wireEnd, depth + 1, ref record),
            _ => PacketRejection.NotIp,
        };
    }

    /// <summary>
    /// label(20) class(3) bottom(1) TTL(8) (RFC 3032). Nothing says what follows the bottom: IP by its version nibble, else an Ethernet
    /// pseudowire with the control word 0 (RFC 4385) or without. A MAC may begin with 4, 6 or 0, so a failed guess is followed by the next.
    /// </summary>
    private PacketRejection Mpls(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (depth >= MaximumLayers)
        {
            return PacketRejection.TooManyLayers;
        }

        bool bottom;
        do
        {
            if (bytes.Length - offset < 4)
            {
                return PacketRejection.TruncatedLink;
            }

            bottom = (bytes[offset + 2] & 1) != 0;
            offset += 4;
        }
        while (!bottom);

        if (offset >= bytes.Length)
        {
            return PacketRejection.TruncatedLink;
        }

        var nibble = bytes[offset] >> 4;
        if (nibble is 4 or 6)
        {
            // A destination MAC that begins with 4 or 6 may pass for an IP header, of a transport that nobody reads.
            var ip = Ip(bytes, offset, wireEnd, depth + 1, ref record);
            if (IsDecoded(ip) || _guesses++ >= MaximumGuesses)
            {
                return ip;
            }

            var framed = Ethernet(bytes, offset, wireEnd, depth + 1, ref record);
            return IsDecoded(framed) || ip == PacketRejection.BadIp ? framed : ip;
        }

        if (nibble == 0 && _guesses++ < MaximumGuesses)
        {
            var controlled = Ethernet(bytes, offset + 4, wireEnd, depth + 1, ref record);
            if (IsDecoded(controlled))
            {
                return controlled;
            }
        }

        return Ethernet(bytes, offset, wireEnd, depth + 1, ref record);
    }

    private static bool IsDecoded(PacketRejection rejection) => rejection is PacketRejection.None or PacketRejection.FragmentHeld;

    /// <summary>IP protocols other than TCP and UDP.</summary>
    private PacketRejection RareOverIp(
        int protocol,
        ReadOnlySpan<byte> bytes,
        int offset,
        int wireEnd,
        int depth,
        ulong sourceUpper,
        ulong sourceLower,
        ulong destinationUpper,
        ulong destinationLower,
        ref PacketRecord record)
    {
        if (depth >= MaximumLayers)
        {
            return PacketRejection.TooManyLayers;
        }

        switch (protocol)
        {
            case 4 or 41:
                return Ip(bytes, offset, wireEnd, depth + 1, ref record);
            case 47:
                return Gre(bytes, offset, wireEnd, depth + 1, ref record);
            case 50:
                return PacketRejection.Encrypted;
            case 51:
                // next header(1) length(1) in words less two (RFC 4302 section 2): readable, only authenticated.
                return bytes.Length - offset < 2
                    ? PacketRejection.TruncatedIp
                    : OverIp(bytes[offset], bytes, offset + ((bytes[offset + 1] + 2) * 4), wireEnd, depth + 1, sourceUpper, sourceLower, destinationUpper, destinationLower, ref record);
            case 97:
                // EtherIP (RFC 3378): version 3 in the first nibble, twelve reserved bits, then a frame.
                return Ethernet(bytes, offset + 2, wireEnd, depth + 1, ref record);
            case 115:
                return L2TPv3(bytes, offset, wireEnd, depth + 1, ref record);
            case 137:
                return Mpls(bytes, offset, wireEnd, depth, ref record);
            default:
                return PacketRejection.OtherTransport;
        }
    }

    /// <summary>Next-header chain of IPv6 (RFC 8200 section 4) from <paramref name="protocol"/> at <paramref name="offset"/>.</summary>
    private PacketRejection ExtensionHeaders(int protocol, ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, in FragmentKey key, ref PacketRecord record)
    {
        const int MaximumHeaders = 16;
        for (var headers = 0; headers < MaximumHeaders; headers++)
        {
            if (protocol is not (0 or 43 or 44 or 51 or 60 or 135 or 139 or 140))
            {
                return OverIp(protocol, bytes, offset, wireEnd, depth, key.SourceUpper, key.SourceLower, key.DestinationUpper, key.DestinationLower, ref record);
            }

            if (bytes.Length - offset < 8)
            {
                return PacketRejection.TruncatedIp;
            }

            int next = bytes[offset];
            if (protocol == 44)
            {
                int field = U16(bytes, offset + 2);
                if ((field & 0xFFF9) != 0)
                {
                    var fragmentKey = key with { Identification = U32(bytes, offset + 4), IsIPv6 = true };
                    return Fragment(in fragmentKey, field & 0xFFF8, (field & 1) != 0, (byte)next, bytes, offset + 8, wireEnd, depth, ref record);
                }

                offset += 8;
            }
            else
            {
                offset += protocol == 51 ? (bytes[offset + 1] + 2) * 4 : (bytes[offset + 1] + 1) * 8;
            }

            protocol = next;
        }

        return PacketRejection.BadIp;
    }

    /// <summary>
    /// flags(2) protocol(2) [checksum(2) reserved(2)] [key(4)] [sequence(4)] (RFC 2784, RFC 2890); version 1 is PPTP's
    /// (RFC 2637 section 4.1): key always, [sequence] [acknowledgment], PPP.
    /// </summary>
    private PacketRejection Gre(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (bytes.Length - offset < 4)
        {
            return PacketRejection.BadTunnel;
        }

        int flags = U16(bytes, offset);
        int protocol = U16(bytes, offset + 2);
        var sequenced = (flags & 0x1000) != 0;
        var header = 4 + ((flags & 0xC000) != 0 ? 4 : 0) + ((flags & 0x2000) != 0 ? 4 : 0) + (sequenced ? 4 : 0);
        if ((flags & 7) == 1)
        {
            header = 8 + (sequenced ? 4 : 0) + ((flags & 0x0080) != 0 ? 4 : 0);
            return sequenced ? Ppp(bytes, offset + header, wireEnd, depth, ref record) : PacketRejection.LinkControl;
        }

        // Source routes (RFC 1701) were taken out of GRE by RFC 2784.
        if ((flags & 7) != 0 || (flags & 0x4000) != 0)
        {
            return PacketRejection.BadTunnel;
        }

        offset += header;
        switch (protocol)
        {
            case 0x88BE:
                // ERSPAN type I has no header of its own and no sequence number; type II has 8 bytes (draft-foschiano-erspan).
                return Ethernet(bytes, offset + (sequenced ? 8 : 0), wireEnd, depth, ref record);
            case 0x22EB:
                // Type III: 12 bytes, and 8 more when the last bit says so.
                return bytes.Length - offset < 12
                    ? PacketRejection.BadTunnel
                    : Ethernet(bytes, offset + 12 + ((bytes[offset + 11] & 1) * 8), wireEnd, depth, ref record);
            case 0x883E:
                // WCCP: a redirect header of 4 bytes in version 2, none in version 1.
                return offset < bytes.Length && bytes[offset] >> 4 == 4
                    ? IPv4(bytes, offset, wireEnd, depth, ref record)
                    : Ip(bytes, offset + 4, wireEnd, depth, ref record);
            case < 0x0600:
                return PacketRejection.NotIp;
            default:
                return EtherPayload(protocol, bytes, offset, wireEnd, depth, ref record);
        }
    }

    /// <summary>session(4), then a cookie of 0, 4 or 8 bytes and a sublayer of 0 or 4 that only the control channel knows (RFC 3931 section 4.1): tried in turn.</summary>
    private PacketRejection L2TPv3(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (bytes.Length - offset < 4)
        {
            return PacketRejection.BadTunnel;
        }

        if (U32(bytes, offset) == 0)
        {
            return PacketRejection.LinkControl;
        }

        for (var skip = 4; skip <= 16 && _guesses++ < MaximumGuesses; skip += 4)
        {
            if (Ethernet(bytes, offset + skip, wireEnd, depth, ref record) is PacketRejection.None)
            {
                return PacketRejection.None;
            }
        }

        return PacketRejection.BadTunnel;
    }
}
