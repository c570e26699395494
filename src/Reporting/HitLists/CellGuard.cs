using System.Buffers;
using System.Globalization;
using System.Text;

namespace MinerFlow.Reporting.HitLists;

/// <summary>
/// Makes text from the wire safe to show: no character that steers a terminal or that XML cannot hold, and no cell that a
/// spreadsheet would run as a formula.
/// </summary>
public static class CellGuard
{
    /// <summary>Longest text a cell of a workbook holds (ECMA-376 does not say; Excel's limit is 32,767).</summary>
    public const int LongestCell = 32_767;

    private static readonly SearchValues<char> FormulaStarts = SearchValues.Create("=+-@\t\r＝＋－＠");

    /// <summary>Text for a cell: cleaned, and behind an apostrophe when a spreadsheet could take it for a formula. Numbers are never passed through here.</summary>
    public static string Cell(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var guarded = text.Length > 0 && FormulaStarts.Contains(text[0]) ? "'" + Printable(text) : Printable(text);
        if (guarded.Length <= LongestCell)
        {
            return guarded;
        }

        // Half a surrogate pair is no character of XML.
        var kept = char.IsHighSurrogate(guarded[LongestCell - 2]) ? LongestCell - 2 : LongestCell - 1;
        return string.Concat(guarded.AsSpan(0, kept), "…");
    }

    /// <summary>The text with control and format characters, and halves of surrogate pairs, replaced by U+FFFD; line breaks become spaces.</summary>
    public static string Printable(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsPrintable(rune) || rune == Rune.ReplacementChar)
            {
                return Clean(text);
            }
        }

        return text;
    }

    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(IsPrintable(rune) ? rune.ToString() : rune.Value is '\n' or '\r' or '\t' ? " " : "\uFFFD");
        }

        return clean.ToString();
    }

    /// <summary>U+202E and its kind (Cf) turn text round on the screen; U+FFFE and U+FFFF are no characters of XML 1.0.</summary>
    private static bool IsPrintable(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && rune.Value is not (0xFFFE or 0xFFFF);
}
