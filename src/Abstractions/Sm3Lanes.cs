using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MinerFlow.Abstractions;

/// <summary>
/// The <see cref="Sm3"/> digests of up to eight messages at once, one to each lane of a vector: short messages of about one length, such as lines of a
/// log, cost a fraction of what they cost one after the other. One message alone does not: each of its rounds waits for the one before.
/// </summary>
public static class Sm3Lanes
{
    /// <summary>The most messages of one call.</summary>
    public const int Count = 8;

    private const int BlockLength = 64;
    private const int TailLength = 2 * BlockLength;

    /// <summary>Fewer than this are faster one after the other.</summary>
    private const int FewestAtOnce = 2;

    /// <param name="data">What the messages lie in.</param>
    /// <param name="messages">At most <see cref="Count"/>.</param>
    /// <param name="digests">Takes <see cref="Sm3.Length"/> bytes for each.</param>
    [SkipLocalsInit]
    public static void HashData(ReadOnlySpan<byte> data, ReadOnlySpan<Range> messages, Span<byte> digests)
    {
        if (messages.Length > Count)
        {
            throw new ArgumentException("More messages than lanes.", nameof(messages));
        }

        if (!Vector256.IsHardwareAccelerated || messages.Length < FewestAtOnce)
        {
            for (var i = 0; i < messages.Length; i++)
            {
                Sm3.HashData(data[messages[i]], digests.Slice(i * Sm3.Length, Sm3.Length));
            }

            return;
        }

        Span<byte> tails = stackalloc byte[Count * TailLength];
        Span<(int Start, int Whole, int Blocks)> lanes = stackalloc (int, int, int)[Count];
        tails.Clear();
        lanes.Clear();
        var mostBlocks = 0;
        for (var i = 0; i < messages.Length; i++)
        {
            var (start, length) = messages[i].GetOffsetAndLength(data.Length);
            var whole = length / BlockLength;
            var rest = data.Slice(start + (whole * BlockLength), length % BlockLength);
            var tail = tails.Slice(i * TailLength, TailLength);

            // GB/T 32905-2016 section 5.2: one bit, zeros, and the length in bits as 64 bits at the end of a block.
            rest.CopyTo(tail);
            tail[rest.Length] = 0x80;
            var tailBlocks = rest.Length < BlockLength - 8 ? 1 : 2;
            BinaryPrimitives.WriteUInt64BigEndian(tail[((tailBlocks * BlockLength) - 8)..], (ulong)length * 8);
            lanes[i] = (start, whole, whole + tailBlocks);
            mostBlocks = Math.Max(mostBlocks, whole + tailBlocks);
        }

        Span<uint> words = stackalloc uint[16 * Count];
        Span<Vector256<uint>> state = stackalloc Vector256<uint>[8];
        for (var i = 0; i < state.Length; i++)
        {
            state[i] = Vector256.Create(Sm3.InitialValue[i]);
        }

        words.Clear();
        for (var block = 0; block < mostBlocks; block++)
        {
            for (var i = 0; i < messages.Length; i++)
            {
                var (start, whole, blocks) = lanes[i];
                if (block < blocks)
                {
                    Spread(block < whole ? data.Slice(start + (block * BlockLength), BlockLength) : tails.Slice((i * TailLength) + ((block - whole) * BlockLength), BlockLength), words[i..]);
                }
            }

            Compress(state, MemoryMarshal.Cast<uint, Vector256<uint>>(words));
            for (var i = 0; i < messages.Length; i++)
            {
                if (block == lanes[i].Blocks - 1)
                {
                    Take(state, i, digests.Slice(i * Sm3.Length, Sm3.Length));
                }
            }
        }
    }

    /// <summary>The words of a block, each into its lane.</summary>
    private static void Spread(ReadOnlySpan<byte> block, Span<uint> words)
    {
        for (var i = 0; i < 16; i++)
        {
            words[i * Count] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * i)..]);
        }
    }

    private static void Take(ReadOnlySpan<Vector256<uint>> state, int lane, Span<byte> digest)
    {
        var words = MemoryMarshal.Cast<Vector256<uint>, uint>(state);
        for (var i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest[(4 * i)..], words[(i * Count) + lane]);
        }
    }

    /// <summary>Section 5.3, as in <see cref="Sm3"/>: four rounds at a time, so that no register is moved.</summary>
    /// <remarks>Optimized at once, for the processor that it runs on: compiled ahead it knows nothing of that one's rotations.</remarks>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compress(Span<Vector256<uint>> state, ReadOnlySpan<Vector256<uint>> block)
    {
        Span<Vector256<uint>> words = stackalloc Vector256<uint>[68];
        block[..16].CopyTo(words);
        for (var i = 0; i < 52; i++)
        {
            var window = words.Slice(i, 17);
            var mixed = window[0] ^ window[7] ^ Rotate(window[13], 15);
            window[16] = mixed ^ Rotate(mixed, 15) ^ Rotate(mixed, 23) ^ Rotate(window[3], 7) ^ window[10];
        }

        var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
        for (var i = 0; i < 16; i += 4)
        {
            var window = words.Slice(i, 8);
            Round(a ^ b ^ c, e ^ f ^ g, a, ref b, ref d, e, ref f, ref h, Constant(i), window[0], window[4]);
            Round(d ^ a ^ b, h ^ e ^ f, d, ref a, ref c, h, ref e, ref g, Constant(i + 1), window[1], window[5]);
            Round(c ^ d ^ a, g ^ h ^ e, c, ref d, ref b, g, ref h, ref f, Constant(i + 2), window[2], window[6]);
            Round(b ^ c ^ d, f ^ g ^ h, b, ref c, ref a, f, ref g, ref e, Constant(i + 3), window[3], window[7]);
        }

        for (var i = 16; i < 64; i += 4)
        {
            var window = words.Slice(i, 8);
            Round((a & b) | ((a | b) & c), g ^ (e & (f ^ g)), a, ref b, ref d, e, ref f, ref h, Constant(i), window[0], window[4]);
            Round((d & a) | ((d | a) & b), f ^ (h & (e ^ f)), d, ref a, ref c, h, ref e, ref g, Constant(i + 1), window[1], window[5]);
            Round((c & d) | ((c | d) & a), e ^ (g & (h ^ e)), c, ref d, ref b, g, ref h, ref f, Constant(i + 2), window[2], window[6]);
            Round((b & c) | ((b | c) & d), h ^ (f & (g ^ h)), b, ref c, ref a, f, ref g, ref e, Constant(i + 3), window[3], window[7]);
        }

        state[0] ^= a;
        state[1] ^= b;
        state[2] ^= c;
        state[3] ^= d;
        state[4] ^= e;
        state[5] ^= f;
        state[6] ^= g;
        state[7] ^= h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Constant(int round) => Vector256.Create(Sm3.Constants[round]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        Vector256<uint> ff, Vector256<uint> gg, Vector256<uint> a, ref Vector256<uint> b, ref Vector256<uint> d, Vector256<uint> e, ref Vector256<uint> f, ref Vector256<uint> h,
        Vector256<uint> constant, Vector256<uint> word, Vector256<uint> ahead)
    {
        var turned = Rotate(a, 12);
        var one = Rotate(turned + e + constant, 7);
        var left = ff + d + (one ^ turned) + (word ^ ahead);
        var right = gg + h + one + word;
        b = Rotate(b, 9);
        d = left;
        f = Rotate(f, 19);
        h = right ^ Rotate(right, 9) ^ Rotate(right, 17);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rotate(Vector256<uint> value, [ConstantExpected] byte bits) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateLeft(value, bits) : (value << bits) | (value >>> (32 - bits));
}
