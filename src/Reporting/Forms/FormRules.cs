using MinerFlow.Abstractions;
using MinerFlow.Enrichment;

namespace MinerFlow.Reporting.Forms;

/// <summary>A form that can be made.</summary>
/// <param name="Name">As commands name it, and its file: <c>annex2</c>.</param>
/// <param name="Title">As its file begins: 附件2.</param>
/// <param name="NeedsWholeLists">It answers lists, so it does not leave while a row is silent.</param>
internal sealed record FormKind(string Name, string Title, bool NeedsWholeLists)
{
    /// <summary>What its pages say at the top where nobody's release is printed there; null to say that people are masked.</summary>
    public string? Watermark { get; init; }

    /// <summary>Of a workbook; null of a letter.</summary>
    public FormLayout? Layout { get; init; }

    /// <summary>Of a letter; null of a workbook.</summary>
    public FormDocument? Letter { get; init; }
}

/// <summary>The forms of the folder <c>rules/forms</c>: <c>forms.csv</c> lists them, <c>NAME.csv</c> holds the columns of a workbook, <c>NAME.md</c> a letter. Which forms there are is data.</summary>
public sealed class FormRules
{
    private FormRules(IReadOnlyList<FormKind> kinds) => Kinds = kinds;

    internal IReadOnlyList<FormKind> Kinds { get; }

    /// <summary>Names of the forms, in the order of the file.</summary>
    public IReadOnlyList<string> Names => [.. Kinds.Select(kind => kind.Name)];

    /// <summary>Reads the forms of a rules folder; what is wrong is added to <paramref name="problems"/>, all at once.</summary>
    public static FormRules Load(string folder, ICollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var kinds = new List<FormKind>();
        var forms = Path.Combine(folder, "forms");
        if (CsvFile.Read(Path.Combine(forms, "forms.csv"), ["form", "title", "whole_lists"], problems) is { } file)
        {
            foreach (var row in file.Rows)
            {
                if (Kind(file, row, forms, problems) is { } kind)
                {
                    kinds.Add(kind);
                }
            }
        }

        return new FormRules(kinds);
    }

    private static FormKind? Kind(CsvFile file, CsvRow row, string folder, ICollection<Problem> problems)
    {
        var name = file.Get(row, "form");
        var whole = file.Get(row, "whole_lists");
        if (whole is not ("yes" or "no"))
        {
            file.Report(row, "whole_lists", $"'{whole}' must be yes or no.");
        }

        var kind = new FormKind(name, file.Get(row, "title"), whole != "no") { Watermark = file.Get(row, "watermark") is { Length: > 0 } mark ? mark : null };
        var columns = Path.Combine(folder, name + ".csv");
        var letter = Path.Combine(folder, name + ".md");
        if (File.Exists(columns))
        {
            return kind with { Layout = FormLayout.Load(columns, problems) };
        }

        if (File.Exists(letter))
        {
            return kind with { Letter = FormDocument.Load(letter, problems) };
        }

        file.Report(row, "form", $"'{name}' has neither columns ({name}.csv) nor a letter ({name}.md).");
        return null;
    }
}
