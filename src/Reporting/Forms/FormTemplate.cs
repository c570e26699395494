using System.Xml;
using System.Xml.Linq;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Workbooks;

namespace MinerFlow.Reporting.Forms;

/// <summary>
/// A workbook of the user's own with placeholders. A row with fields of rows, such as <c>{{answer.address}}</c>, is repeated for each of them; what stands below moves down, and formulas,
/// merged cells, filters and print areas move and grow with it as they do when rows are put in by hand.
/// </summary>
internal static class FormTemplate
{
    /// <summary>Fills a template.</summary>
    /// <param name="template">The workbook.</param>
    /// <param name="name">Its name, for problems.</param>
    /// <param name="output">Readable, writable and seekable; stays open. Holds nothing of use when there are problems.</param>
    /// <param name="source">What is filled in; null to look for problems only.</param>
    /// <param name="problems">Takes every placeholder that is not known, by cell.</param>
    public static void Fill(Stream template, string name, Stream output, FormSource? source, ICollection<Problem> problems)
    {
        template.CopyTo(output);
        output.Position = 0;
        try
        {
            using var document = SpreadsheetDocument.Open(output, isEditable: true);
            Fill(document, name, source, problems);
        }
        catch (Exception error) when (error is FileFormatException or InvalidDataException or OpenXmlPackageException or XmlException)
        {
            problems.Add(new Problem(name, 0, 0, $"is no workbook that can be read: {error.Message} Save it as .xlsx."));
        }

        if (problems.Count == 0 && source is not null)
        {
            ZipTimes.Clear(output);
        }
    }

    private static void Fill(SpreadsheetDocument document, string name, FormSource? source, ICollection<Problem> problems)
    {
        var book = document.WorkbookPart ?? throw new InvalidDataException("the workbook has no workbook part.");
        var strings = book.SharedStringTablePart?.SharedStringTable?.Elements<SharedStringItem>().Select(item => item.InnerText).ToList() ?? [];
        var sheets = new List<(Sheet Sheet, WorksheetPart Part, TemplateSheet Content)>();
        foreach (var sheet in book.Workbook.Sheets?.Elements<Sheet>() ?? [])
        {
            if (sheet.Id?.Value is { } id && book.GetPartById(id) is WorksheetPart part)
            {
                using var stream = part.GetStream();
                sheets.Add((sheet, part, TemplateSheet.Read(XDocument.Load(stream), sheet.Name?.Value ?? "", strings, message => problems.Add(new Problem(name, 0, 0, message)))));
            }
        }

        if (problems.Count == 0 && !sheets.Exists(sheet => sheet.Content.HasPlaceholders))
        {
            problems.Add(new Problem(name, 0, 0, "holds no placeholder; write {{answer.address}} and the like into a row."));
        }

        if (problems.Count > 0 || source is null)
        {
            return;
        }

        for (var index = 0; index < sheets.Count; index++)
        {
            var (_, part, content) = sheets[index];
            var shift = content.Shift(source);
            using (var stream = part.GetStream(FileMode.Create))
            using (var writer = XmlWriter.Create(stream))
            {
                content.Write(writer, source, shift);
            }

            foreach (var area in book.Workbook.DefinedNames?.Elements<DefinedName>().Where(defined => defined.LocalSheetId?.Value == index) ?? [])
            {
                area.Text = shift.Formula(area.Text, ownRow: 0, newRow: 0);
            }
        }

        // What was calculated before is not what stands there now.
        if (book.CalculationChainPart is { } chain)
        {
            book.DeletePart(chain);
        }

        book.Workbook.CalculationProperties ??= new CalculationProperties();
        book.Workbook.CalculationProperties.FullCalculationOnLoad = true;
        book.Workbook.Save();
    }
}
