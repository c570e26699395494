using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake.Grids;

namespace MinerFlow.Reporting.Intake.Cells;

/// <summary>An address of a cell, or a prefix that one subscriber has as a whole, with the port written beside it.</summary>
internal readonly record struct ListedAddress(IpRange Range, ushort? Port);

/// <summary>
/// Cells of addresses: one, several, with ports, ranges, prefixes and wildcards, in the forms people write them. What has two readings is read in neither.
/// </summary>
internal sealed partial class AddressCell(int mostAddresses, bool acceptsNumbers)
{
    // Shorter IPv6 prefixes are delegated to whole networks, not to a subscriber (RFC 6177).
    private const int ShortestSubscriberPrefix = 48;

    private static readonly (IpRange Range, string Name)[] Spaces =
    [
        .. new[] { "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "fe80::/10", "fc00::/7", "ff00::/8", "::/8" }
            .Select(text => (IpRange.TryParse(text, out var range) ? range : throw new FormatException(text), text)),
    ];

    /// <summary>Enough dots or colons for an address; whether it is one is another question.</summary>
    public static bool LooksLikeAddress(string plain) => AddressLike().IsMatch(plain);

    /// <summary>All addresses of the cell; what cannot be read is told in <paramref name="report"/>, the rest is still given.</summary>
    public List<ListedAddress> Read(ListCell cell, CellReport report)
    {
        var found = new List<ListedAddress>();
        var text = report.Clean();
        if (CellText.SaysNothing(text))
        {
            report.Add(RowProblemKind.NoAddress);
        }
        else if (cell.Kind == CellKind.Date || DateLike().IsMatch(text))
        {
            report.Add(RowProblemKind.DamagedAddress);
        }
        else if (Number().IsMatch(text))
        {
            ReadNumber(text, found, report);
        }
        else
        {
            var bare = Label().Replace(text.Replace("[.]", ".", StringComparison.Ordinal).Replace("(.)", ".", StringComparison.Ordinal), "");
            if (bare.Length != text.Length)
            {
                report.Add(RowProblemKind.RemarkRemoved, bare.Trim());
            }

            var pieces = Pieces(bare).ToList();
            if (pieces.Count == 0)
            {
                report.Add(RowProblemKind.NoAddress);
            }

            foreach (var piece in pieces)
            {
                ReadPiece(piece, found, report);
            }

            if (found.Count > 1)
            {
                report.Add(RowProblemKind.Expanded, found.Count.ToString(CultureInfo.InvariantCulture));
            }
        }

        return found;
    }

    private static IEnumerable<string> Pieces(string text)
    {
        text = AroundMarks().Replace(text.Replace('至', '~').Replace('到', '~'), "${mark}");
        foreach (var piece in Separators().Split(text))
        {
            var dotted = piece.Replace(',', '.');
            if (dotted != piece && OneQuad().IsMatch(dotted))
            {
                // A comma typed for a point; a list would have more parts.
                yield return dotted;
                continue;
            }

            foreach (var part in piece.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                yield return part;
            }
        }
    }

    /// <summary>An address and what blanks set apart from it: a port, a mask, another address.</summary>
    private void ReadPiece(string piece, List<ListedAddress> found, CellReport report)
    {
        var words = piece.Split(' ', '\n', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            var next = i + 1 < words.Length ? words[i + 1] : "";
            if (MaskLength(next) is { } length && !words[i].Contains('/', StringComparison.Ordinal))
            {
                ReadPrefix(words[i], length, found, report);
                i++;
            }
            else if (LooksLikeAddress(words[i]) && next.Length is > 0 and <= 5 && next.All(char.IsAsciiDigit))
            {
                ReadWord($"{(words[i].Count(c => c == ':') > 1 && words[i][0] != '[' ? $"[{words[i]}]" : words[i])}:{next}", found, report);
                i++;
            }
            else
            {
                ReadWord(words[i], found, report);
            }
        }
    }

    private void ReadWord(string word, List<ListedAddress> found, CellReport report)
    {
        var slash = word.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0)
        {
            ReadSlash(word[..slash], word[(slash + 1)..], found, report);
        }
        else if (word.IndexOfAny(['-', '~']) is > 0 and var mark)
        {
            ReadRange(word[..mark], word[(mark + 1)..], found, report);
        }
        else if (Wildcard().IsMatch(word))
        {
            ReadWildcard(word, found, report);
        }
        else if (TryReadEndpoint(word, out var address, out var port, report))
        {
            Add(IpRange.Single(address), port, found, report);
        }
    }

