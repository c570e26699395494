using System.Buffers.Binary;

namespace MinerFlow.Unit.Connections;

/// <summary>Headers by hand, each from the layout in the document that its method names. Everything is in network order.</summary>
internal static class Bytes
{
    public const byte Tcp = 6;
    public const byte Udp = 17;

    /// <summary>Hexadecimal text, blanks ignored.</summary>
    public static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", string.Empty, StringComparison.Ordinal));

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    public static byte[] U16(int value) => [(byte)(value >> 8), (byte)value];

    public static byte[] U32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>destination, source, EtherType.</summary>
    public static byte[] Ethernet(int etherType, params byte[] payload) => Join(Hex("020000000001 020000000002"), U16(etherType), payload);

    public static byte[] Vlan(int tag, int etherType, params byte[] payload) => Join(U16(tag), U16(etherType), payload);

    public static byte[] Label(uint label, bool bottom, params byte[] payload) => Join(U32((label << 12) | (bottom ? 0x100u : 0) | 64), payload);

    /// <summary>RFC 791 section 3.1; from 192.0.2.10 to 198.51.100.20 unless said otherwise.</summary>
    public static byte[] IPv4(byte protocol, byte[] payload, string source = "C000020A", string destination = "C6336414", int fragment = 0, int identification = 1, string options = "", int? totalLength = null)
    {
        var extra = Hex(options);
        var header = 20 + extra.Length;
        return Join(
            [(byte)(0x40 | (header / 4)), 0], U16(totalLength ?? (header + payload.Length)), U16(identification), U16(fragment), [64, protocol, 0, 0],
            Hex(source), Hex(destination), extra, payload);
    }

    /// <summary>RFC 8200 section 3; from 2001:db8::a to 2001:db8:1::14.</summary>
    public static byte[] IPv6(byte next, params byte[] payload) => Join(
        U32(0x6000_0000), U16(payload.Length), [next, 64], Hex("20010DB8 00000000 00000000 0000000A"), Hex("20010DB8 00010000 00000000 00000014"), payload);

    /// <summary>RFC 9293 section 3.1; flags are FIN 1, SYN 2, RST 4, PSH 8, ACK 16.</summary>
    public static byte[] TcpSegment(byte[] payload, int source = 40_000, int destination = 3_333, uint sequence = 1_000, uint acknowledgment = 5_000, byte flags = 0x18, string options = "")
    {
        var extra = Hex(options);
        return Join(U16(source), U16(destination), U32(sequence), U32(acknowledgment), [(byte)((20 + extra.Length) / 4 << 4), flags], U16(64_000), U32(0), extra, payload);
    }

    /// <summary>RFC 768.</summary>
    public static byte[] UdpDatagram(byte[] payload, int source = 40_000, int destination = 5_353, int? length = null) =>
        Join(U16(source), U16(destination), U16(length ?? (8 + payload.Length)), [0, 0], payload);
}
