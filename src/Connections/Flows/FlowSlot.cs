using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MinerFlow.Abstractions;
using MinerFlow.Connections.Decoding;

namespace MinerFlow.Connections.Flows;

/// <summary>Everything that is kept of a benign flow: one cache line.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct FlowSlot
{
    /// <summary>The bits of <see cref="Tail"/> that belong to the key: ports and transport.</summary>
    public const ulong TailKey = 0xFFFF_FFFF_0000_00FF;

    [FieldOffset(0)]
    public ulong LowUpper;
    [FieldOffset(8)]
    public ulong LowLower;
    [FieldOffset(16)]
    public ulong HighUpper;
    [FieldOffset(24)]
    public ulong HighLower;
    [FieldOffset(32)]
    public ulong Tail;

    /// <summary>Lowest byte of <see cref="Tail"/>; <see cref="Transport.None"/> is an empty slot.</summary>
    [FieldOffset(32)]
    public Transport Transport;

    /// <summary>Data packets seen, four bits for each direction, held at 15.</summary>
    [FieldOffset(33)]
    public byte DataPackets;
    [FieldOffset(34)]
    public FlowMarks Marks;

    [FieldOffset(40)]
    public long FirstUnixNanoseconds;

    /// <summary>Time of the last packet in <see cref="Ticks"/> since the first.</summary>
    [FieldOffset(48)]
    public uint LastTicks;

    /// <summary>Low 32 bits of the number of the first frame; with <see cref="FlowMarks.Connected"/> the index of the connection instead.</summary>
    [FieldOffset(52)]
    public uint FirstFrameOrConnection;
    [FieldOffset(56)]
    public uint LastFrame;

    /// <summary>Sequence number of the first data byte of the side that sent the SYN.</summary>
    [FieldOffset(60)]
    public uint OpenerSequence;

    /// <summary>2^20 ns: 1.05 ms, so that 32 bits hold 52 days.</summary>
    public static uint Ticks(long nanoseconds) => nanoseconds <= 0 ? 0 : (uint)Math.Min(nanoseconds >> 20, uint.MaxValue);

    /// <summary>Whether the slot holds the flow of a packet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsOf(in PacketRecord record)
    {
        var ends = Vector256.LoadUnsafe(in LowUpper) ^ Vector256.LoadUnsafe(in record.LowUpper);
        return ((Tail ^ record.Tail) & TailKey) == 0 && ends == Vector256<ulong>.Zero;
    }

    public readonly FlowKey ToKey() => new(
        new Endpoint(new IpAddress(LowUpper, LowLower), (ushort)(Tail >> 48)),
        new Endpoint(new IpAddress(HighUpper, HighLower), (ushort)(Tail >> 32)),
        Transport);

    public readonly long LastUnixNanoseconds => FirstUnixNanoseconds + ((long)LastTicks << 20);
}

/// <summary>What was seen of a flow.</summary>
[Flags]
internal enum FlowMarks : ushort
{
    None = 0,

    /// <summary>The low end opened the connection with a SYN.</summary>
    LowOpened = 1,
    HighOpened = 2,

    /// <summary>The low end sent FIN.</summary>
    LowFinished = 4,
    HighFinished = 8,

    /// <summary>Either end sent RST.</summary>
    Reset = 16,

    /// <summary>The flow has a connection.</summary>
    Connected = 32,

    /// <summary>The flow had a connection whose handler gave it up, or that was evicted: never asked again.</summary>
    GivenUp = 64,

    /// <summary>What the low end sends has frames of its own: see <see cref="IConnectionInspector.IsFramed"/>.</summary>
    LowFramed = 128,
    HighFramed = 256,
}
