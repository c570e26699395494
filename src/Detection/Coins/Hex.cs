using System.Buffers;

namespace MinerFlow.Detection.Coins;

/// <summary>Hexadecimal text as jobs, addresses and targets carry it.</summary>
internal static class Hex
{
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    public static bool IsAll(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(Digits);

    /// <summary>Decodes as many whole bytes as fit.</summary>
    /// <returns>Bytes written; fewer when a character is no digit.</returns>
    public static int Decode(ReadOnlySpan<byte> hex, Span<byte> bytes)
    {
        var count = Math.Min(hex.Length / 2, bytes.Length);
        Convert.FromHexString(hex[..(count * 2)], bytes[..count], out _, out var written);
        return written;
    }

    /// <summary>A number of up to 8 bytes, most significant digit first.</summary>
    public static bool TryRead(ReadOnlySpan<byte> hex, out ulong value)
    {
        value = 0;
        if (hex.Length is 0 or > 16)
        {
            return false;
        }

        foreach (var character in hex)
        {
            var digit = Digit(character);
            if (digit < 0)
            {
                return false;
            }

            value = (value << 4) | (uint)digit;
        }

        return true;
    }

    private static int Digit(byte character) => character switch
    {
        >= (byte)'0' and <= (byte)'9' => character - '0',
        >= (byte)'a' and <= (byte)'f' => character - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => character - 'A' + 10,
        _ => -1,
    };
}
