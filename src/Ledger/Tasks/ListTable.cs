namespace MinerFlow.Ledger.Tasks;

/// <summary>One table: a sheet, a part of one below a header of its own, a CSV file or pasted lines.</summary>
/// <param name="Part">File inside an archive, else empty.</param>
/// <param name="Sheet">Name of the sheet, empty for text.</param>
/// <param name="IsHidden">The sheet does not show when the workbook is opened.</param>
/// <param name="HeaderRow">Last row of the header, counted from 1; 0 when the table has none.</param>
/// <param name="Headers">Header of each column from the first, as written; two-row headers joined by a space.</param>
/// <param name="Columns">What each column means.</param>
public sealed record ListTable(string Part, string Sheet, bool IsHidden, int HeaderRow, IReadOnlyList<string> Headers, IReadOnlyList<ListColumn> Columns)
{
    /// <summary>Where the table is, for messages: <c>part/sheet</c>, as far as there are any.</summary>
    public string Place => Part.Length > 0 && Sheet.Length > 0 ? $"{Part}/{Sheet}" : Part + Sheet;
}
