using System.Globalization;
using System.Text;

namespace MinerFlow.Enrichment.Subscribers.Dhcp;

/// <summary>Circuit and remote ids (RFC 3046): bytes that relays fill with text or with numbers.</summary>
internal static class RelayText
{
    /// <summary>Text as it is; bytes in hexadecimal as the text that they spell, when they spell one.</summary>
    public static string Of(string value)
    {
        var parts = value.Split(':');
        if (parts.Length < 2 || !Array.TrueForAll(parts, part => part.Length is 1 or 2 && part.All(char.IsAsciiHexDigit)))
        {
            return value.Trim();
        }

        var bytes = Array.ConvertAll(parts, part => byte.Parse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        return Array.TrueForAll(bytes, c => c is >= (byte)' ' and <= (byte)'~') ? Encoding.ASCII.GetString(bytes) : Convert.ToHexStringLower(bytes);
    }
}
