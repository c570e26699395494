using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment;

/// <summary>
/// A CSV table (RFC 4180) that an operator or another system wrote: named columns in any order. Written here and not taken from a package
/// because every problem must name line and column, and a quote that is never closed must cost its own row only, not the rest of the file.
/// </summary>
public sealed class CsvFile
{
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
            problems.Add(new Problem(path, 0, 0, FileProblem.Why(path, error)));
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

        // Where a field holds a comma without quotes, what follows lies in the wrong columns: a name of another, a person as a company.
        rows.RemoveAll(row =>
        {
            var surplus = Array.FindIndex(row.Fields, Math.Min(header.Fields.Length, row.Fields.Length), field => !string.IsNullOrWhiteSpace(field));
            if (surplus >= 0)
            {
                problems.Add(new Problem(path, row.Line, row.Columns[surplus], $"field {surplus + 1} has no column, the first line names {header.Fields.Length}: a field with a comma in it needs quotes; the row is left out."));
            }

            return surplus >= 0;
        });
        return new CsvFile(path, columns, rows, problems);
    }

    /// <summary>Columns that the first line names, in their order.</summary>
    public IReadOnlyList<string> Columns => [.. _columns.OrderBy(column => column.Value).Select(column => column.Key)];

    public bool Has(string column) => _columns.ContainsKey(column);

    /// <summary>The field, trimmed; empty when the column or the field is absent.</summary>
    public string Get(CsvRow row, string column) =>
        _columns.TryGetValue(column, out var index) && index < row.Fields.Length ? row.Fields[index].Trim() : "";

    /// <summary>The field of the first of two headers that mean the same.</summary>
    public string Get(CsvRow row, string column, string otherwise) => Get(row, Has(column) ? column : otherwise);

    public void Report(CsvRow row, string column, Sentence message)
    {
        var at = _columns.TryGetValue(column, out var index) && index < row.Columns.Length ? row.Columns[index] : 0;
        _problems.Add(new Problem(Path, row.Line, at, $"{column}: {message}"));
    }

    private static List<CsvRow> ReadRecords(string path, string text, ICollection<Problem> problems)
    {
        var rows = new List<CsvRow>();
        foreach (var row in CsvRecords.Read(text, ','))
        {
            if (row.IsBroken)
            {
                problems.Add(new Problem(path, row.Line, row.Columns[^1], "a quoted field is not closed, or text follows its closing quote; the row is left out."));
            }
            else
            {
                rows.Add(row);
            }
        }

        return rows;
    }
}
