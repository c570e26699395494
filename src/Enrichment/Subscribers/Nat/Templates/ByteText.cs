using System.Buffers.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Nat.Templates;

/// <summary>Pieces of a log line as bytes, without an allocation.</summary>
internal static class ByteText
{
    /// <summary>Moves behind blanks and tabs; whether there were any.</summary>
    public static bool SkipBlanks(ReadOnlySpan<byte> line, ref int at)
    {
        var start = at;
        while (at < line.Length && line[at] is (byte)' ' or (byte)'\t')
        {
            at++;
        }

        return at > start;
    }

    public static bool TryReadDigits(ReadOnlySpan<byte> line, ref int at, int least, int most, out int number)
    {
        var start = at;
        number = 0;
        while (at < line.Length && at - start < most && char.IsAsciiDigit((char)line[at]))
        {
            number = (number * 10) + (line[at] - '0');
            at++;
        }

        return at - start >= least;
    }

    /// <summary>A decimal number without sign that fills the whole text.</summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> text, out long number) =>
        Utf8Parser.TryParse(text, out number, out var used) && used == text.Length && text.Length is > 0 and < 19 && char.IsAsciiDigit((char)text[0]);

    /// <summary>Four decimal parts without leading zeros, or RFC 4291 without a zone.</summary>
    public static bool TryParseAddress(ReadOnlySpan<byte> text, out IpAddress address)
    {
        address = default;
        return text.Contains((byte)':') ? TryParseIPv6(text, out address) : TryParseIPv4(text, out address);
    }

    /// <summary>The framework's parser makes an object for each address.</summary>
    private static bool TryParseIPv6(ReadOnlySpan<byte> text, out IpAddress address)
    {
        address = default;
        UInt128 bits = 0;
        var groups = 0;
        var gapAt = -1;
        while (true)
        {
            if (text.StartsWith("::"u8))
            {
                if (gapAt >= 0)
                {
                    return false;
                }

                gapAt = groups;
                text = text[2..];
            }
            else if (groups > 0)
            {
                if (text is not [(byte)':', _, ..])
                {
                    break;
                }

                text = text[1..];
            }

            if (text.IsEmpty)
            {
                break;
            }

            var length = text.IndexOf((byte)':');
            var group = length < 0 ? text : text[..length];
            if (!TryReadGroup(group, length < 0, ref bits, ref groups))
            {
                return false;
            }

            text = text[group.Length..];
        }

        if (!text.IsEmpty || (gapAt < 0 ? groups != 8 : groups > 7))
        {
            return false;
        }

        if (gapAt >= 0)
        {
            var behind = 16 * (groups - gapAt);
            var ahead = (bits >> behind) << (128 - (16 * gapAt));
            bits = (gapAt == 0 ? 0 : ahead) | (bits & ((UInt128.One << behind) - 1));
        }

        address = new IpAddress((ulong)(bits >> 64), (ulong)bits);
        return true;
    }

    /// <summary>Up to four hexadecimal digits; at the end also an IPv4 address, which counts as two groups (RFC 4291 section 2.2).</summary>
    private static bool TryReadGroup(ReadOnlySpan<byte> group, bool isLast, ref UInt128 bits, ref int groups)
    {
        if (isLast && group.Contains((byte)'.'))
        {
            groups += 2;
            var isRead = TryParseIPv4(group, out var embedded);
            bits = (bits << 32) | embedded.IPv4Bits;
            return isRead && groups <= 8;
        }

        uint number = 0;
        foreach (var c in group)
        {
            if (!char.IsAsciiHexDigit((char)c))
            {
                return false;
            }

            number = (number << 4) | (uint)(char.IsAsciiDigit((char)c) ? c - '0' : (c | 0x20) - 'a' + 10);
        }

        bits = (bits << 16) | number;
        return group.Length is > 0 and <= 4 && ++groups <= 8;
    }

    private static bool TryParseIPv4(ReadOnlySpan<byte> text, out IpAddress address)
    {
        address = default;
        uint bits = 0;
        uint part = 0;
        var parts = 1;
        var digits = 0;
        foreach (var c in text)
        {
            if (c == '.')
            {
                if (digits == 0 || ++parts > 4)
                {
                    return false;
                }

                bits = (bits << 8) | part;
                part = 0;
                digits = 0;
                continue;
            }

            // A leading zero: some programs read it as octal.
            if (c is < (byte)'0' or > (byte)'9' || (digits > 0 && part == 0))
            {
                return false;
            }

            part = (part * 10) + (uint)(c - '0');
            digits++;
            if (part > 255)
            {
                return false;
            }
        }

        if (parts != 4 || digits == 0)
        {
            return false;
        }

        address = IpAddress.FromIPv4((bits << 8) | part);
        return true;
    }
}
