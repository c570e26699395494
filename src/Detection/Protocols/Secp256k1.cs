using System.Buffers.Binary;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Tells a public key of secp256k1 from random bytes: y² = x³ + 7 modulo p = 2^256 − 2^32 − 977 (SEC 2, section 2.4.1).
/// One in 2^256 pairs of random numbers passes.
/// </summary>
internal static class Secp256k1
{
    public const int UncompressedPointLength = 64;

    /// <summary>2^256 modulo p.</summary>
    private const ulong Fold = 0x1_0000_03D1;

    /// <summary>True when the 64 bytes are x and y of a point, big endian.</summary>
    public static bool IsPoint(ReadOnlySpan<byte> point)
    {
        if (point.Length < UncompressedPointLength)
        {
            return false;
        }

        var x = Number.Read(point);
        var y = Number.Read(point[32..]);
        if (!x.IsReduced || !y.IsReduced)
        {
            return false;
        }

        var right = Multiply(Multiply(x, x), x).Plus(7);
        return Multiply(y, y) == right;
    }

    /// <summary>Product modulo p.</summary>
    private static Number Multiply(in Number left, in Number right)
    {
        Span<ulong> a = [left.A, left.B, left.C, left.D];
        Span<ulong> b = [right.A, right.B, right.C, right.D];
        Span<ulong> product = stackalloc ulong[8];
        product.Clear();
        for (var i = 0; i < 4; i++)
        {
            UInt128 carry = 0;
            for (var j = 0; j < 4; j++)
            {
                carry += ((UInt128)a[i] * b[j]) + product[i + j];
                product[i + j] = (ulong)carry;
                carry >>= 64;
            }

            product[i + 4] = (ulong)carry;
        }

        return Reduce(product);
    }

    /// <summary>The upper half times 2^256 mod p is added to the lower half, twice, then p is taken off once if need be.</summary>
    private static Number Reduce(ReadOnlySpan<ulong> product)
    {
        Span<ulong> low = stackalloc ulong[4];
        UInt128 carry = 0;
        for (var i = 0; i < 4; i++)
        {
            carry += ((UInt128)product[i + 4] * Fold) + product[i];
            low[i] = (ulong)carry;
            carry >>= 64;
        }

        var more = (UInt128)(ulong)carry * Fold;
        while (more != 0)
        {
            carry = more;
            for (var i = 0; i < 4; i++)
            {
                carry += low[i];
                low[i] = (ulong)carry;
                carry >>= 64;
            }

            more = carry * Fold;
        }

        return new Number(low[0], low[1], low[2], low[3]).Reduced();
    }

    /// <summary>256 bits, least significant word first.</summary>
    private readonly record struct Number(ulong A, ulong B, ulong C, ulong D)
    {
        private const ulong LowestOfPrime = 0xFFFF_FFFE_FFFF_FC2F;

        public bool IsReduced => !(D == ulong.MaxValue && C == ulong.MaxValue && B == ulong.MaxValue && A >= LowestOfPrime);

        public static Number Read(ReadOnlySpan<byte> bytes) => new(
            BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes));

        public Number Reduced() => IsReduced ? this : new Number(A - LowestOfPrime, 0, 0, 0);

        /// <summary>Sum with a small number, modulo p.</summary>
        public Number Plus(ulong small)
        {
            var a = A + small;
            if (a >= small)
            {
                return new Number(a, B, C, D).Reduced();
            }

            var b = B + 1;
            var c = b == 0 ? C + 1 : C;
            var d = b == 0 && c == 0 ? D + 1 : D;
            return b == 0 && c == 0 && d == 0 ? new Number(a + Fold, 0, 0, 0) : new Number(a, b, c, d);
        }
    }
}
