using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment;

/// <summary>
/// Cuts delimited text (RFC 4180, with any separator) into records. Written here and not taken from a package because every problem must name line and column,
/// and a quote that is never closed must cost its own line only, not the rest of the file.
/// </summary>
public static class CsvRecords
{
    // A quoted field may hold line breaks (postal addresses do); a quote still open after this many lines is a stray one.
    private const int MaxLinesPerRecord = 16;

    /// <summary>Records that are not empty, in their order. One that is broken has the fields before the fault, and its line alone is lost.</summary>
    public static IEnumerable<CsvRow> Read(string text, char separator)
    {
        ArgumentNullException.ThrowIfNull(text);
        var fields = new List<string>();
        var columns = new List<int>();
        var position = 0;
        for (var line = 1; position < text.Length;)
        {
            fields.Clear();
            columns.Clear();
            var end = position;
            var lines = 1;
            var isBroken = !TryReadRecord(text, separator, ref end, ref lines, fields, columns);
            if (isBroken)
            {
                end = LineEnd(text, position);
                lines = 1;
            }

            if (isBroken || fields.Exists(field => field.AsSpan().ContainsAnyExcept(' ', '\t')))
            {
                yield return new CsvRow(line, [.. fields], [.. columns], text.AsMemory(position, end - position).TrimEnd("\r\n")) { IsBroken = isBroken };
            }

            position = SkipLineEnd(text, end);
            line += lines;
        }
    }

    private static bool TryReadRecord(string text, char separator, ref int position, ref int lines, List<string> fields, List<int> columns)
    {
        var lineStart = position;
        while (true)
        {
            var column = position - lineStart + 1;
            columns.Add(column);
            if (position < text.Length && text[position] == '"')
            {
                if (!TryReadQuoted(text, separator, ref position, ref lines, ref lineStart, out var quoted))
                {
                    return false;
                }

                fields.Add(quoted);
            }
            else
            {
                var rest = text.AsSpan(position);
                var length = rest.IndexOfAny(separator, '\r', '\n');
                length = length < 0 ? rest.Length : length;
                fields.Add(rest[..length].ToString());
                position += length;
            }

            if (position >= text.Length || text[position] != separator)
            {
                return true;
            }

            position++;
        }
    }

    private static bool TryReadQuoted(string text, char separator, ref int position, ref int lines, ref int lineStart, out string field)
    {
        var value = new StringBuilder();
        field = "";
        for (position++; position < text.Length; position++)
        {
            var c = text[position];
            if (c == '"')
            {
                if (position + 1 < text.Length && text[position + 1] == '"')
                {
                    position++;
                }
                else
                {
                    position++;
                    field = value.ToString();
                    return position >= text.Length || text[position] == separator || text[position] is '\r' or '\n';
                }
            }
            else if (c == '\n')
            {
                lineStart = position + 1;
                if (++lines > MaxLinesPerRecord)
                {
                    return false;
                }
            }

            value.Append(c);
        }

        return false;
    }

    private static int LineEnd(string text, int position)
    {
        var length = text.AsSpan(position).IndexOfAny('\r', '\n');
        return length < 0 ? text.Length : position + length;
    }

    private static int SkipLineEnd(string text, int position)
    {
        if (position < text.Length && text[position] == '\r')
        {
            position++;
        }

        return position < text.Length && text[position] == '\n' ? position + 1 : position;
    }
}

/// <summary>One record.</summary>
/// <param name="Line">Where it starts, counted from 1.</param>
/// <param name="Fields">Without their quotes.</param>
/// <param name="Columns">Character column of each field on its line; of a broken record, the last is that of the fault.</param>
/// <param name="Raw">As written, without its line end.</param>
public sealed record CsvRow(int Line, string[] Fields, int[] Columns, ReadOnlyMemory<char> Raw)
{
    /// <summary>A quoted field is not closed, or text follows its closing quote.</summary>
    public bool IsBroken { get; init; }

    /// <summary>SM3 of the row in UTF-8 without its line end.</summary>
    public byte[] Digest() => Sm3.HashData(Encoding.UTF8.GetBytes(Raw.ToString()));
}
