using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.Forms;

/// <summary>How a paragraph of a letter is set.</summary>
internal enum ParagraphKind
{
    Body,
    Title,
    Heading,
    Subheading,

    /// <summary>Addressee: from the margin.</summary>
    Addressee,

    /// <summary>Signature and date: at the right.</summary>
    Signature,
}

/// <summary>A part of a letter: a paragraph, or a table when <paramref name="Table"/> is not null.</summary>
internal sealed record DocumentBlock(ParagraphKind Kind, string Text, DocumentTable? Table);

/// <param name="Rows">What it shows.</param>
/// <param name="Columns">Field and heading of each column.</param>
internal sealed record DocumentTable(IFormRows Rows, IReadOnlyList<(string Field, string Heading)> Columns);

/// <summary>
/// A letter or report as text that an operator may change: <c>rules/forms/NAME.md</c>. A line is a paragraph; <c># </c> begins a title, <c>## </c> and <c>### </c> headings,
/// <c>! </c> an addressee, <c>&gt; </c> a signature. <c>{{name}}</c> is filled in, <c>{{table rows: field=heading, ...}}</c> becomes a table.
/// </summary>
internal sealed record FormDocument(IReadOnlyList<DocumentBlock> Blocks)
{
    private const string TableStart = "{{table ";

    private static readonly (string Mark, ParagraphKind Kind)[] Marks =
    [
        ("### ", ParagraphKind.Subheading),
        ("## ", ParagraphKind.Heading),
        ("# ", ParagraphKind.Title),
        ("! ", ParagraphKind.Addressee),
        ("> ", ParagraphKind.Signature),
    ];

    /// <summary>Reads a letter; what is wrong is added to <paramref name="problems"/>, all at once.</summary>
    public static FormDocument Load(string path, ICollection<Problem> problems)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(path, 0, 0, $"cannot be read: {error.Message}"));
            return new FormDocument([]);
        }

        var blocks = new List<DocumentBlock>();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            var number = i + 1;
            if (line.Length == 0)
            {
                continue;
            }

            if (line.StartsWith(TableStart, StringComparison.Ordinal))
            {
                if (Table(line, message => problems.Add(new Problem(path, number, 0, message))) is { } table)
                {
                    blocks.Add(new DocumentBlock(ParagraphKind.Body, "", table));
                }

                continue;
            }

            var (mark, kind) = Marks.FirstOrDefault(pair => line.StartsWith(pair.Mark, StringComparison.Ordinal), (Mark: "", Kind: ParagraphKind.Body));
            foreach (var unknown in Placeholders.In(line).Where(name => !FormScalars.Has(name)))
            {
                problems.Add(new Problem(path, number, 0, FormScalars.Unknown(unknown)));
            }

            blocks.Add(new DocumentBlock(kind, line[mark.Length..], Table: null));
        }

        return new FormDocument(blocks);
    }

    private static DocumentTable? Table(string line, Action<string> report)
    {
        var end = line.IndexOf(':', StringComparison.Ordinal);
        if (end < 0 || !line.EndsWith("}}", StringComparison.Ordinal))
        {
            report("a table is written {{table rows: field=heading, field=heading}}, on a line of its own.");
            return null;
        }

        var name = line[TableStart.Length..end].Trim();
        if (!FormCatalogue.Rows.TryGetValue(name, out var rows))
        {
            report($"'{name}' are no rows of a letter; known are {string.Join(", ", FormCatalogue.Rows.Keys)}.");
            return null;
        }

        var columns = new List<(string Field, string Heading)>();
        foreach (var column in line[(end + 1)..^2].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = column.Split('=', 2);
            if (!rows.Has(parts[0]))
            {
                report(FormCatalogue.Unknown($"{name}.{parts[0]}"));
            }
            else
            {
                columns.Add((parts[0], parts[^1]));
            }
        }

        return new DocumentTable(rows, columns);
    }
}
