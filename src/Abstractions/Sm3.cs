using System.Buffers.Binary;
using System.Numerics;

namespace MinerFlow.Ledger;

/// <summary>
/// The SM3 digest (GB/T 32905-2016), which Chinese authorities ask for beside SHA-256. Written here because the framework has none and neither have
/// the packages that this is built from; libcrypto has it only from version 1.1.1 on and under names that change with the version.
/// </summary>
public static class Sm3
{
    /// <summary>Bytes of a digest.</summary>
    public const int Length = 32;

    internal const int BlockLength = 64;

    internal static readonly uint[] InitialValue =
        [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E];

    public static byte[] HashData(ReadOnlySpan<byte> data)
    {
        var hash = new Sm3Hash();
        hash.Append(data);
        return hash.Finish();
    }

    // Section 5.3.
    internal static void Compress(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[68];
        for (var i = 0; i < 16; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * i)..]);
        }

        for (var i = 16; i < words.Length; i++)
        {
            var mixed = words[i - 16] ^ words[i - 9] ^ BitOperations.RotateLeft(words[i - 3], 15);
            words[i] = mixed ^ BitOperations.RotateLeft(mixed, 15) ^ BitOperations.RotateLeft(mixed, 23) ^ BitOperations.RotateLeft(words[i - 13], 7) ^ words[i - 6];
        }

        var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
        for (var i = 0; i < 64; i++)
        {
            var first = i < 16;
            var constant = first ? 0x79CC4519u : 0x7A879D8Au;
            var turned = BitOperations.RotateLeft(a, 12);
            var one = BitOperations.RotateLeft(turned + e + BitOperations.RotateLeft(constant, i), 7);
            var two = one ^ turned;
            var left = (first ? a ^ b ^ c : (a & b) | (a & c) | (b & c)) + d + two + (words[i] ^ words[i + 4]);
            var right = (first ? e ^ f ^ g : (e & f) | (~e & g)) + h + one + words[i];
            (a, b, c, d) = (left, a, BitOperations.RotateLeft(b, 9), c);
            (e, f, g, h) = (right ^ BitOperations.RotateLeft(right, 9) ^ BitOperations.RotateLeft(right, 17), e, BitOperations.RotateLeft(f, 19), g);
        }

        Span<uint> mixedIn = [a, b, c, d, e, f, g, h];
        for (var i = 0; i < state.Length; i++)
        {
            state[i] ^= mixedIn[i];
        }
    }
}
