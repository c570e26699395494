using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MinerFlow.Capture.Live;

/// <summary>struct tpacket_block_desc with tpacket_hdr_v1, linux/if_packet.h: the head of a block of frames.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct RingBlock
{
    /// <summary>TP_STATUS_USER: the kernel has handed the block over.</summary>
    private const uint OfUser = 1;

    [FieldOffset(8)]
    private uint _status;
    [FieldOffset(12)]
    public uint Frames;
    [FieldOffset(16)]
    public uint FirstFrame;

    /// <summary>Read before anything else of the block, and never out of order.</summary>
    public bool IsReady => (Volatile.Read(ref _status) & OfUser) != 0;

    /// <summary>Gives the block back; none of its bytes may be touched any more.</summary>
    public void Return() => Volatile.Write(ref _status, 0);
}

/// <summary>struct tpacket3_hdr with tpacket_hdr_variant1, linux/if_packet.h: the head of one frame in a block.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct RingFrame
{
    /// <summary>An 802.1Q tag: type and number.</summary>
    public const int TagBytes = 4;

    /// <summary>What the kernel is told as the size of a frame; with this version of the ring it only has to divide the block.</summary>
    public const int SmallestBytes = 2_048;

    private const uint HasTag = 1 << 4;
    private const uint HasTagType = 1 << 6;
    private const uint StampedInHardware = 1u << 31;
    private const int Addresses = 12;
    private const ushort PlainTag = 0x8100;

    [FieldOffset(0)]
    public uint Next;
    [FieldOffset(4)]
    public uint Seconds;
    [FieldOffset(8)]
    public uint Nanoseconds;
    [FieldOffset(12)]
    private uint _captured;
    [FieldOffset(16)]
    private uint _wire;
    [FieldOffset(20)]
    private uint _status;
    [FieldOffset(24)]
    private ushort _start;
    [FieldOffset(32)]
    private uint _tag;
    [FieldOffset(36)]
    private ushort _tagType;

    public readonly bool IsStampedInHardware => (_status & StampedInHardware) != 0;

    /// <summary>
    /// The frame as it was on the wire. The kernel takes the outer tag off before any listener sees the frame; it is put back by moving the two addresses into
    /// the room before them, so the frame itself is not copied.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Whole(RingFrame* frame, out int captured, out int wire)
    {
        var start = (byte*)frame + frame->_start;
        captured = (int)frame->_captured;
        wire = (int)frame->_wire;
        return (frame->_status & HasTag) == 0 || captured < Addresses ? (nint)start : PutTagBack(frame, start, ref captured, ref wire);
    }

    // On most mirror ports every frame has a tag.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint PutTagBack(RingFrame* frame, byte* start, ref int captured, ref int wire)
    {
        var whole = start - TagBytes;
        Unsafe.WriteUnaligned(whole, Unsafe.ReadUnaligned<ulong>(start));
        Unsafe.WriteUnaligned(whole + 8, Unsafe.ReadUnaligned<uint>(start + 8));
        var type = (frame->_status & HasTagType) != 0 ? frame->_tagType : PlainTag;
        whole[Addresses] = (byte)(type >> 8);
        whole[Addresses + 1] = (byte)type;
        whole[Addresses + 2] = (byte)(frame->_tag >> 8);
        whole[Addresses + 3] = (byte)frame->_tag;
        captured += TagBytes;
        wire += TagBytes;
        return (nint)whole;
    }
}
