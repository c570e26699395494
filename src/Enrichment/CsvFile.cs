using System.Security.Cryptography;
using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment;

/// <summary>
/// A CSV table (RFC 4180) that an operator or another system wrote: named columns in any order. Written here and not taken from a package
/// because every problem must name line and column, and a quote that is never closed must cost its own row only, not the rest of the file.
/// </summary>
public sealed class CsvFile
{
    // A quoted field may hold line breaks (postal addresses do); a quote still open after this many lines is a stray one.
    private const int MaxLinesPerRecord = 16;

    private readonly Dictionary<string, int> _columns;
    private readonly ICollection<Problem> _problems;

    private CsvFile(string path, Dictionary<string, int> columns, IReadOnlyList<CsvRow> rows, ICollection<Problem> problems)
    {
        Path = path;
        _columns = columns;
        Rows = rows;
        _problems = problems;
    }

    public string Path { get; }

    public IReadOnlyList<CsvRow> Rows { get; }

    /// <summary>Reads the file whole; null when it cannot be used at all, with the reason in <paramref name="problems"/>.</summary>
    public static CsvFile? Read(string path, IReadOnlyList<string> required, ICollection<Problem> problems)
    {
        string text;
        try
        {
            text = TextEncodings.Decode(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(path, 0, 0, $"cannot be read: {error.Message}"));
            return null;
        }
        catch (DecoderFallbackException)
        {
            problems.Add(new Problem(path, 0, 0, "is neither UTF-8 nor GB18030 text; save it as CSV in UTF-8."));
            return null;
        }

        return Parse(path, text, required, problems);
    }

    /// <param name="path">For problems.</param>
    /// <param name="text">The table.</param>
    /// <param name="required">Columns it must have; names that mean the same with a bar between them.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static CsvFile? Parse(string path, string text, IReadOnlyList<string> required, ICollection<Problem> problems)
    {
        var rows = ReadRecords(path, text, problems);
        if (rows.Count == 0)
        {
            problems.Add(new Problem(path, 0, 0, $"is empty; the first line must name the columns: {string.Join(',', required)}."));
            return null;
        }

        var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var header = rows[0];
        for (var i = 0; i < header.Fields.Length; i++)
        {
            var name = header.Fields[i].Trim();
            if (name.Length > 0 && !columns.TryAdd(name, i))
            {
                problems.Add(new Problem(path, header.Line, header.Columns[i], $"column '{name}' is named twice; the first one is used."));
            }
        }

        var missing = required.Where(names => !Array.Exists(names.Split('|'), columns.ContainsKey)).ToList();
        if (missing.Count > 0)
        {
            problems.Add(new Problem(path, header.Line, 0, $"required columns are missing: {string.Join(", ", missing)}."));
            return null;
        }

        rows.RemoveAt(0);
        return new CsvFile(path, columns, rows, problems);
    }

    public bool Has(string column) => _columns.ContainsKey(column);

    /// <summary>The field, trimmed; empty when the column or the field is absent.</summary>
    public string Get(CsvRow row, string column) =>
        _columns.TryGetValue(column, out var index) && index < row.Fields.Length ? row.Fields[index].Trim() : "";

    /// <summary>The field of the first of two headers that mean the same.</summary>
    public string Get(CsvRow row, string column, string otherwise) => Get(row, Has(column) ? column : otherwise);

    public void Report(CsvRow row, string column, string message)
    {
        var at = _columns.TryGetValue(column, out var index) && index < row.Columns.Length ? row.Columns[index] : 0;
        _problems.Add(new Problem(Path, row.Line, at, $"{column}: {message}"));
    }

    private static List<CsvRow> ReadRecords(string path, string text, ICollection<Problem> problems)
    {
        var rows = new List<CsvRow>();
        var fields = new List<string>();
        var columns = new List<int>();
        var position = 0;
        for (var line = 1; position < text.Length;)
        {
            fields.Clear();
            columns.Clear();
            var end = position;
            var lines = 1;
            if (!TryReadRecord(text, ref end, ref lines, fields, columns, out var strayAt))
            {
                problems.Add(new Problem(path, line, strayAt, "a quoted field is not closed, or text follows its closing quote; the row is left out."));
                end = LineEnd(text, position);
                lines = 1;
            }
            else if (fields.Exists(field => field.AsSpan().ContainsAnyExcept(' ', '\t')))
            {
                rows.Add(new CsvRow(line, [.. fields], [.. columns], text.AsMemory(position, end - position).TrimEnd("\r\n")));
            }

            position = SkipLineEnd(text, end);
            line += lines;
        }

        return rows;
    }

    private static bool TryReadRecord(string text, ref int position, ref int lines, List<string> fields, List<int> columns, out int strayAt)
    {
        var lineStart = position;
        while (true)
        {
            var column = position - lineStart + 1;
            strayAt = column;
            columns.Add(column);
            if (position < text.Length && text[position] == '"')
            {
                if (!TryReadQuoted(text, ref position, ref lines, ref lineStart, out var quoted))
                {
                    return false;
                }

                fields.Add(quoted);
            }
            else
            {
                var rest = text.AsSpan(position);
                var length = rest.IndexOfAny(',', '\r', '\n');
                length = length < 0 ? rest.Length : length;
                fields.Add(rest[..length].ToString());
                position += length;
            }

            if (position >= text.Length || text[position] != ',')
            {
                return true;
            }

            position++;
        }
    }

    private static bool TryReadQuoted(string text, ref int position, ref int lines, ref int lineStart, out string field)
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
                    return position >= text.Length || text[position] is ',' or '\r' or '\n';
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

/// <summary>One record: where it starts, its fields and the character column of each on its line.</summary>
public sealed record CsvRow(int Line, string[] Fields, int[] Columns, ReadOnlyMemory<char> Raw)
{
    /// <summary>SHA-256 of the row in UTF-8 without its line end.</summary>
    public byte[] Digest() => SHA256.HashData(Encoding.UTF8.GetBytes(Raw.ToString()));
}
