using System.Net;
using System.Net.Sockets;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>Addresses out of log lines, without an allocation for IPv4.</summary>
internal static class AddressText
{
    /// <summary>Four decimal parts without leading zeros (some programs read those as octal), or RFC 4291 without a zone.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        if (!text.Contains(':'))
        {
            return TryParseIPv4(text, out address);
        }

        if (text.ContainsAny('%', '[', '/') || !IPAddress.TryParse(text, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        address = IpAddress.From(parsed);
        return true;
    }

    private static bool TryParseIPv4(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        uint bits = 0;
        var parts = 0;
        while (parts < 4)
        {
            var length = parts == 3 ? text.Length : text.IndexOf('.');
            if (length is < 1 or > 3 || (length > 1 && text[0] == '0'))
            {
                return false;
            }

            uint part = 0;
            foreach (var digit in text[..length])
            {
                if (!char.IsAsciiDigit(digit))
                {
                    return false;
                }

                part = (part * 10) + (uint)(digit - '0');
            }

            if (part > 255)
            {
                return false;
            }

            bits = (bits << 8) | part;
            text = text[Math.Min(length + 1, text.Length)..];
            parts++;
        }

        address = IpAddress.FromIPv4(bits);
        return true;
    }
}
