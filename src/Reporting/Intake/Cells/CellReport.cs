using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake.Cells;

/// <summary>Where what is wrong with one cell is told.</summary>
/// <param name="Problems">Of the whole row.</param>
/// <param name="Table">Index of the table.</param>
/// <param name="Row">Counted from 1.</param>
/// <param name="Column">Counted from 1.</param>
/// <param name="Meaning">What the column means.</param>
/// <param name="Found">The cell as written.</param>
internal readonly record struct CellReport(List<RowProblem> Problems, int Table, int Row, int Column, ListColumn Meaning, string Found)
{
    public void Add(RowProblemKind kind, params string[] values) => Problems.Add(new RowProblem(Table, Row, Column, Meaning, kind, Found, values));

    /// <summary>The plain form of the cell; what had to be done for it is told.</summary>
    public string Clean()
    {
        var plain = CellText.Clean(Found, out var wasMapped, out var hadInvisible);
        if (wasMapped)
        {
            Add(RowProblemKind.PlainForm, plain);
        }

        if (hadInvisible)
        {
            Add(RowProblemKind.InvisibleCharacters, plain);
        }

        return plain;
    }
}
