using System.Buffers;
using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>Values that a server without the vendor's dictionary prints as octets (<c>0xcb007109</c>).</summary>
internal static class RadiusOctets
{
    public static bool TryParseAddress(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        if (!IsOctets(text))
        {
            return AddressText.TryParse(text, out address) && address.IsIPv4;
        }

        if (text.Length != 10 || !uint.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits))
        {
            return false;
        }

        address = IpAddress.FromIPv4(bits);
        return true;
    }

    public static bool TryParsePort(ReadOnlySpan<char> text, out ushort port)
    {
        port = 0;
        uint number;
        var isNumber = IsOctets(text)
            ? uint.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        port = isNumber && number <= ushort.MaxValue ? (ushort)number : (ushort)0;
        return isNumber && number <= ushort.MaxValue;
    }

    /// <summary>Text that a server printed as octets, as text again; anything but printable ASCII stays as it is.</summary>
    public static ReadOnlySpan<char> Text(ReadOnlySpan<char> value)
    {
        var bytes = new byte[value.Length / 2];
        if (!IsOctets(value) || Convert.FromHexString(value[2..], bytes, out _, out var length) != OperationStatus.Done)
        {
            return value;
        }

        Array.Resize(ref bytes, length);
        return Array.TrueForAll(bytes, octet => octet is >= 0x20 and < 0x7F) ? Encoding.ASCII.GetString(bytes) : value;
    }

    private static bool IsOctets(ReadOnlySpan<char> text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
}
