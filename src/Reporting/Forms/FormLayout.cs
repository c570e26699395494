using System.Buffers;
using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;

namespace MinerFlow.Reporting.Forms;

/// <summary>A column of a form.</summary>
/// <param name="Heading">As it stands in the form.</param>
/// <param name="Rows">What its sheet shows.</param>
/// <param name="Field">Field of these rows.</param>
/// <param name="Width">In characters of the default font.</param>
internal sealed record FormColumn(string Heading, IFormRows Rows, string Field, double Width);

/// <summary>A sheet of a form.</summary>
/// <param name="Name">Of the sheet, and above its table.</param>
/// <param name="Rows">What it shows.</param>
/// <param name="Columns">In their order.</param>
internal sealed record FormSheet(string Name, IFormRows Rows, IReadOnlyList<FormColumn> Columns);

/// <summary>The sheets of one form: <c>rules/forms/NAME.csv</c> with the columns <c>sheet,heading,field,width</c>, one row for each column of the form.</summary>
internal sealed record FormLayout(IReadOnlyList<FormSheet> Sheets)
{
    /// <summary>Longest name of a sheet that Excel opens.</summary>
    private const int LongestSheetName = 31;
    private static readonly SearchValues<char> NoSheetName = SearchValues.Create("[]:*?/\\");

    /// <summary>Reads a column set; what is wrong is added to <paramref name="problems"/>, all at once.</summary>
    public static FormLayout Load(string path, ICollection<Problem> problems)
    {
        var sheets = new List<(string Name, IFormRows Rows, List<FormColumn> Columns)>();
        if (CsvFile.Read(path, ["sheet", "heading", "field"], problems) is not { } file)
        {
            return new FormLayout([]);
        }

        foreach (var row in file.Rows)
        {
            if (Column(file, row) is { } column)
            {
                var name = file.Get(row, "sheet");
                var at = sheets.FindIndex(sheet => sheet.Name == name);
                if (at < 0)
                {
                    at = sheets.Count;
                    sheets.Add((name, column.Rows, []));
                }

                if (sheets[at].Rows.Name != column.Rows.Name)
                {
                    file.Report(row, "field", $"the sheet '{name}' shows {sheets[at].Rows.Name}; a column of {column.Rows.Name} belongs on a sheet of its own.");
                    continue;
                }

                sheets[at].Columns.Add(column);
            }
        }

        return new FormLayout([.. sheets.Select(sheet => new FormSheet(sheet.Name, sheet.Rows, sheet.Columns))]);
    }

    private static FormColumn? Column(CsvFile file, CsvRow row)
    {
        var sheet = file.Get(row, "sheet");
        if (sheet.Length is 0 or > LongestSheetName || sheet.AsSpan().ContainsAny(NoSheetName))
        {
            file.Report(row, "sheet", $"'{sheet}' is no name of a sheet: 1 to {LongestSheetName} characters, none of [ ] : * ? / \\.");
            return null;
        }

        var field = file.Get(row, "field");
        if (FormCatalogue.Find(field) is not { } found)
        {
            file.Report(row, "field", FormCatalogue.Unknown(field));
            return null;
        }

        var width = file.Get(row, "width");
        if (!double.TryParse(width.Length > 0 ? width : "12", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var characters) || characters is < 1 or > 255)
        {
            file.Report(row, "width", $"'{width}' is no width; give 1 to 255 characters.");
            return null;
        }

        return new FormColumn(file.Get(row, "heading"), found.Rows, found.Field, characters);
    }
}
