using System.Text.Unicode;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>
/// Takes the dirt out of a line that relays and editors put in: dashes of other widths, blanks that are none, control characters, rsyslog's
/// <c>#012</c>. Clean lines are not copied.
/// </summary>
internal static class LineCleaner
{
    /// <summary>The cleaned line: <paramref name="line"/> itself, or a part of <paramref name="buffer"/>, which must be as long as the line.</summary>
    public static ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> line, Span<byte> buffer)
    {
        if (!line.ContainsAnyExceptInRange((byte)' ', (byte)'~') && !line.Contains((byte)'#'))
        {
            return line;
        }

        var isUtf8 = Utf8.IsValid(line);
        var length = 0;
        for (var i = 0; i < line.Length;)
        {
            var (used, written) = Next(line[i..], isUtf8);
            if (written != 0)
            {
                buffer[length++] = written;
            }

            i += used;
        }

        return buffer[..length];
    }

    /// <summary>How many bytes the next character takes and what is written for it, 0 for nothing.</summary>
    private static (int Used, byte Written) Next(ReadOnlySpan<byte> rest, bool isUtf8)
    {
        var c = rest[0];
        if (c == '#' && rest.Length >= 4 && IsOctal(rest[1]) && IsOctal(rest[2]) && IsOctal(rest[3]) && rest[1] <= '3')
        {
            // rsyslog writes control characters as # and three octal digits.
            return (4, (byte)' ');
        }

        if (c < 0x80)
        {
            return (1, c is < 0x20 or 0x7F ? (byte)' ' : c);
        }

        return isUtf8 ? NextOfUtf8(rest) : NextOfOther(rest);
    }

    private static (int Used, byte Written) NextOfUtf8(ReadOnlySpan<byte> rest) => rest switch
    {
        // U+2010 to U+2015, U+2212, U+FF0D: hyphens and dashes.
        [0xE2, 0x80, >= 0x90 and <= 0x95, ..] or [0xE2, 0x88, 0x92, ..] or [0xEF, 0xBC, 0x8D, ..] => (3, (byte)'-'),
        // U+2000 to U+200A, U+202F, U+3000, U+00A0: blanks.
        [0xE2, 0x80, >= 0x80 and <= 0x8A, ..] or [0xE2, 0x80, 0xAF, ..] or [0xE3, 0x80, 0x80, ..] => (3, (byte)' '),
        [0xC2, 0xA0, ..] => (2, (byte)' '),
        // U+200B to U+200F, U+FEFF: nothing to see.
        [0xE2, 0x80, >= 0x8B and <= 0x8F, ..] or [0xEF, 0xBB, 0xBF, ..] => (3, 0),
        // U+FF1A: full-width colon.
        [0xEF, 0xBC, 0x9A, ..] => (3, (byte)':'),
        _ => (1, rest[0]),
    };

    private static (int Used, byte Written) NextOfOther(ReadOnlySpan<byte> rest) => rest switch
    {
        // GB18030: em dash, en dash, full-width hyphen, full-width blank, full-width colon.
        [0xA1, 0xAA, ..] or [0xA8, 0x43, ..] or [0xA3, 0xAD, ..] => (2, (byte)'-'),
        [0xA1, 0xA1, ..] => (2, (byte)' '),
        [0xA3, 0xBA, ..] => (2, (byte)':'),
        // Windows-1252: dashes and the no-break blank, each alone among blanks.
        [0x96 or 0x97, (byte)' ', ..] => (1, (byte)'-'),
        [0xA0, (byte)' ', ..] => (1, (byte)' '),
        _ => (1, rest[0]),
    };

    private static bool IsOctal(byte c) => c is >= (byte)'0' and <= (byte)'7';
}
