using System.Text;

namespace MinerFlow.Reporting.Workbooks;

/// <summary>Height of a row whose texts are wrapped: not every program finds it by itself when it opens a workbook.</summary>
internal static class RowHeight
{
    /// <summary>Of one line of 10 points, in points.</summary>
    private const double Line = 13.5;

    private const double Most = 409;

    /// <param name="texts">Texts of the cells; null where there is none.</param>
    /// <param name="widths">Widths of their columns, in characters of the default font.</param>
    /// <returns>Points; at most 409, the limit of Excel.</returns>
    public static double Of(IEnumerable<string?> texts, IReadOnlyList<double> widths)
    {
        var lines = 1d;
        var column = 0;
        foreach (var text in texts)
        {
            // A cell has a margin of about one character.
            lines = Math.Max(lines, Math.Ceiling(WidthOf(text) / Math.Max(1, widths[column++] - 1)));
        }

        return Math.Min(Most, (lines * Line) + 1);
    }

    /// <summary>Columns of a fixed font that a text takes: Chinese characters and full-width forms take two.</summary>
    public static double WidthOf(string? text)
    {
        var width = 0;
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            width += IsWide(rune) ? 2 : 1;
        }

        return width;
    }

    /// <summary>The blocks of UAX #11 (East Asian Width) that forms have: CJK, its punctuation, full-width forms.</summary>
    private static bool IsWide(Rune rune) => rune.Value is (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE4F)
        or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x20000 and <= 0x3FFFD) or 0x201C or 0x201D;
}
