using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace MinerFlow.Traffic;

/// <summary>Packets to Ethernet frames, with lengths and checksums right.</summary>
internal sealed class FrameBuilder(TrafficForm form)
{
    private const byte ProtocolTcp = 6;
    private const byte ProtocolUdp = 17;
    private const ushort GtpUserPort = 2152;

    private static readonly IPAddress RadioSide = IPAddress.Parse("10.20.0.1");
    private static readonly IPAddress CoreSide = IPAddress.Parse("10.20.0.2");

    private ushort _identification;

    public byte[] Build(Packet packet)
    {
        var source = Address(packet.Source.Address);
        var destination = Address(packet.Destination.Address);
        var transport = packet.IsUdp ? Udp(source, destination, packet) : Tcp(source, destination, packet);
        var protocol = packet.IsUdp ? ProtocolUdp : ProtocolTcp;
        var ip = Ip(source, destination, protocol, transport);
        var isIPv6 = source.AddressFamily == AddressFamily.InterNetworkV6;
        return form.Encapsulation switch
        {
            Encapsulation.Vlan => [.. Macs(packet.FromClient), 0x81, 0x00, 0x00, 0x64, .. EtherType(isIPv6), .. ip],
            Encapsulation.QinQ => [.. Macs(packet.FromClient), 0x88, 0xA8, 0x00, 0x0A, 0x81, 0x00, 0x00, 0x64, .. EtherType(isIPv6), .. ip],
            // Labels 16 and 17, the second with the bottom-of-stack bit.
            Encapsulation.Mpls => [.. Macs(packet.FromClient), 0x88, 0x47, 0x00, 0x01, 0x00, 0x40, 0x00, 0x01, 0x11, 0x40, .. ip],
            Encapsulation.GtpU => [.. Macs(packet.FromClient), .. EtherType(false), .. Tunnel(packet.FromClient, ip)],
            _ => [.. Macs(packet.FromClient), .. EtherType(isIPv6), .. ip],
        };
    }

    private IPAddress Address(IPAddress address)
    {
        if (!form.OverIPv6 || address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return address;
        }

        byte[] bytes = [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, .. address.GetAddressBytes()];
        return new IPAddress(bytes);
    }

    /// <summary>Locally administered addresses; the client's first when it is the destination.</summary>
    private static byte[] Macs(bool fromClient) => fromClient
        ? [0x02, 0, 0, 0, 0, 2, 0x02, 0, 0, 0, 0, 1]
        : [0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2];

    private static byte[] EtherType(bool isIPv6) => isIPv6 ? [0x86, 0xDD] : [0x08, 0x00];

    private byte[] Tunnel(bool fromClient, byte[] inner)
    {
        // Version 1, GTP, no optional fields; G-PDU; one tunnel id for each direction.
        var gtp = new byte[8 + inner.Length];
        gtp[0] = 0x30;
        gtp[1] = 0xFF;
        BinaryPrimitives.WriteUInt16BigEndian(gtp.AsSpan(2), (ushort)inner.Length);
        BinaryPrimitives.WriteUInt32BigEndian(gtp.AsSpan(4), fromClient ? 0x1001u : 0x2001u);
        inner.CopyTo(gtp, 8);
        var (source, destination) = fromClient ? (RadioSide, CoreSide) : (CoreSide, RadioSide);
        var packet = new Packet(TimeSpan.Zero, new IPEndPoint(source, GtpUserPort), new IPEndPoint(destination, GtpUserPort), fromClient, IsUdp: true, gtp);
        return Ip(source, destination, ProtocolUdp, Udp(source, destination, packet));
    }

    private byte[] Ip(IPAddress source, IPAddress destination, byte protocol, byte[] payload)
    {
        if (source.AddressFamily == AddressFamily.InterNetworkV6)
        {
            var header = new byte[40];
            header[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)payload.Length);
            header[6] = protocol;
            header[7] = 64;
            source.GetAddressBytes().CopyTo(header, 8);
            destination.GetAddressBytes().CopyTo(header, 24);
            return [.. header, .. payload];
        }

        var ip = new byte[20];
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)(20 + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(4), ++_identification);
        ip[6] = 0x40;
        ip[8] = 64;
        ip[9] = protocol;
        source.GetAddressBytes().CopyTo(ip, 12);
        destination.GetAddressBytes().CopyTo(ip, 16);
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(10), Checksum(ip));
        return [.. ip, .. payload];
    }

    private static byte[] Tcp(IPAddress source, IPAddress destination, Packet packet)
    {
        // RFC 9293: a SYN says the largest segment (1,460), everything else goes without options.
        byte[] options = packet.Flags.HasFlag(TcpFlags.Syn) ? [2, 4, 0x05, 0xB4] : [];
        var header = new byte[20];
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)packet.Source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)packet.Destination.Port);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), packet.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), packet.Acknowledgement);
        header[12] = (byte)((20 + options.Length) / 4 << 4);
        header[13] = (byte)packet.Flags;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), 64_240);
        byte[] segment = [.. header, .. options, .. packet.Payload];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(16), Checksum([.. PseudoHeader(source, destination, ProtocolTcp, segment.Length), .. segment]));
        return segment;
    }

    private static byte[] Udp(IPAddress source, IPAddress destination, Packet packet)
    {
        var datagram = new byte[8 + packet.Payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, (ushort)packet.Source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), (ushort)packet.Destination.Port);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        packet.Payload.CopyTo(datagram, 8);
        var checksum = Checksum([.. PseudoHeader(source, destination, ProtocolUdp, datagram.Length), .. datagram]);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(6), checksum == 0 ? (ushort)0xFFFF : checksum);
        return datagram;
    }

    private static byte[] PseudoHeader(IPAddress source, IPAddress destination, byte protocol, int length) =>
        source.AddressFamily == AddressFamily.InterNetworkV6
            ? [.. source.GetAddressBytes(), .. destination.GetAddressBytes(), 0, 0, (byte)(length >> 8), (byte)length, 0, 0, 0, protocol]
            : [.. source.GetAddressBytes(), .. destination.GetAddressBytes(), 0, protocol, (byte)(length >> 8), (byte)length];

    /// <summary>RFC 1071.</summary>
    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0u;
        for (var i = 0; i < bytes.Length; i++)
        {
            sum += (i & 1) == 0 ? (uint)bytes[i] << 8 : bytes[i];
        }

        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
