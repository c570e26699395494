using System.Buffers.Binary;

namespace MinerFlow.Traffic;

/// <summary>UDP datagrams over IPv4 as a capture: pcap with microseconds, link type 101 (raw IP).</summary>
public static class DatagramCapture
{
    private const int HeadLength = 28;

    /// <param name="datagrams">Second since 1970, addresses as four bytes, destination port and payload of each.</param>
    public static byte[] Write(IEnumerable<(long Second, byte[] From, byte[] To, ushort Port, byte[] Payload)> datagrams)
    {
        ArgumentNullException.ThrowIfNull(datagrams);
        var file = new MemoryStream();
        file.Write([0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 101, 0, 0, 0]);
        foreach (var (second, from, to, port, payload) in datagrams)
        {
            var record = new byte[16 + HeadLength + payload.Length];
            BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)second);
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), HeadLength + payload.Length);
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(12), HeadLength + payload.Length);
            var packet = record.AsSpan(16);
            packet[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
            (packet[8], packet[9]) = (64, 17);
            from.CopyTo(packet[12..]);
            to.CopyTo(packet[16..]);
            BinaryPrimitives.WriteUInt16BigEndian(packet[20..], 40_000);
            BinaryPrimitives.WriteUInt16BigEndian(packet[22..], port);
            BinaryPrimitives.WriteUInt16BigEndian(packet[24..], (ushort)(8 + payload.Length));
            payload.CopyTo(packet[HeadLength..]);
            file.Write(record);
        }

        return file.ToArray();
    }
}
