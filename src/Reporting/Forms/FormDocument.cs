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
internal sealed record DocumentBlock(ParagraphKind Kind, string Text, DocumentTable? Table)
{
    /// <summary>When it is part of the letter; null for always.</summary>
    public DocumentCondition? Condition { get; init; }
}

/// <summary>Whether there are such rows, or whether there are none.</summary>
internal sealed record DocumentCondition(IFormRows Rows, bool IsAny)
{
    public bool Holds(FormSource source) => Rows.Lines(source).Any() == IsAny;
}

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
    private const string IfStart = "{{if ";
    private const string Else = "{{else}}";
    private const string End = "{{end}}";

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
            problems.Add(new Problem(path, 0, 0, FileProblem.Why(path, error)));
            return new FormDocument([]);
        }

        var blocks = new List<DocumentBlock>();
        var (condition, openAt) = ((DocumentCondition?)null, 0);
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
                if (Table(line, Report) is { } table)
                {
                    blocks.Add(new DocumentBlock(ParagraphKind.Body, "", table) { Condition = condition });
                }

                continue;
            }

            if (line is Else or End || line.StartsWith(IfStart, StringComparison.Ordinal))
            {
                if ((line is Else or End) != (openAt > 0) || (line == Else && condition is { IsAny: false }))
                {
                    Report($"{line} stands where it cannot; write {IfStart}rows}}}}, {Else} where there is something else to say, and {End}, each on a line of its own and none within another.");
                }

                (condition, openAt) = line switch
                {
                    End => (null, 0),
                    Else => (condition is null ? null : condition with { IsAny = false }, openAt),
                    _ => (Condition(line, Report), number),
                };
                continue;
            }

            var (mark, kind) = Marks.FirstOrDefault(pair => line.StartsWith(pair.Mark, StringComparison.Ordinal), (Mark: "", Kind: ParagraphKind.Body));
            foreach (var unknown in Placeholders.In(line).Where(name => !FormScalars.Has(name)))
            {
                Report(FormScalars.Unknown(unknown));
            }

            blocks.Add(new DocumentBlock(kind, line[mark.Length..], Table: null) { Condition = condition });

            void Report(Sentence message) => problems.Add(new Problem(path, number, 0, message));
        }

        if (openAt > 0)
        {
            problems.Add(new Problem(path, openAt, 0, $"has no {End}."));
        }

        return new FormDocument(blocks);
    }

    private static DocumentCondition? Condition(string line, Action<Sentence> report)
    {
        var name = line[IfStart.Length..].TrimEnd('}').Trim();
        return Rows(name, report) is { } rows ? new DocumentCondition(rows, IsAny: true) : null;
    }

    private static IFormRows? Rows(string name, Action<Sentence> report)
    {
        if (FormCatalogue.Rows.TryGetValue(name, out var rows))
        {
            return rows;
        }

        report($"'{name}' are no rows of a letter; known are {string.Join(", ", FormCatalogue.Rows.Keys)}.");
        return null;
    }

    private static DocumentTable? Table(string line, Action<Sentence> report)
    {
        var end = line.IndexOf(':', StringComparison.Ordinal);
        if (end < 0 || !line.EndsWith("}}", StringComparison.Ordinal))
        {
            report("a table is written {{table rows: field=heading, field=heading}}, on a line of its own.");
            return null;
        }

        var name = line[TableStart.Length..end].Trim();
        if (Rows(name, report) is not { } rows)
        {
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
