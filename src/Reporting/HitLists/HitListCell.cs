namespace MinerFlow.Reporting.HitLists;

/// <summary>One cell of a hit list: a real number, or text that a spreadsheet must leave as it is.</summary>
internal readonly record struct HitListCell(string? Text, double? Number)
{
    public static readonly HitListCell Empty;

    public static HitListCell Of(string? text) => new(string.IsNullOrEmpty(text) ? null : CellGuard.Cell(text), null);

    /// <summary>A number that may be unknown; what is not finite is not said.</summary>
    public static HitListCell Of(double? number) => number is { } value && double.IsFinite(value) ? new(null, value) : Empty;

    public static HitListCell Of(long number) => new(null, number);
}
