using System.Text;
using MinerFlow.Reporting.Workbooks;

namespace MinerFlow.Reporting.Forms;

/// <summary>How wide texts of a letter are, in half Chinese characters.</summary>
internal static class LetterText
{
    /// <summary>Latin letters of the fonts that free systems put in place of Times New Roman are wider than half a Chinese character.</summary>
    private const double WiderLatin = 0.35;

    /// <summary>Marks that no line begins with, and that none ends with (GB/T 15834-2011, 5.1).</summary>
    private const string Closing = "、,;:)。，；：）％%";

    private const string Opening = "(（";

    /// <summary>In one line.</summary>
    public static double WidthOf(string text) => RowHeight.WidthOf(text) + (WiderLatin * text.Count(char.IsAscii));

    /// <summary>How narrow a column may be for its heading to stand in two lines.</summary>
    public static double WidthInTwoLines(string heading)
    {
        var narrowest = WidthOf(heading);
        var at = 0;
        foreach (var rune in heading.EnumerateRunes())
        {
            if (at > 0 && MayBreak(heading, at, rune))
            {
                narrowest = Math.Min(narrowest, Math.Max(WidthOf(heading[..at]), WidthOf(heading[at..])));
            }

            at += rune.Utf16SequenceLength;
        }

        return narrowest;
    }

    /// <summary>Whether a line may end before a character.</summary>
    private static bool MayBreak(string heading, int at, Rune next) =>
        !Opening.Contains(heading[at - 1], StringComparison.Ordinal)
        && !(next.IsBmp && Closing.Contains((char)next.Value, StringComparison.Ordinal))
        && !(char.IsAsciiLetterOrDigit(heading[at - 1]) && next.IsAscii && Rune.IsLetterOrDigit(next));
}
