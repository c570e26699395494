using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using MinerFlow.Abstractions;

namespace MinerFlow.Connections.Decoding;

/// <summary>What the flow table and the streams need of one packet: the key in canonical order and where the payload lies. Valid as long as the frame.</summary>
internal struct PacketRecord
{
    /// <summary>IPv4 addresses are kept as IPv6 ones (RFC 4291 section 2.5.5.2).</summary>
    public const ulong MappedPrefix = 0xFFFF_0000_0000;

    public ulong LowUpper;
    public ulong LowLower;
    public ulong HighUpper;
    public ulong HighLower;

    /// <summary>Ports in bits 32 to 63 (low end's first), transport in bits 0 to 7; the bits between belong to the slot.</summary>
    public ulong Tail;
    public ulong Hash;

    /// <summary>Where its flow most likely lies: asked of the table ahead of the look-up; 0 when the table had none.</summary>
    public nint LikelySlot;
    public nint Payload;
    public int PayloadLength;

    /// <summary>Payload bytes on the wire; more than <see cref="PayloadLength"/> when the capture was cut by a snap length.</summary>
    public int PayloadWireLength;
    public uint Sequence;
    public uint Acknowledgment;
    public TcpFlags TcpFlags;
    public FlowSide Sender;
    public long UnixNanoseconds;
    public long FrameNumber;

    public readonly Transport Transport => (Transport)(byte)Tail;

    public readonly unsafe ReadOnlySpan<byte> PayloadBytes => new((void*)Payload, PayloadLength);

    public readonly FlowKey ToKey() => new(
        new Endpoint(new IpAddress(LowUpper, LowLower), (ushort)(Tail >> 48)),
        new Endpoint(new IpAddress(HighUpper, HighLower), (ushort)(Tail >> 32)),
        Transport);

    /// <summary>Puts the endpoints in the order of <see cref="FlowKey.Create"/> and hashes them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetKey(ulong sourceUpper, ulong sourceLower, ulong destinationUpper, ulong destinationLower, uint ports, byte transport)
    {
        var swap = (sourceUpper > destinationUpper)
            | ((sourceUpper == destinationUpper) & ((sourceLower > destinationLower) | ((sourceLower == destinationLower) & (ports >> 16 > (ports & 0xFFFF)))));

        // Which end sent is a coin toss that no branch predictor wins: the ends change places by mask.
        var side = Unsafe.BitCast<bool, byte>(swap);
        var mask = 0UL - side;
        var upper = (sourceUpper ^ destinationUpper) & mask;
        var lower = (sourceLower ^ destinationLower) & mask;
        Sender = (FlowSide)side;
        Store(sourceUpper ^ upper, sourceLower ^ lower, destinationUpper ^ upper, destinationLower ^ lower, uint.RotateLeft(ports, side << 4), transport);
    }

    /// <summary>As <see cref="SetKey"/>, for both addresses of an IPv4 header in one word, the source's in its upper half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetKeyIPv4(ulong addresses, uint ports, byte transport)
    {
        var side = Unsafe.BitCast<bool, byte>(((addresses >> 32 << 16) | (ports >> 16)) > (((addresses & uint.MaxValue) << 16) | (ports & 0xFFFF)));
        addresses = ulong.RotateLeft(addresses, side << 5);
        Sender = (FlowSide)side;
        Store(0, MappedPrefix | (addresses >> 32), 0, MappedPrefix | (addresses & uint.MaxValue), uint.RotateLeft(ports, side << 4), transport);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(ulong lowUpper, ulong lowLower, ulong highUpper, ulong highLower, uint ports, byte transport)
    {
        var tail = ((ulong)ports << 32) | transport;
        LowUpper = lowUpper;
        LowLower = lowLower;
        HighUpper = highUpper;
        HighLower = highLower;
        Tail = tail;
        Hash = HashOf(lowUpper, lowLower, highUpper, highLower, tail);
    }

    /// <summary>
    /// Two folded 64x64 multiplications over the whole key. The constants are fixed, so that replays agree;
    /// a full neighbourhood costs look-ups and then evictions, never memory.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong HashOf(ulong lowUpper, ulong lowLower, ulong highUpper, ulong highLower, ulong tail) =>
        Fold(lowLower ^ 0x9E37_79B9_7F4A_7C15, highLower ^ 0xC2B2_AE3D_27D4_EB4F)
        ^ Fold(lowUpper ^ ulong.RotateLeft(highUpper, 32) ^ 0x1656_67B1_9E37_79F9, tail ^ 0xD6E8_FEB8_6659_FD93);

    /// <summary>Both halves of a product, one upon the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Fold(ulong left, ulong right)
    {
        // Two multiplications: the lower half of one that gives both comes by way of memory, and the address of a flow waits for it.
        var high = Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(left, right) : Math.BigMul(left, right, out _);
        return high ^ (left * right);
    }
}

/// <summary>Control bits of the TCP header (RFC 9293 section 3.1).</summary>
[Flags]
internal enum TcpFlags : byte
{
    None = 0,
    Fin = 1,
    Syn = 2,
    Reset = 4,
    Push = 8,
    Acknowledge = 16,
}
