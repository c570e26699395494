using System.Globalization;

namespace MinerFlow.Reporting.Intake.Grids;

internal enum CellKind : byte
{
    Empty,
    Text,

    /// <summary>A number that its format does not make a date.</summary>
    Number,

    /// <summary>A date or time; the text is as exact as the format shows it.</summary>
    Date,

    /// <summary>An error value such as <c>#N/A</c>, or a formula that no program has computed.</summary>
    NoValue,
}

/// <summary>One cell. Whatever the format of the file, the text is what a CSV file of the same table would say.</summary>
/// <param name="Kind">What the file says it is; text files only have text.</param>
/// <param name="Text">As shown, or the stored value of a formula.</param>
/// <param name="IsMerged">The value stands in another cell of the same merged range.</param>
internal readonly record struct ListCell(CellKind Kind, string Text, bool IsMerged = false)
{
    public static readonly ListCell Empty = new(CellKind.Empty, "");

    private static readonly DateTime FirstDay = new(1900, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    private static readonly DateTime FirstDayOf1904 = new(1904, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    public bool IsEmpty => Kind == CellKind.Empty;

    public static ListCell OfText(string? text) => string.IsNullOrWhiteSpace(text) ? Empty : new ListCell(CellKind.Text, text);

    /// <summary>The digits that tell this number from every other, never an exponent where the whole number fits.</summary>
    public static ListCell OfNumber(double number) =>
        new(CellKind.Number, Math.Abs(number) < 1e15 ? ((decimal)number).ToString("0.############", CultureInfo.InvariantCulture) : number.ToString("R", CultureInfo.InvariantCulture));

    /// <param name="moment">Value of the cell.</param>
    /// <param name="format">Number format; only whether it shows a time and seconds matters.</param>
    public static ListCell OfDate(DateTime moment, string format)
    {
        // A serial number holds a time of day to about a hundredth of a millisecond: what is nearest was meant.
        var seconds = Math.Min(moment.Ticks + (TimeSpan.TicksPerSecond / 2), DateTime.MaxValue.Ticks) / TimeSpan.TicksPerSecond;
        var rounded = new DateTime(seconds * TimeSpan.TicksPerSecond, DateTimeKind.Unspecified);
        var shown = format.ToLowerInvariant();
        var hasTime = shown.Contains('h', StringComparison.Ordinal);
        if (rounded < FirstDay || rounded.Date == FirstDayOf1904)
        {
            // A number below one is a time of day.
            return new ListCell(CellKind.Date, rounded.ToString("HH:mm:ss", CultureInfo.InvariantCulture));
        }

        var pattern = rounded.Second != 0 || (hasTime && shown.Contains('s', StringComparison.Ordinal)) ? "yyyy-MM-dd HH:mm:ss"
            : hasTime || rounded.TimeOfDay != TimeSpan.Zero ? "yyyy-MM-dd HH:mm" : "yyyy-MM-dd";
        return new ListCell(CellKind.Date, rounded.ToString(pattern, CultureInfo.InvariantCulture));
    }
}
