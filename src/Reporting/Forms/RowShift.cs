using System.Globalization;
using System.Text.RegularExpressions;

namespace MinerFlow.Reporting.Forms;

/// <summary>Where the rows of a template go when some of them are repeated.</summary>
/// <param name="repeated">Row and how often it stands in the result, at least once; in the order of rows.</param>
internal sealed partial class RowShift(IReadOnlyList<(int Row, int Times)> repeated)
{
    /// <summary>Where a row begins in the result.</summary>
    public int First(int row) => row + repeated.Where(pair => pair.Row < row).Sum(pair => pair.Times - 1);

    /// <summary>Where it ends: for a repeated row, its last repetition.</summary>
    public int Last(int row) => First(row) + repeated.Where(pair => pair.Row == row).Sum(pair => pair.Times - 1);

    /// <summary>A range or several, as the result has them: one that holds a repeated row grows with it.</summary>
    public string Ranges(string ranges) => string.Join(' ', ranges.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(range => Formula(range, ownRow: 0, newRow: 0)));

    /// <summary>A formula with its references moved. A reference to the row it stands in stays in that row.</summary>
    /// <param name="formula">As the template has it.</param>
    /// <param name="ownRow">Row of the template in which it stands.</param>
    /// <param name="newRow">Row of the result in which it stands.</param>
    public string Formula(string formula, int ownRow, int newRow) => Reference().Replace(formula, match =>
    {
        if (match.Groups["text"].Success)
        {
            return match.Value;
        }

        var first = Row(match.Groups["row"].Value);
        var range = match.Groups["toRow"].Success;
        var last = range ? Row(match.Groups["toRow"].Value) : first;
        var from = first == ownRow ? newRow : First(first);
        var to = last == ownRow ? newRow : Last(last);
        return range
            ? string.Create(CultureInfo.InvariantCulture, $"{match.Groups["column"].Value}{from}:{match.Groups["toColumn"].Value}{to}")
            : string.Create(CultureInfo.InvariantCulture, $"{match.Groups["column"].Value}{from}");
    });

    private static int Row(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>A reference such as <c>$B$7</c> or <c>B7:C9</c>, or a quoted text or sheet name, which is none; not a part of a word or the name of a function.</summary>
    [GeneratedRegex("""(?<text>"[^"]*"|'[^']*'!?)|(?<![A-Za-z0-9_.])(?<column>\$?[A-Z]{1,3}\$?)(?<row>[1-9][0-9]{0,6})(?::(?<toColumn>\$?[A-Z]{1,3}\$?)(?<toRow>[1-9][0-9]{0,6}))?(?![A-Za-z0-9_(])""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Reference();
}
