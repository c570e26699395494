using System.Text;

namespace MinerFlow.Reporting.Intake.Cells;

/// <summary>
/// Takes off a cell what typing and copying leave behind. Written out here because the product runs with invariant globalization,
/// in which the framework's compatibility normalization (Unicode Standard Annex 15) does nothing.
/// </summary>
internal static class CellText
{
    private static readonly HashSet<string> Nothing = new(StringComparer.OrdinalIgnoreCase)
    {
        "", "-", "--", "---", "/", "\\", ".", "无", "未知", "不详", "不明", "暂无", "空", "缺", "待查", "none", "null", "nil", "n/a", "na", "unknown", "nan", "?", "*",
    };

    /// <summary>Full-width forms, Chinese punctuation and dashes as their ASCII twins, invisible characters gone, trimmed.</summary>
    public static string Plain(string text) => Clean(text, out _, out _);

    /// <summary>As <see cref="Plain"/>, saying what was done.</summary>
    /// <param name="text">Cell as written.</param>
    /// <param name="wasMapped">Some character was another form of an ASCII one.</param>
    /// <param name="hadInvisible">Some character does not show.</param>
    public static string Clean(string text, out bool wasMapped, out bool hadInvisible)
    {
        (wasMapped, hadInvisible) = (false, false);
        if (IsPlain(text))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        foreach (var character in Unwrap(text, ref wasMapped))
        {
            if (IsInvisible(character))
            {
                hadInvisible = true;
                continue;
            }

            var twin = Twin(character);
            hadInvisible |= character == '\u00A0';
            wasMapped |= twin != character && twin != ' ';
            plain.Append(twin);
        }

        var trimmed = plain.ToString().Trim();
        if (trimmed is ['\'', _, ..])
        {
            // Excel's mark for "this is text", which some exports write out.
            hadInvisible = true;
            trimmed = trimmed[1..].TrimStart();
        }

        return trimmed;
    }

    /// <summary>A dash, a stroke, "unknown": somebody filled the cell with nothing.</summary>
    public static bool SaysNothing(string plain) => Nothing.Contains(plain);

    private static bool IsPlain(string text) =>
        text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 && text.Length > 0 && text[0] is not ('\'' or '=');

    // The form ="..." keeps Excel from making a number of it.
    private static string Unwrap(string text, ref bool wasMapped)
    {
        var trimmed = text.Trim();
        if (trimmed.Length < 4 || !trimmed.StartsWith("=\"", StringComparison.Ordinal) || !trimmed.EndsWith('"'))
        {
            return text;
        }

        wasMapped = true;
        return trimmed[2..^1];
    }

    private static bool IsInvisible(char character) => character switch
    {
        '\u00AD' or '\u034F' or '\u061C' or '\u180E' or '\uFEFF' or (>= '\u200B' and <= '\u200F') or (>= '\u202A' and <= '\u202E') or (>= '\u2060' and <= '\u2064') => true,
        '\t' or '\n' or '\r' => false,
        _ => char.IsControl(character),
    };

    private static char Twin(char character) => character switch
    {
        '\u00A0' or '\u3000' or (>= '\u2000' and <= '\u200A') or '\t' => ' ',
        '\r' => '\n',
        '。' or '｡' or '·' or '•' or '・' => '.',
        '‐' or '‑' or '‒' or '–' or '—' or '―' or '−' or '─' or '﹣' => '-',
        '〜' or '∼' or '～' => '~',
        '“' or '”' or '„' or '〝' or '〞' => '"',
        '‘' or '’' => '\'',
        '【' or '〔' => '[',
        '】' or '〕' => ']',
        '：' or '︰' or '﹕' or '∶' => ':',
        >= '！' and <= '～' => (char)(character - 0xFEE0),
        _ => character,
    };
}