    private void ReadSlash(string left, string right, List<ListedAddress> found, CellReport report)
    {
        if (MaskLength(right) is { } mask)
        {
            ReadPrefix(left, mask, found, report);
        }
        else if (LooksLikeAddress(right))
        {
            ReadWord(left, found, report);
            ReadWord(right, found, report);
        }
        else if (int.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= 128)
        {
            ReadPrefix(left, length, found, report);
        }
        else if (right.Length is > 0 and <= 5 && right.All(char.IsAsciiDigit) && !left.Contains(':', StringComparison.Ordinal))
        {
            // More than any prefix length: only a port is left.
            ReadWord($"{left}:{right}", found, report);
        }
        else
        {
            report.Add(RowProblemKind.BadMask, right);
        }
    }

    private void ReadPrefix(string text, int length, List<ListedAddress> found, CellReport report)
    {
        if (!TryReadAddress(text, out var address, report))
        {
            return;
        }

        var bits = address.IsIPv4 ? 32 : 128;
        if (length > bits)
        {
            report.Add(RowProblemKind.BadMask, $"/{length}");
            return;
        }

        var range = IpRange.Prefix(address, length);
        if (range.First != address)
        {
            // 192.0.2.5/28 is written for the host as often as for its network.
            report.Add(RowProblemKind.AmbiguousAddress, address.ToString(), $"{range.First}/{length}");
        }
        else if (address.IsIPv4 || length == bits)
        {
            AddAll(range, found, report);
        }
        else if (length < ShortestSubscriberPrefix)
        {
            report.Add(RowProblemKind.RangeTooLarge, $"/{length}", $"/{ShortestSubscriberPrefix}");
        }
        else
        {
            report.Add(RowProblemKind.PrefixKept, $"{address}/{length}");
            Add(range, null, found, report);
        }
    }

    private void ReadRange(string left, string right, List<ListedAddress> found, CellReport report)
    {
        if (!TryReadAddress(left, out var first, report))
        {
            return;
        }

        // The end may be written by its last part alone.
        var end = right.Length is > 0 and <= 3 && right.All(char.IsAsciiDigit) && first.IsIPv4 ? $"{left[..(left.LastIndexOf('.') + 1)]}{right}" : right;
        if (!TryReadAddress(end, out var last, report))
        {
            return;
        }

        if (first.IsIPv4 != last.IsIPv4 || last < first)
        {
            report.Add(RowProblemKind.RangeReversed, first.ToString(), last.ToString());
            return;
        }

        AddAll(new IpRange(first, last), found, report);
    }

    private void ReadWildcard(string word, List<ListedAddress> found, CellReport report)
    {
        var parts = word.Split('.');
        if (parts.Length != 4 || parts[..3].Any(part => !part.All(char.IsAsciiDigit)) || parts[3] is not ("*" or "x" or "X"))
        {
            report.Add(RowProblemKind.MaskedAddress);
            return;
        }

        var network = string.Join('.', parts[..3]);
        if (TryReadAddress(network + ".0", out var first, report))
        {
            report.Add(RowProblemKind.Wildcard, $"{network}.0/24");
            AddAll(IpRange.Prefix(first, 24), found, report);
        }
    }

    private void ReadNumber(string text, List<ListedAddress> found, CellReport report)
    {
        if (!text.All(char.IsAsciiDigit))
        {
            report.Add(RowProblemKind.DamagedAddress);
            return;
        }

        var readings = new List<IpAddress>();
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 0x0100_0000 and <= uint.MaxValue)
        {
            readings.Add(IpAddress.FromIPv4((uint)number));
        }

        // Excel takes 192.000.002.001 for a number with thousands where the point groups digits.
        var grouped = text.Length is >= 10 and <= 12 ? $"{text[..^9]}.{text[^9..^6]}.{text[^6..^3]}.{text[^3..]}" : "";
        if (TryReadQuad(grouped, out var quad, out _) == QuadFault.None)
        {
            readings.Add(quad);
        }

