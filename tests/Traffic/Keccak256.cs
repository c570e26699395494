using System.Buffers.Binary;
using System.Numerics;

namespace MinerFlow.Traffic;

/// <summary>Keccak-256 with the padding before FIPS 202 (first byte 0x01), as Ethereum's discovery packets are hashed with.</summary>
internal static class Keccak256
{
    private const int Rate = 136;

    private static readonly ulong[] RoundConstants =
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    public static byte[] Hash(ReadOnlySpan<byte> message)
    {
        var padded = new byte[((message.Length / Rate) + 1) * Rate];
        message.CopyTo(padded);
        padded[message.Length] |= 0x01;
        padded[^1] |= 0x80;

        var state = new ulong[25];
        for (var block = 0; block < padded.Length; block += Rate)
        {
            for (var lane = 0; lane < Rate / 8; lane++)
            {
                state[lane] ^= BinaryPrimitives.ReadUInt64LittleEndian(padded.AsSpan(block + (lane * 8)));
            }

            Permute(state);
        }

        var hash = new byte[32];
        for (var lane = 0; lane < 4; lane++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(hash.AsSpan(lane * 8), state[lane]);
        }

        return hash;
    }

    private static void Permute(ulong[] a)
    {
        var c = new ulong[5];
        foreach (var constant in RoundConstants)
        {
            for (var x = 0; x < 5; x++)
            {
                c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
            }

            for (var i = 0; i < 25; i++)
            {
                a[i] ^= c[(i + 4) % 5] ^ BitOperations.RotateLeft(c[(i + 1) % 5], 1);
            }

            // Rho and pi together: walk the one cycle of 24 lanes.
            var (px, py, moved) = (1, 0, a[1]);
            for (var t = 0; t < 24; t++)
            {
                (px, py) = (py, ((2 * px) + (3 * py)) % 5);
                var here = px + (5 * py);
                (moved, a[here]) = (a[here], BitOperations.RotateLeft(moved, (t + 1) * (t + 2) / 2 % 64));
            }

            for (var y = 0; y < 25; y += 5)
            {
                var (r0, r1) = (a[y], a[y + 1]);
                a[y] ^= ~r1 & a[y + 2];
                a[y + 1] ^= ~a[y + 2] & a[y + 3];
                a[y + 2] ^= ~a[y + 3] & a[y + 4];
                a[y + 3] ^= ~a[y + 4] & r0;
                a[y + 4] ^= ~r0 & r1;
            }

            a[0] ^= constant;
        }
    }
}
