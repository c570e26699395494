using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake.Grids;

/// <summary>A grid of cells, whatever file it came from.</summary>
/// <param name="Part">File inside an archive, else empty.</param>
/// <param name="Name">Of the sheet; empty for text.</param>
internal sealed record ListSheet(string Part, string Name)
{
    public bool IsHidden { get; init; }

    /// <summary>Which day the number 1 is (ECMA-376 part 1, 18.17.4.1); null when the file does not say.</summary>
    public bool? CountsFrom1904 { get; init; }

    /// <summary>Pasted lines: no header, and cells already stand in <see cref="PastedLines.Columns"/>.</summary>
    public bool IsPasted { get; init; }

    /// <summary>Text: a row with more fields than the header was cut in the wrong places.</summary>
    public bool IsText { get; init; }

    /// <summary>Columns are set apart by blanks: a row with fewer fields than the header leaves open which are missing.</summary>
    public bool FieldsAreWords { get; init; }

    /// <summary>What the same text also may be; made when no header is found here.</summary>
    public Func<ListSheet>? OtherReading { get; init; }

    /// <summary>Rows that are not empty.</summary>
    public required IReadOnlyList<SheetRow> Rows { get; init; }

    /// <summary>Columns that do not show, counted from 0.</summary>
    public IReadOnlySet<int> HiddenColumns { get; init; } = new HashSet<int>();
}

/// <summary>A row of a grid.</summary>
/// <param name="Number">Row of the sheet or line of the text, counted from 1.</param>
/// <param name="Cells">From the first column to the last one that is not empty.</param>
internal sealed record SheetRow(int Number, ListCell[] Cells)
{
    public bool IsHidden { get; init; }

    /// <summary>The row could not be cut into cells.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Cells of their own, without those that a merged range fills.</summary>
    public int OwnCells => Cells.Count(cell => !cell.IsEmpty && !cell.IsMerged);

    public ListCell this[int column] => column >= 0 && column < Cells.Length ? Cells[column] : ListCell.Empty;
}

/// <summary>What a file holds.</summary>
internal sealed class ListContent
{
    public List<ListSheet> Sheets { get; } = [];

    /// <summary>What is wrong with the file or its parts.</summary>
    public List<RowProblem> Problems { get; } = [];

    public void Report(RowProblemKind kind, string part, params string[] values) => Problems.Add(new RowProblem(-1, 0, 0, ListColumn.Unknown, kind, part, values));
}