        switch (readings)
        {
            case []:
                report.Add(text.Length < 8 ? RowProblemKind.BadAddress : RowProblemKind.DamagedAddress);
                break;
            case [var only] when acceptsNumbers:
                Add(IpRange.Single(only), null, found, report);
                break;
            case [var only]:
                report.Add(RowProblemKind.NumberAddress, only.ToString());
                break;
            default:
                report.Add(RowProblemKind.AmbiguousAddress, [.. readings.Select(reading => reading.ToString())]);
                break;
        }
    }

    private void AddAll(IpRange range, List<ListedAddress> found, CellReport report)
    {
        if (range.Span >= (UInt128)(mostAddresses - found.Count))
        {
            report.Add(RowProblemKind.RangeTooLarge, (range.Span + 1).ToString(CultureInfo.InvariantCulture), mostAddresses.ToString(CultureInfo.InvariantCulture));
            return;
        }

        for (UInt128 i = 0; i <= range.Span; i++)
        {
            if (!Add(IpRange.Single(range.At(i)), null, found, report))
            {
                return;
            }
        }
    }

    private bool Add(IpRange range, ushort? port, List<ListedAddress> found, CellReport report)
    {
        if (AddressScopes.Of(range.First) != AddressScope.Public || (!range.First.IsIPv4 && (range.First.Upper >> 61) != 1))
        {
            report.Add(RowProblemKind.ImpossibleAddress, range.ToString(), Array.Find(Spaces, space => space.Range.Contains(range.First)).Name ?? "2000::/3");
            return false;
        }

        if (found.Count >= mostAddresses)
        {
            report.Add(RowProblemKind.RangeTooLarge, $"{found.Count + 1}", mostAddresses.ToString(CultureInfo.InvariantCulture));
            return false;
        }

        found.Add(new ListedAddress(range, port));
        return true;
    }

    private static bool TryReadEndpoint(string word, out IpAddress address, out ushort? port, CellReport report)
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

    private static bool TryReadAddress(string text, out IpAddress address, CellReport report)
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
                report.Add(text.AsSpan().ContainsAny('*', 'x', 'X') && LooksMasked().IsMatch(text) ? RowProblemKind.MaskedAddress : RowProblemKind.BadAddress, text);
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

    private enum QuadFault
    {
        None,
        NoQuad,
        TooLarge,
    }

    private static QuadFault TryReadQuad(string text, out IpAddress address, out bool hasLeadingZeros)
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
    private static int? MaskLength(string text)
    {
        if (!text.StartsWith("255.", StringComparison.Ordinal) || TryReadQuad(text, out var mask, out _) != QuadFault.None)
        {
            return null;
        }

        var ones = System.Numerics.BitOperations.LeadingZeroCount(~mask.IPv4Bits);
        return mask.IPv4Bits << ones == 0 || ones == 32 ? ones : null;
    }

    [GeneratedRegex(@"^\[?[0-9*xX]{1,9}(\.[0-9*xX]{1,9}){3}([:/~-].*)?$|^\[?(?=[^\s]*::|([0-9A-Fa-f]+:){7})[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){2,8}[^\s]*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex AddressLike();

    [GeneratedRegex(@"^\d{1,4}[-/年]\d{1,2}([-/月]\d{1,4}日?)?$|^\d{1,2}月\d{1,2}日?$|^\d{1,2}-[A-Za-z]{3}$|^[A-Za-z]{3}-\d{1,2}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex DateLike();

    [GeneratedRegex(@"^\d+(\.\d+)?([eE]\+?\d+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Number();

    // "IP:", "IP地址:" before, and what somebody added in brackets behind.
    [GeneratedRegex(@"(?<![0-9A-Za-z])(IP|ip|Ip)(v[46])?(地址)?\s*:\s*|\((?![.])[^()]*\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Label();

    [GeneratedRegex(@"[ \n]*(?<mark>[.:/~-])[ \n]*(?=[0-9*xX])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex AroundMarks();

    [GeneratedRegex(@"[、;\n|]|以及|和|及", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Separators();

    [GeneratedRegex(@"^\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex OneQuad();

    [GeneratedRegex(@"^[0-9*xX]+(\.[0-9*xX]+){3}$(?<=.*[*xX].*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Wildcard();

    [GeneratedRegex(@"^[0-9*xX]+(\.[0-9*xX]+)+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex LooksMasked();
}
