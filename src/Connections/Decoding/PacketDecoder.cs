using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MinerFlow.Capture;

namespace MinerFlow.Connections.Decoding;

/// <summary>
/// Turns a frame into the record of its innermost TCP segment or UDP datagram, or says why not.
/// Every method takes the captured bytes up to the end of the enclosing layer, where its own header starts, and where the layer
/// ended on the wire (beyond the captured bytes when a snap length cut them). Checksums are not verified: offloading
/// makes them wrong at mirror ports and in local captures, and a wrong one costs less than a missed packet.
/// </summary>
internal sealed partial class PacketDecoder(ConnectionCounters counters, FragmentCache fragments)
{
    /// <summary>Encapsulations inside each other; tags and labels of one stack count as one.</summary>
    public const int MaximumLayers = 8;

    private const int EtherTypeIPv4 = 0x0800;
    private const int EtherTypeIPv6 = 0x86DD;

    /// <summary>Guesses at what follows a label stack or a cookie, for one frame: bounds the work that nested guesses could make.</summary>
    private const int MaximumGuesses = 16;

    private int _guesses;

    /// <summary>Every layer by its own method, with all that is rare.</summary>
    private unsafe PacketRejection DecodeAny(in FrameHeader header, ref PacketRecord record)
    {
        var bytes = new ReadOnlySpan<byte>((void*)header.Address, header.CapturedLength);

        // A record that claims less on the wire than it holds is believed in what it holds.
        return Link(header.LinkType, bytes, Math.Max(header.WireLength, bytes.Length), ref record);
    }

    /// <summary>Decodes the payload of a datagram put together from its fragments.</summary>
    public PacketRejection DecodeReassembled(FragmentedDatagram datagram, ref PacketRecord record)
    {
        var bytes = datagram.Bytes;
        _guesses = 0;
        return ExtensionHeaders(datagram.Protocol, bytes, 0, bytes.Length, datagram.Depth, in datagram.Key, ref record);
    }

    /// <summary>destination(6) source(6) EtherType(2), IEEE 802.3.</summary>
    private PacketRejection Ethernet(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (bytes.Length - offset < 14)
        {
            return PacketRejection.TruncatedLink;
        }

        int etherType = U16(bytes, offset + 12);
        offset += 14;
        if (etherType == EtherTypeIPv4)
        {
            return IPv4(bytes, offset, wireEnd, depth, ref record);
        }

        return EtherPayload(etherType, bytes, offset, wireEnd, depth, ref record);
    }

    /// <summary>What an EtherType announces: tags and labels are walked here, IP goes on, the rest is rare.</summary>
    private PacketRejection EtherPayload(int etherType, ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        while (true)
        {
            switch (etherType)
            {
                case EtherTypeIPv4:
                    return IPv4(bytes, offset, wireEnd, depth, ref record);
                case EtherTypeIPv6:
                    return IPv6(bytes, offset, wireEnd, depth, ref record);
                case 0x8100 or 0x88A8 or 0x9100 or 0x9200:
                    if (bytes.Length - offset < 4)
                    {
                        return PacketRejection.TruncatedLink;
                    }

                    etherType = U16(bytes, offset + 2);
                    offset += 4;
                    continue;
                case 0x8926 or 0x893F:
                    // VN-tag of 4 bytes (Cisco VNTag), E-tag of 6 (IEEE 802.1BR), then the next EtherType.
                    var tag = etherType == 0x8926 ? 4 : 6;
                    if (bytes.Length - offset < tag + 2)
                    {
                        return PacketRejection.TruncatedLink;
                    }

                    etherType = U16(bytes, offset + tag);
                    offset += tag + 2;
                    continue;
                case 0x8847 or 0x8848:
                    return Mpls(bytes, offset, wireEnd, depth, ref record);
                case < 0x0600:
                    return LlcOver8023(etherType, bytes, offset, wireEnd, depth, ref record);
                default:
                    return RareEtherPayload(etherType, bytes, offset, wireEnd, depth, ref record);
            }
        }
    }

    /// <summary>RFC 791 section 3.1.</summary>
    private PacketRejection IPv4(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (bytes.Length - offset < 20)
        {
            return PacketRejection.TruncatedIp;
        }

        int first = bytes[offset];
        var headerLength = (first & 15) * 4;
        int totalLength = U16(bytes, offset + 2);
        if (totalLength == 0)
        {
            // Segmentation offload leaves the length to the card: the packet fills the frame.
            totalLength = wireEnd - offset;
        }

        if (first >> 4 != 4 || headerLength < 20 || totalLength < headerLength)
        {
            return PacketRejection.BadIp;
        }

        wireEnd = Math.Min(wireEnd, offset + totalLength);
        if (bytes.Length > wireEnd)
        {
            bytes = bytes[..wireEnd];
        }

        ulong source = PacketRecord.MappedPrefix | U32(bytes, offset + 12);
        ulong destination = PacketRecord.MappedPrefix | U32(bytes, offset + 16);
        int protocol = bytes[offset + 9];
        int fragment = U16(bytes, offset + 6);
        if ((fragment & 0x3FFF) != 0)
        {
            var key = new FragmentKey(0, source, 0, destination, U16(bytes, offset + 4), (byte)protocol, false);
            return Fragment(in key, (fragment & 0x1FFF) * 8, (fragment & 0x2000) != 0, (byte)protocol, bytes, offset + headerLength, wireEnd, depth, ref record);
        }

        return OverIp(protocol, bytes, offset + headerLength, wireEnd, depth, 0, source, 0, destination, ref record);
    }

