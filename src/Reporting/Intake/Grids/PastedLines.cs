using System.Text.RegularExpressions;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake.Cells;

namespace MinerFlow.Reporting.Intake.Grids;

/// <summary>Lines out of a mail or a chat: words set apart by blanks or by whatever mark the writer liked.</summary>
internal static partial class PastedLines
{
    /// <summary>Where <see cref="Read"/> puts what it finds.</summary>
    public static readonly IReadOnlyList<ListColumn> Columns = [ListColumn.Address, ListColumn.SourcePort, ListColumn.Protocol, ListColumn.SeenAt, ListColumn.Remark];

    private static readonly char[] Marks = [' ', '\t', '\u00A0', '\u3000', ',', ';', '、', '，', '；', '|', '"'];

    private static readonly char[] Blanks = [' ', '\t', '\u00A0', '\u3000'];

    /// <summary>
    /// Addresses, the number behind one as its port, dates and clocks; what else there is becomes the remark. A line that names several addresses and a port or time
    /// has two readings, several to verify or one and its pool, and is broken.
    /// </summary>
    public static IReadOnlyList<SheetRow> Read(string text) => [.. Lines(text).Select(line => Sort(line.Number, Words(line.Text, Marks)))];

    /// <summary>As <see cref="Read"/>, for the rows of a sheet that has no header; null when no cell looks like an address.</summary>
    public static ListSheet? OfSheet(ListSheet sheet) =>
        !sheet.Rows.Any(row => row.Cells.Any(cell => AddressCell.LooksLikeAddress(CellText.Plain(cell.Text)))) ? null
        : sheet with { IsPasted = true, Rows = [.. sheet.Rows.Select(row => Sort(row.Number, [.. row.Cells.SelectMany(cell => Words(cell.Text, Marks))]) with { IsHidden = row.IsHidden })] };

    /// <summary>Words as cells, for text whose columns are set apart by blanks; the parts of a time stay together.</summary>
    public static IReadOnlyList<SheetRow> ReadWords(string text) =>
        [.. Lines(text).Select(line => new SheetRow(line.Number, [.. JoinTimes(Words(line.Text, Blanks)).Select(ListCell.OfText)]))];

    private static IEnumerable<(int Number, string Text)> Lines(string text)
    {
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return (number, line.TrimEnd('\r'));
            }
        }
    }

    private static List<string> Words(string line, char[] marks) => [.. line.Split(marks, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static List<string> JoinTimes(List<string> words)
    {
        var joined = new List<string>();
        var isTime = false;
        foreach (var word in words)
        {
            var isClock = Clock().IsMatch(CellText.Plain(word));
            if (isClock && isTime)
            {
                joined[^1] += " " + word;
            }
            else
            {
                joined.Add(word);
                isTime = Date().IsMatch(CellText.Plain(word));
            }
        }

        return joined;
    }

    private static SheetRow Sort(int number, List<string> words)
    {
        var addresses = new List<string>();
        var times = new List<string>();
        var rest = new List<string>();
        var (port, protocol) = ("", "");
        for (var i = 0; i < words.Count; i++)
        {
            var word = CellText.Plain(words[i]);
            if (AddressCell.LooksLikeAddress(word))
            {
                var joins = i + 2 < words.Count && words[i + 1] is "-" or "~" or "–" or "—" or "至" or "到" && AddressCell.LooksLikeAddress(CellText.Plain(words[i + 2]));
                addresses.Add(joins ? $"{words[i]}-{words[i + 2]}" : words[i]);
                i += joins ? 2 : 0;
            }
            else if (port.Length == 0 && addresses.Count > 0 && rest.Count == 0 && times.Count == 0 && word.Length <= 5 && word.All(char.IsAsciiDigit))
            {
                port = word;
            }
            else if (word.ToUpperInvariant() is "TCP" or "UDP")
            {
                protocol = word;
            }
            else if (times.Count > 0 && Clock().IsMatch(word))
            {
                times[^1] += " " + words[i];
            }
            else if (Date().IsMatch(word) || Clock().IsMatch(word))
            {
                times.Add(words[i]);
            }
            else if (word.Length > 0 && word is not ("-" or "~" or "至" or "到"))
            {
                rest.Add(words[i]);
            }
        }

        var isBroken = addresses.Count > 1 && (port.Length > 0 || times.Count > 0);
        string[] cells = isBroken
            ? [string.Join(' ', words)]
            : [string.Join('、', addresses), port, protocol, string.Join('至', times), string.Join(' ', rest)];
        return new SheetRow(number, Array.ConvertAll(cells, ListCell.OfText)) { IsBroken = isBroken };
    }

    [GeneratedRegex(@"^(\d{2,4}[-/.]\d{1,2}[-/.]\d{1,2}(T.*)?|(\d{4}年)?\d{1,2}月\d{1,2}[日号].*|(19|20)\d{6}(\d{6})?)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Date();

    [GeneratedRegex(@"^((上午|下午|凌晨|晚上|AM|PM)?\d{1,2}(:\d{2}){1,2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})?(AM|PM)?|\d{1,2}[时点](\d{1,2}分?)?(\d{1,2}秒)?|上午|下午|凌晨|晚上|AM|PM|[+-]\d{2}:\d{2}|UTC([+-]\d+)?)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1_000)]
    private static partial Regex Clock();
}
