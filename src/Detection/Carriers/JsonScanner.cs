using System.Buffers;
using System.Runtime.CompilerServices;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Steps over JSON text (RFC 8259) without decoding it. Every method takes a position inside the bytes and answers with the
/// position behind what it stepped over, or with <see cref="Invalid"/> or <see cref="Cut"/>.
/// </summary>
/// <remarks>
/// Brackets are matched and strings are ended exactly; what stands between the brackets of a nested value is not checked
/// further, since a dialect looks at the few elements it needs anyway. Time is linear in the bytes, depth is bounded.
/// </remarks>
internal static class JsonScanner
{
    /// <summary>The bytes are not JSON.</summary>
    public const int Invalid = -1;

    /// <summary>The bytes end before the value does.</summary>
    public const int Cut = -2;

    /// <summary>Nesting below the outermost value. 64: one bit of a word each; the deepest legal message of any dialect nests 5.</summary>
    private const int MaximumDepth = 64;

    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"[]{}"u8);

    // Pools and miners hardly ever write any: the first look is the last.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SkipWhite(ReadOnlySpan<byte> text, int position) =>
        (uint)position < (uint)text.Length && text[position] > (byte)' ' ? position : SkipWhiteThere(text, position);

    private static int SkipWhiteThere(ReadOnlySpan<byte> text, int position)
    {
        while ((uint)position < (uint)text.Length && text[position] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            position++;
        }

        return position;
    }

    /// <summary>From behind the opening quote to behind the closing one. A line feed inside is a line cut by its sender, not a string.</summary>
    public static int SkipString(ReadOnlySpan<byte> text, int position)
    {
        while ((uint)position < (uint)text.Length)
        {
            var rest = text[position..];
            var stop = rest.IndexOfAny((byte)'"', (byte)'\\', (byte)'\n');
            if (stop < 0)
            {
                return Cut;
            }

            if (rest[stop] == (byte)'"')
            {
                return position + stop + 1;
            }

            if (rest[stop] == (byte)'\n')
            {
                return Invalid;
            }

            position += stop + 2;
        }

        return Cut;
    }

    /// <summary>Any value, from its first byte to behind its last.</summary>
    public static int SkipValue(ReadOnlySpan<byte> text, int position, out JsonKind kind)
    {
        kind = JsonKind.Missing;
        if ((uint)position >= (uint)text.Length)
        {
            return Cut;
        }

        switch (text[position])
        {
            case (byte)'"':
                kind = JsonKind.String;
                return SkipString(text, position + 1);
            case (byte)'[':
                kind = JsonKind.Array;
                return SkipNested(text, position);
            case (byte)'{':
                kind = JsonKind.Object;
                return SkipNested(text, position);
            case (byte)'n':
                kind = JsonKind.Null;
                return SkipLiteral(text, position, "null"u8);
            case (byte)'t':
                kind = JsonKind.True;
                return SkipLiteral(text, position, "true"u8);
            case (byte)'f':
                kind = JsonKind.False;
                return SkipLiteral(text, position, "false"u8);
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                kind = JsonKind.Number;
                return SkipNumber(text, position + 1);
            default:
                return Invalid;
        }
    }

    private static int SkipNested(ReadOnlySpan<byte> text, int position)
    {
        var depth = 0;
        ulong objects = 0;
        while (true)
        {
            var stop = text[position..].IndexOfAny(Structure);
            if (stop < 0)
            {
                return Cut;
            }

            position += stop;
            var found = text[position++];
            if (found == (byte)'"')
            {
                position = SkipString(text, position);
                if (position < 0)
                {
                    return position;
                }
            }
            else if (found is (byte)'[' or (byte)'{')
            {
                if (depth++ == MaximumDepth)
                {
                    return Invalid;
                }

                objects = (objects << 1) | (found == (byte)'{' ? 1u : 0u);
            }
            else
            {
                if ((objects & 1) != (found == (byte)'}' ? 1u : 0u))
                {
                    return Invalid;
                }

                objects >>= 1;
                if (--depth == 0)
                {
                    return position;
                }
            }
        }
    }

    private static int SkipLiteral(ReadOnlySpan<byte> text, int position, ReadOnlySpan<byte> literal)
    {
        var rest = text[position..];
        if (rest.StartsWith(literal))
        {
            return position + literal.Length;
        }

        return literal.StartsWith(rest) ? Cut : Invalid;
    }

    private static int SkipNumber(ReadOnlySpan<byte> text, int position)
    {
        while ((uint)position < (uint)text.Length)
        {
            if (text[position] is not ((>= (byte)'0' and <= (byte)'9') or (byte)'.' or (byte)'e' or (byte)'E' or (byte)'+' or (byte)'-'))
            {
                return position;
            }

            position++;
        }

        return Cut;
    }
}