    /// <summary>RFC 8200 section 3.</summary>
    private PacketRejection IPv6(ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (bytes.Length - offset < 40)
        {
            return PacketRejection.TruncatedIp;
        }

        if (bytes[offset] >> 4 != 6)
        {
            return PacketRejection.BadIp;
        }

        int payloadLength = U16(bytes, offset + 4);
        var end = offset + 40;

        // Length 0 is segmentation offload, or a jumbogram (RFC 2675), which no captured link carries.
        wireEnd = payloadLength == 0 ? wireEnd : Math.Min(wireEnd, end + payloadLength);
        if (bytes.Length > wireEnd)
        {
            bytes = bytes[..wireEnd];
        }

        var sourceUpper = U64(bytes, offset + 8);
        var sourceLower = U64(bytes, offset + 16);
        var destinationUpper = U64(bytes, offset + 24);
        var destinationLower = U64(bytes, offset + 32);
        int protocol = bytes[offset + 6];
        return protocol is 6 or 17
            ? OverIp(protocol, bytes, end, wireEnd, depth, sourceUpper, sourceLower, destinationUpper, destinationLower, ref record)
            : ExtensionHeaders(protocol, bytes, end, wireEnd, depth, new FragmentKey(sourceUpper, sourceLower, destinationUpper, destinationLower, 0, 0, true), ref record);
    }

    /// <summary>TCP (RFC 9293 section 3.1) and UDP (RFC 768) fill the record; other protocols may be tunnels.</summary>
    private PacketRejection OverIp(
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
        int payload;
        uint ports;
        var captured = bytes.Length - offset;
        if (protocol == 6)
        {
            // A snap length may cut the header behind its fourteenth byte: ports, numbers, length and flags are there.
            if (captured < 14)
            {
                return wireEnd - offset < 20 ? PacketRejection.BadTransport : PacketRejection.TruncatedTransport;
            }

            var headerLength = (bytes[offset + 12] >> 4) * 4;
            payload = offset + headerLength;
            if (headerLength < 20 || payload > wireEnd)
            {
                return PacketRejection.BadTransport;
            }

            ports = U32(bytes, offset);
            record.Sequence = U32(bytes, offset + 4);
            record.Acknowledgment = U32(bytes, offset + 8);
            record.TcpFlags = (TcpFlags)bytes[offset + 13];
        }
        else if (protocol == 17)
        {
            if (captured < 8)
            {
                return wireEnd - offset < 8 ? PacketRejection.BadTransport : PacketRejection.TruncatedTransport;
            }

            int length = U16(bytes, offset + 4);
            if (length is > 0 and < 8)
            {
                return PacketRejection.BadTransport;
            }

            payload = offset + 8;
            wireEnd = length == 0 ? wireEnd : Math.Min(wireEnd, offset + length);
            if (bytes.Length > wireEnd)
            {
                bytes = bytes[..wireEnd];
            }

            ports = U32(bytes, offset);
            if (IsTunnel(ports) && OverUdp(ports, bytes, payload, wireEnd, depth, ref record) is var inner && inner != PacketRejection.BadTunnel)
            {
                return inner;
            }

            record.TcpFlags = TcpFlags.None;
        }
        else
        {
            return RareOverIp(protocol, bytes, offset, wireEnd, depth, sourceUpper, sourceLower, destinationUpper, destinationLower, ref record);
        }

        record.SetKey(sourceUpper, sourceLower, destinationUpper, destinationLower, ports, (byte)protocol);
        record.PayloadWireLength = wireEnd - payload;
        record.PayloadLength = Math.Max(bytes.Length - payload, 0);
        record.Payload = AddressOf(bytes, Math.Min(payload, bytes.Length));
        return PacketRejection.None;
    }

    private PacketRejection Fragment(
        in FragmentKey key, int start, bool more, byte protocol, ReadOnlySpan<byte> bytes, int offset, int wireEnd, int depth, ref PacketRecord record)
    {
        if (bytes.Length == wireEnd)
        {
            return fragments.Add(in key, start, more, protocol, depth, bytes[Math.Min(offset, bytes.Length)..], record.UnixNanoseconds);
        }

        // Cut by the snap length it will never be whole; the first fragment still tells the ports and the first bytes.
        return start == 0
            ? ExtensionHeaders(protocol, bytes, offset, wireEnd, depth, in key, ref record)
            : fragments.Reject();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe nint AddressOf(ReadOnlySpan<byte> bytes, int offset) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes)) + offset;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort U16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong U64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64BigEndian(bytes[offset..]);
}
