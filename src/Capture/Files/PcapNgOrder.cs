using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace MinerFlow.Capture.Files;

/// <summary>Byte order of a pcapng section.</summary>
internal readonly unsafe struct PcapNgOrder(bool swapped)
{
    public bool Swapped => swapped;

    /// <summary>Takes the order from the byte-order magic of a section header.</summary>
    public static bool TryRead(byte* magic, out PcapNgOrder order)
    {
        var value = Unsafe.ReadUnaligned<uint>(magic);
        order = new PcapNgOrder(value != PcapNgBlock.ByteOrderMagic);
        return !order.Swapped || BinaryPrimitives.ReverseEndianness(value) == PcapNgBlock.ByteOrderMagic;
    }

    public uint Read32(byte* at)
    {
        var value = Unsafe.ReadUnaligned<uint>(at);
        return swapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    public ushort Read16(byte* at)
    {
        var value = Unsafe.ReadUnaligned<ushort>(at);
        return swapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }
}
