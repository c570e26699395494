using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake.Grids;
using MinerFlow.Reporting.Intake.Rules;

namespace MinerFlow.Reporting.Intake.Headers;

/// <summary>A header: where it ends, and what each column means.</summary>
/// <param name="Row">Index of its last row.</param>
/// <param name="Headers">Text of each column.</param>
/// <param name="Columns">Meaning of each column.</param>
internal sealed record FoundHeader(int Row, IReadOnlyList<string> Headers, IReadOnlyList<ListColumn> Columns)
{
    /// <summary>Different meanings that were recognised.</summary>
    public int Score { get; } = Columns.Where(column => column != ListColumn.Unknown).Distinct().Count();

    public bool HasAddress => Columns.Contains(ListColumn.Address);
}

/// <summary>Finds headers by the synonyms of the rules: of one row, or of two where the upper groups columns of the lower.</summary>
internal sealed class HeaderFinder(HeaderSynonyms synonyms)
{
    // Titles, letter heads and notes stand above the header, rarely more than a dozen rows.
    private const int SearchedRows = 15;

    // Fewer known headers than this are words that happen to stand in a cell.
    private const int LeastScore = 2;

    /// <summary>The header with most known columns among the first rows; null when there is none.</summary>
    public FoundHeader? FindFirst(ListSheet sheet)
    {
        FoundHeader? best = null;
        for (var row = 0; row < Math.Min(SearchedRows, sheet.Rows.Count); row++)
        {
            if (At(sheet, row) is { } header && header.Score > (best?.Score ?? 0))
            {
                best = header;
            }
        }

        return best;
    }

    /// <summary>The header of one or two rows that begins here; null when none does.</summary>
    public FoundHeader? At(ListSheet sheet, int row)
    {
        var upper = sheet.Rows[row];
        var one = IsMostlyHeader(upper) ? Single(row, upper) : null;
        var two = row + 1 < sheet.Rows.Count && !HasData(upper) && !HasData(sheet.Rows[row + 1]) ? Double(row, upper, sheet.Rows[row + 1]) : null;
        var better = two is not null && two.Score > (one?.Score ?? 1) ? two : one;
        return better is not null && (better.Score >= LeastScore || (better.HasAddress && upper.OwnCells == 1)) ? better : null;
    }

    private FoundHeader Single(int index, SheetRow row) =>
        new(index, [.. row.Cells.Select(cell => cell.Text)], [.. row.Cells.Select(cell => synonyms.Find(cell.Text))]);

    private FoundHeader Double(int index, SheetRow upper, SheetRow lower)
    {
        var width = Math.Max(upper.Cells.Length, lower.Cells.Length);
        var (headers, columns) = (new string[width], new ListColumn[width]);
        var group = "";
        for (var i = 0; i < width; i++)
        {
            var (above, below) = (upper[i].Text, lower[i].Text);

            // In text a merged cell is one that is empty behind its first.
            group = above.Length > 0 ? above : group;
            var isOne = below.Length == 0 || below == above;
            headers[i] = isOne ? above : above.Length == 0 ? below : $"{above} {below}";
            columns[i] = isOne ? synonyms.Find(above) : synonyms.FindFirst(group + below, below, below + group);
        }

        return new FoundHeader(index + 1, headers, columns);
    }

    /// <summary>Half of its cells are known: a row of data may hold such a word, but not many.</summary>
    private bool IsMostlyHeader(SheetRow row) =>
        2 * row.Cells.Count(cell => !cell.IsEmpty && !cell.IsMerged && synonyms.Find(cell.Text) != ListColumn.Unknown) >= row.OwnCells && row.OwnCells > 0;

    private static bool HasData(SheetRow row) => Array.Exists(row.Cells, cell => cell.Kind is CellKind.Number or CellKind.Date || cell.Text.Count(char.IsAsciiDigit) > 1);
}
