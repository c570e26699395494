using System.Globalization;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake.Grids;

namespace MinerFlow.Reporting.Intake.Cells;

/// <summary>An address of a cell, or a prefix that one subscriber has as a whole, with the port written beside it.</summary>
internal readonly record struct ListedAddress(IpRange Range, ushort? Port);

/// <summary>
/// Cells of addresses: one, several, with ports, ranges, prefixes and wildcards, in the forms people write them. What has two readings is read in neither.
/// </summary>
/// <param name="mostAddresses">That one cell may ask for.</param>
/// <param name="acceptsNumbers">A person has confirmed that numbers are addresses.</param>
/// <param name="acceptsWildcards">A person has confirmed that a wildcard means all of its addresses, and is no mask of the sender.</param>
internal sealed class AddressCell(int mostAddresses, bool acceptsNumbers, bool acceptsWildcards)
{
    // Shorter IPv6 prefixes are delegated to whole networks, not to a subscriber (RFC 6177).
    private const int ShortestSubscriberPrefix = 48;

    private static readonly (IpRange Range, string Name)[] Spaces =
    [
        .. new[] { "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "fe80::/10", "fc00::/7", "ff00::/8", "::/8" }
            .Select(text => (IpRange.TryParse(text, out var range) ? range : throw new FormatException(text), text)),
    ];

    /// <summary>Enough dots or colons for an address; whether it is one is another question.</summary>
    public static bool LooksLikeAddress(string plain) => AddressPatterns.AddressLike().IsMatch(plain);

    /// <summary>All addresses of the cell; what cannot be read is told in <paramref name="report"/>, the rest is still given.</summary>
    public List<ListedAddress> Read(ListCell cell, CellReport report)
    {
        var found = new List<ListedAddress>();
        var text = report.Clean();
        if (CellText.SaysNothing(text))
        {
            report.Add(RowProblemKind.NoAddress);
        }
        else if (cell.Kind == CellKind.Date || AddressPatterns.DateLike().IsMatch(text))
        {
            report.Add(RowProblemKind.DamagedAddress);
        }
        else if (AddressPatterns.Number().IsMatch(text))
        {
            ReadNumber(text, found, report);
        }
        else
        {
            var bare = AddressPieces.WithoutLabels(text);
            if (bare.Length != text.Length)
            {
                report.Add(RowProblemKind.RemarkRemoved, bare.Trim());
            }

            var pieces = AddressPieces.Of(bare).ToList();
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

    /// <summary>An address and what blanks set apart from it: a port, a mask, another address.</summary>
    private void ReadPiece(string piece, List<ListedAddress> found, CellReport report)
    {
        var words = piece.Split(' ', '\n', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            var next = i + 1 < words.Length ? words[i + 1] : "";
            if (OneAddress.MaskLength(next) is { } length && !words[i].Contains('/', StringComparison.Ordinal))
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
        else if (AddressPatterns.Wildcard().IsMatch(word))
        {
            ReadWildcard(word, found, report);
        }
        else if (OneAddress.TryReadEndpoint(word, out var address, out var port, report))
        {
            Add(IpRange.Single(address), port, found, report);
        }
    }

    private void ReadSlash(string left, string right, List<ListedAddress> found, CellReport report)
    {
        if (OneAddress.MaskLength(right) is { } mask)
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
        if (!OneAddress.TryReadAddress(text, out var address, report))
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
        if (!OneAddress.TryReadAddress(left, out var first, report))
        {
            return;
        }

        // The end may be written by its last part alone.
        var end = right.Length is > 0 and <= 3 && right.All(char.IsAsciiDigit) && first.IsIPv4 ? $"{left[..(left.LastIndexOf('.') + 1)]}{right}" : right;
        if (!OneAddress.TryReadAddress(end, out var last, report))
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
        if (!OneAddress.TryReadAddress(network + ".0", out var first, report))
        {
            return;
        }

        if (!acceptsWildcards)
        {
            report.Add(RowProblemKind.WildcardAddress, $"{network}.0/24");
        }
        else
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

        var readings = NumberAddress.Readings(text);
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
}
