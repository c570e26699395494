using System.Globalization;
using System.Numerics;

namespace MinerFlow.Traffic;

/// <summary>Points of secp256k1 (SEC 2, section 2.4.1: y² = x³ + 7), which the public keys in Ethereum's handshakes are.</summary>
internal static class CurvePoint
{
    private static readonly BigInteger Prime = BigInteger.Parse("0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F", NumberStyles.HexNumber);

    /// <summary>x and y, 64 bytes, big endian.</summary>
    public static byte[] Make(SeededRandom random)
    {
        while (true)
        {
            var x = new BigInteger(random.Bytes(32), isUnsigned: true, isBigEndian: true) % Prime;
            var square = (BigInteger.ModPow(x, 3, Prime) + 7) % Prime;

            // The prime is 3 modulo 4: this is the root, when there is one.
            var y = BigInteger.ModPow(square, (Prime + 1) / 4, Prime);
            if (BigInteger.ModPow(y, 2, Prime) == square)
            {
                return [.. Bytes(x), .. Bytes(y)];
            }
        }
    }

    private static byte[] Bytes(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
