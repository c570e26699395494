using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake.Cells;

/// <summary>Why four parts with points are no address.</summary>
internal enum QuadFault
{
    None,
    NoQuad,
    TooLarge,
}

/// <summary>One address, in the forms people write it.</summary>
internal static class OneAddress
{
    /// <summary>An address with the port behind a colon; what is wrong is told in <paramref name="report"/>.</summary>
    public static bool TryReadEndpoint(string word, out IpAddress address, out ushort? port, CellReport report)
    {
        port = null;
        var (host, portText) = SplitPort(word);
        if (portText is not null)
        {
            if (!ushort.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            {
                address = default;
                report.Add(RowProblemKind.BadPort, portText);
                return false;
            }

            port = number;
        }

        return TryReadAddress(host, out address, report);
    }

    private static (string Host, string? Port) SplitPort(string word)
    {
        if (word.StartsWith('['))
        {
            var close = word.IndexOf(']', StringComparison.Ordinal);
            return close < 0 || (close + 1 < word.Length && word[close + 1] != ':') ? (word, null)
                : (word[1..close], close + 1 < word.Length ? word[(close + 2)..] : null);
        }

        var colon = word.LastIndexOf(':');
        var isQuad = colon > 0 && word.IndexOf(':', StringComparison.Ordinal) == colon;

        // Nine groups: eight of the address and a port.
        return isQuad || (word.Count(c => c == ':') == 8 && !word.Contains("::", StringComparison.Ordinal)) ? (word[..colon], word[(colon + 1)..]) : (word, null);
    }

    /// <summary>An address alone; what is wrong is told in <paramref name="report"/>.</summary>
    public static bool TryReadAddress(string text, out IpAddress address, CellReport report)
    {
        address = default;
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TryReadIPv6(text.TrimStart('[').TrimEnd(']'), out address, report);
        }

        switch (TryReadQuad(text.TrimEnd('.'), out address, out var hasLeadingZeros))
        {
            case QuadFault.None:
                if (hasLeadingZeros)
                {
                    report.Add(RowProblemKind.LeadingZeros, address.ToString());
                }

                return true;
            case QuadFault.TooLarge:
                report.Add(RowProblemKind.PartTooLarge, text);
                return false;
            default:
                report.Add(text.AsSpan().ContainsAny('*', 'x', 'X') && AddressPatterns.Masked().IsMatch(text) ? RowProblemKind.MaskedAddress : RowProblemKind.BadAddress, text);
                return false;
        }
    }

    private static bool TryReadIPv6(string text, out IpAddress address, CellReport report)
    {
        address = default;
        var zone = text.IndexOf('%', StringComparison.Ordinal);
        var plain = zone < 0 ? text : text[..zone];
        if (!IPAddress.TryParse(plain, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6)
        {
            report.Add(plain.AsSpan().ContainsAny('*', 'x', 'X') ? RowProblemKind.MaskedAddress : RowProblemKind.BadAddress, text);
            return false;
        }

        address = IpAddress.From(parsed);
        if (zone >= 0)
        {
            report.Add(RowProblemKind.ZoneRemoved, address.ToString());
        }

        if (address.IsIPv4)
        {
            report.Add(RowProblemKind.MappedAddress, address.ToString());
        }

        return true;
    }

    /// <summary>Four decimal parts: leading zeros do not make them octal.</summary>
    public static QuadFault TryReadQuad(string text, out IpAddress address, out bool hasLeadingZeros)
    {
        (address, hasLeadingZeros) = (default, false);
        var parts = text.Split('.');
        if (parts.Length != 4 || !Array.TrueForAll(parts, part => part.Length is > 0 and <= 9 && part.All(char.IsAsciiDigit)))
        {
            return QuadFault.NoQuad;
        }

        uint bits = 0;
        foreach (var part in parts)
        {
            var value = uint.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture);
            if (value > 255)
            {
                return QuadFault.TooLarge;
            }

            hasLeadingZeros |= part.Length > 1 && part[0] == '0';
            bits = (bits << 8) | value;
        }

        address = IpAddress.FromIPv4(bits);
        return QuadFault.None;
    }

    /// <summary>Length of a netmask in dotted form; null when it is none.</summary>
    public static int? MaskLength(string text)
    {
        if (!text.StartsWith("255.", StringComparison.Ordinal) || TryReadQuad(text, out var mask, out _) != QuadFault.None)
        {
            return null;
        }

        var ones = System.Numerics.BitOperations.LeadingZeroCount(~mask.IPv4Bits);
        return mask.IPv4Bits << ones == 0 || ones == 32 ? ones : null;
    }
}
