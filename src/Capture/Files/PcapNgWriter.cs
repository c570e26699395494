using System.Buffers.Binary;
using System.Text;

namespace MinerFlow.Capture.Files;

/// <summary>Lays out the blocks of a pcapng file (draft-ietf-opsawg-pcapng): little endian, moments in nanoseconds.</summary>
internal static class PcapNgWriter
{
    /// <summary>Bytes of an enhanced packet block around the frame and its comment: head and tail of 32, padding of both, head and end of the options.</summary>
    public const int LargestOverhead = PcapNgBlock.PacketLength + 3 + 4 + 3 + 4;

    private const ushort OptionEnd = 0;
    private const ushort OptionComment = 1;
    private const ushort OptionInterfaceName = 2;
    private const ushort OptionUserApplication = 4;
    private const ushort OptionTimeResolution = 9;
    private const ushort OptionFilterAccepted = 6;
    private const ushort OptionSystemDrops = 7;
    private const byte Nanoseconds = 9;

    /// <summary>The head of a file.</summary>
    public static byte[] Section(string application)
    {
        byte[] head = [0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        return Block(PcapNgBlock.SectionHeader, [.. head, .. Option(OptionUserApplication, Encoding.UTF8.GetBytes(application)), .. Option(OptionEnd, [])]);
    }

    /// <summary>One interface; they are numbered from 0 in the order of their blocks.</summary>
    public static byte[] Interface(string name, LinkType linkType, int snapLength)
    {
        var head = new byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)linkType);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), snapLength);
        return Block(PcapNgBlock.InterfaceDescription, [.. head, .. Option(OptionInterfaceName, Encoding.UTF8.GetBytes(name)), .. Option(OptionTimeResolution, [Nanoseconds]), .. Option(OptionEnd, [])]);
    }

    /// <summary>What an interface accepted and lost until a moment.</summary>
    public static byte[] Statistics(int number, long unixNanoseconds, long accepted, long dropped)
    {
        var head = new byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(head, number);
        WriteTime(head.AsSpan(4), unixNanoseconds);
        return Block(PcapNgBlock.InterfaceStatistics, [.. head, .. Option(OptionFilterAccepted, BitConverter.GetBytes(accepted)), .. Option(OptionSystemDrops, BitConverter.GetBytes(dropped)), .. Option(OptionEnd, [])]);
    }

    /// <summary>Writes one frame as an enhanced packet block.</summary>
    /// <param name="destination">Room for the frame, the comment and <see cref="LargestOverhead"/>.</param>
    /// <param name="number">Number of the interface.</param>
    /// <param name="header">The frame.</param>
    /// <param name="length">Bytes of it to write.</param>
    /// <param name="comment">UTF-8 for whoever opens the file; may be empty.</param>
    /// <returns>Bytes written.</returns>
    public static unsafe int WriteFrame(Span<byte> destination, int number, in FrameHeader header, int length, ReadOnlySpan<byte> comment = default)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, PcapNgBlock.EnhancedPacket);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], number);
        WriteTime(destination[12..], header.UnixNanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(destination[20..], length);
        BinaryPrimitives.WriteInt32LittleEndian(destination[24..], Math.Max(header.WireLength, length));
        var at = PcapNgBlock.PacketDataAt;
        new ReadOnlySpan<byte>((void*)header.Address, length).CopyTo(destination[at..]);
        at = Pad(destination, at + length);
        if (!comment.IsEmpty)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(destination[at..], OptionComment);
            BinaryPrimitives.WriteUInt16LittleEndian(destination[(at + 2)..], (ushort)comment.Length);
            comment.CopyTo(destination[(at + 4)..]);
            at = Pad(destination, at + 4 + comment.Length);
            destination.Slice(at, 4).Clear();
            at += 4;
        }

        at += 4;
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], at);
        BinaryPrimitives.WriteInt32LittleEndian(destination[(at - 4)..], at);
        return at;
    }

    private static int Pad(Span<byte> destination, int at)
    {
        while ((at & 3) != 0)
        {
            destination[at++] = 0;
        }

        return at;
    }

    /// <summary>The upper half comes first, whatever the byte order (section 4.3).</summary>
    private static void WriteTime(Span<byte> destination, long unixNanoseconds)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)(unixNanoseconds >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], (uint)unixNanoseconds);
    }

    private static byte[] Option(ushort code, byte[] value)
    {
        var option = new byte[4 + ((value.Length + 3) & ~3)];
        BinaryPrimitives.WriteUInt16LittleEndian(option, code);
        BinaryPrimitives.WriteUInt16LittleEndian(option.AsSpan(2), (ushort)value.Length);
        value.CopyTo(option, 4);
        return option;
    }

    private static byte[] Block(uint type, byte[] body)
    {
        var block = new byte[body.Length + 12];
        BinaryPrimitives.WriteUInt32LittleEndian(block, type);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(4), block.Length);
        body.CopyTo(block, 8);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(block.Length - 4), block.Length);
        return block;
    }
}
