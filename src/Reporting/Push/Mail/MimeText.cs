using System.Text;

namespace MinerFlow.Reporting.Push.Mail;

/// <summary>Text beyond ASCII in header fields.</summary>
internal static class MimeText
{
    /// <summary>Bytes of UTF-8 in one encoded word: with its frame it stays below the 75 characters of RFC 2047, section 2.</summary>
    private const int BytesInWord = 42;

    private const int ValueInPiece = 60;

    /// <summary>A text as encoded words (RFC 2047), one a line, none of which cuts a character; as it is when it needs none.</summary>
    public static string Words(string text) => IsPlain(text)
        ? text
        : string.Join("\r\n ", Pieces(text, BytesInWord, rune => rune.Utf8SequenceLength).Select(piece => $"=?UTF-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(piece))}?="));

    /// <summary>
    /// Parameters that name a file: <c>name*0*=UTF-8''%E9…</c> (RFC 2231, in pieces where it is long), each on a line of its own.
    /// </summary>
    public static IEnumerable<string> Parameter(string name, string value)
    {
        if (IsPlain(value) && value.Length <= ValueInPiece)
        {
            return [$"{name}=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""];
        }

        var pieces = Pieces(value, ValueInPiece, rune => Percent(rune).Length).Select(piece => string.Concat(piece.EnumerateRunes().Select(Percent))).ToList();
        return pieces.Count == 1 ? [$"{name}*=UTF-8''{pieces[0]}"] : pieces.Select((piece, index) => $"{name}*{index}*={(index == 0 ? "UTF-8''" : "")}{piece}");
    }

    /// <summary>The same for programs that know no RFC 2231: encoded words where RFC 2047, section 5 does not foresee them, and where everybody reads them.</summary>
    public static string OldParameter(string name, string value) => IsPlain(value) ? Parameter(name, value).First() : $"{name}=\"{Words(value)}\"";

    private static bool IsPlain(string text) => text.All(character => character is >= ' ' and <= '~') && !text.Contains("=?", StringComparison.Ordinal);

    private static string Percent(Rune rune)
    {
        if (rune.IsAscii && (Rune.IsLetterOrDigit(rune) || rune.Value is '-' or '.' or '_' or '~'))
        {
            return rune.ToString();
        }

        Span<byte> bytes = stackalloc byte[4];
        var text = new StringBuilder();
        foreach (var octet in bytes[..rune.EncodeToUtf8(bytes)])
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return text.ToString();
    }

    private static IEnumerable<string> Pieces(string text, int most, Func<Rune, int> length)
    {
        var piece = new StringBuilder();
        var used = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (used + length(rune) > most)
            {
                yield return piece.ToString();
                piece.Clear();
                used = 0;
            }

            piece.Append(rune.ToString());
            used += length(rune);
        }

        yield return piece.ToString();
    }
}
