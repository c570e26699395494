using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using MinerFlow.Enrichment;
using MinerFlow.Reporting.Workbooks;
using MinerFlow.Reporting.Texts;

namespace MinerFlow.Reporting.HitLists;

/// <summary>
/// Writes hit lists as a workbook (ECMA-376): a sheet of hits with a frozen heading and a filter, and a sheet of notes.
/// Rows are streamed; the same hits give the same bytes.
/// </summary>
public static class HitListWorkbook
{
    private const string WorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

    /// <summary>Rows of one sheet, heading included: the limit of Excel, 2^20.</summary>
    private const int MostRows = 1_048_576;

    /// <summary>Lines of the notes kept of captures, sources and problems each.</summary>
    private const int MostLines = 1_000;

    /// <param name="output">Readable and seekable; stays open.</param>
    /// <param name="sightings">In the order of the rows.</param>
    /// <param name="notes">For the second sheet.</param>
    /// <param name="offset">Offset from UTC in which moments are shown.</param>
    /// <param name="language">Language of headings and words.</param>
    /// <param name="reasonsInChinese">Reasons that only one protocol gives, by the English words of its evidence.</param>
    public static void Write(
        Stream output, IEnumerable<Sighting> sightings, HitListNotes notes, TimeSpan offset, ReportLanguage language, IReadOnlyDictionary<string, string> reasonsInChinese)
    {
        ArgumentNullException.ThrowIfNull(sightings);
        ArgumentNullException.ThrowIfNull(notes);
        var texts = ReportTexts.For(language, reasonsInChinese);
        using (var document = SpreadsheetDocument.Create(output, SpreadsheetDocumentType.Workbook))
        {
            // Parts are named here: the names that the library makes up are random.
            var book = document.AddNewPart<WorkbookPart>(WorkbookType, "book");
            var sheets = new List<Sheet>();
            SheetStyles.Write(book.AddNewPart<WorkbookStylesPart>("styles"));
            WriteHits(book, sheets, sightings, offset, texts, language);
            WriteNotes(AddSheet(book, sheets, texts.SheetNotes), notes, offset, texts);
            book.Workbook = new Workbook(new Sheets(sheets));
            book.Workbook.Save();
        }

        ZipTimes.Clear(output);
    }

    private static void WriteHits(
        WorkbookPart book, List<Sheet> sheets, IEnumerable<Sighting> sightings, TimeSpan offset, ReportTexts texts, ReportLanguage language)
    {
        using var rows = sightings.GetEnumerator();
        var number = 0L;
        var more = rows.MoveNext();
        do
        {
            var name = sheets.Count == 0 ? texts.SheetHits : string.Create(CultureInfo.InvariantCulture, $"{texts.SheetHits} {sheets.Count + 1}");
            using var writer = OpenXmlWriter.Create(AddSheet(book, sheets, name));
            var sheet = new SheetWriter(writer, SheetLook.List);
            sheet.Open(HitListColumns.All.Select(column => column.Width), frozenRows: 1);
            sheet.Heading([.. HitListColumns.All.Select(column => column.Heading(language))]);
            for (; more && sheet.Rows < MostRows; more = rows.MoveNext())
            {
                var row = new HitListRow(++number, rows.Current, offset, texts);
                sheet.StartRow();
                foreach (var column in HitListColumns.All)
                {
                    sheet.Cell(column.Read(row));
                }

                sheet.EndRow();
            }

            sheet.Close(headingRow: 1, HitListColumns.All.Count);
        }
        while (more);
    }

    private static void WriteNotes(WorksheetPart part, HitListNotes notes, TimeSpan offset, ReportTexts texts)
    {
        using var writer = OpenXmlWriter.Create(part);
        var sheet = new SheetWriter(writer, SheetLook.List);
        sheet.Open([24, 100], frozenRows: 1);
        sheet.Heading([texts.Item, texts.Content]);
        Line(texts.Sensor, SheetCell.Of(notes.Sensor));
        Line(texts.TimeZone, SheetCell.Of(HumanUnits.Zone(offset)));
        Lines(texts.Captures, notes.Captures);
        Lines(texts.Sources, notes.Sources);
        foreach (var counter in notes.Counters)
        {
            Line($"{texts.Counters}: {counter.Name}", SheetCell.Of(counter.Value));
        }

        Lines(texts.Problems, notes.Problems);
        Lines(texts.Limits, texts.LimitLines);
        sheet.Close(headingRow: 0, columns: 2);

        void Lines(string item, IReadOnlyList<string> contents)
        {
            foreach (var content in contents.Take(MostLines))
            {
                Line(item, SheetCell.Of(content));
            }

            if (contents.Count > MostLines)
            {
                Line(item, SheetCell.Of($"… {contents.Count - MostLines}"));
            }
        }

        void Line(string item, SheetCell content)
        {
            sheet.StartRow();
            sheet.Cell(SheetCell.Of(item));
            sheet.Cell(content);
            sheet.EndRow();
        }
    }

    private static WorksheetPart AddSheet(WorkbookPart book, List<Sheet> sheets, string name)
    {
        var id = (uint)sheets.Count + 1;
        var part = book.AddNewPart<WorksheetPart>($"sheet{id}");
        sheets.Add(new Sheet { Name = name, SheetId = id, Id = $"sheet{id}" });
        return part;
    }
}
