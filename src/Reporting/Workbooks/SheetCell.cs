using MinerFlow.Reporting.HitLists;

namespace MinerFlow.Reporting.Workbooks;

/// <summary>One cell of a sheet or of a CSV table: a real number, or text that a spreadsheet must leave as it is.</summary>
internal readonly record struct SheetCell(string? Text, double? Number)
{
    public static readonly SheetCell Empty;

    public static SheetCell Of(string? text) => new(string.IsNullOrEmpty(text) ? null : CellGuard.Cell(text), null);

    /// <summary>A number that may be unknown; what is not finite is not said.</summary>
    public static SheetCell Of(double? number) => number is { } value && double.IsFinite(value) ? new(null, value) : Empty;

    public static SheetCell Of(long number) => new(null, number);
}
