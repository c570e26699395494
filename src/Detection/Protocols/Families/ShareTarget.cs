using System.Buffers.Binary;

namespace MinerFlow.Detection.Protocols;

/// <summary>Work behind a share from the target it had to meet: expected tries = 2^256 / (target + 1).</summary>
internal static class ShareTarget
{
    /// <summary>2^256: the number of values a 256-bit hash can have.</summary>
    private static readonly double AllHashes = Math.Pow(2, 256);

    /// <summary>A target as big-endian hexadecimal digits, padded or not, with or without <c>0x</c> (Ethereum pools send 58 digits and 64).</summary>
    public static bool TryReadWork(JsonSlice target, out double work)
    {
        work = 0;
        if (!target.TryGetHex(out var digits) || digits.Length > 64)
        {
            return false;
        }

        var value = 0.0;
        foreach (var digit in digits)
        {
            value = (value * 16) + Digit(digit);
        }

        work = AllHashes / (value + 1);
        return value > 0;
    }

    /// <summary>A whole target whose bytes stand in little-endian order, as getwork gives it.</summary>
    public static bool TryReadLittleEndianWork(JsonSlice target, out double work)
    {
        work = 0;
        if (!target.TryGetHex(out var digits) || digits.Length != 64)
        {
            return false;
        }

        var value = 0.0;
        for (var index = digits.Length - 2; index >= 0; index -= 2)
        {
            value = (value * 256) + (Digit(digits[index]) * 16) + Digit(digits[index + 1]);
        }

        work = AllHashes / (value + 1);
        return value > 0;
    }

    /// <summary>A number as hexadecimal digits, such as a height or a rate.</summary>
    public static bool TryReadNumber(JsonSlice number, out double value)
    {
        value = 0;
        if (!number.TryGetHex(out var digits) || digits.Length > 64)
        {
            return false;
        }

        foreach (var digit in digits)
        {
            value = (value * 16) + Digit(digit);
        }

        return true;
    }

    /// <summary>
    /// The compact target of CryptoNote jobs: 4 or 8 bytes, little-endian, the upper bits of the full one
    /// (xmrig <c>Job::setTarget</c>: 0xFFFFFFFF / t and 2^64 / t).
    /// </summary>
    public static bool TryReadCompactWork(JsonSlice target, out double work)
    {
        work = 0;
        if (!target.TryGetHex(out var digits) || digits.Length > 16 || digits.Length % 2 != 0)
        {
            return false;
        }

        ulong value = 0;
        foreach (var digit in digits)
        {
            value = (value << 4) | (uint)Digit(digit);
        }

        // Read as big-endian; the wire is little-endian.
        value = BinaryPrimitives.ReverseEndianness(value) >> (64 - (digits.Length * 4));
        if (value == 0)
        {
            return false;
        }

        // 2^32 - 1 and 2^64 - 1, as the miners divide.
        work = (digits.Length <= 8 ? 4_294_967_295.0 : 18_446_744_073_709_551_615.0) / value;
        return true;
    }

    private static int Digit(byte digit) => digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
