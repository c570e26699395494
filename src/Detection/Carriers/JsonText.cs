using System.Globalization;
using System.Text;

namespace MinerFlow.Detection.Protocols;

/// <summary>Takes the escapes out of a JSON string (RFC 8259 section 7): of those few that are kept; names and numbers of dialects need none.</summary>
internal static class JsonText
{
    /// <summary>
    /// <c>\/</c> (as PHP and json-c write slashes), <c>\"</c>, <c>\\</c> and <c>\u77ff</c> (as Python writes what is not ASCII). Others, cut ones and
    /// halves of a character stay as they are.
    /// </summary>
    /// <returns>Bytes written to <paramref name="plain"/>, which is at least as long as the text.</returns>
    public static int Unescape(ReadOnlySpan<byte> text, Span<byte> plain)
    {
        var length = 0;
        while (!text.IsEmpty)
        {
            if (TryReadRune(text, out var rune, out var used))
            {
                length += rune.EncodeToUtf8(plain[length..]);
                text = text[used..];
                continue;
            }

            text = text is [(byte)'\\', (byte)'/' or (byte)'"' or (byte)'\\', ..] ? text[1..] : text;
            plain[length++] = text[0];
            text = text[1..];
        }

        return length;
    }

    /// <summary>One <c>\u</c>, or two that are the halves of one character.</summary>
    private static bool TryReadRune(ReadOnlySpan<byte> text, out Rune rune, out int used)
    {
        const int length = 6;
        used = length;
        if (!TryReadUnit(text, out var first))
        {
            rune = default;
            return false;
        }

        if (Rune.TryCreate(first, out rune))
        {
            return true;
        }

        used = 2 * length;
        return TryReadUnit(text[length..], out var second) && Rune.TryCreate(first, second, out rune);
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> text, out char unit)
    {
        unit = default;
        if (text is not [(byte)'\\', (byte)'u', _, _, _, _, ..] || !ushort.TryParse(text.Slice(2, 4), NumberStyles.AllowHexSpecifier, null, out var value))
        {
            return false;
        }

        unit = (char)value;
        return true;
    }
}
