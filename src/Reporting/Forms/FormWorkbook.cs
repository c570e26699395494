using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Workbooks;

namespace MinerFlow.Reporting.Forms;

/// <summary>Writes a form as a workbook and as CSV. The same snapshot gives the same bytes.</summary>
internal static class FormWorkbook
{
    private const string WorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

    /// <summary>Rows of one sheet: the limit of Excel, 2^20.</summary>
    private const int MostRows = 1_048_576;

    /// <summary>Row of the headings, below the name and the origin.</summary>
    private const int HeadingRow = 3;

    private const double TitleHeight = 30;
    private const double NoteHeight = 16;

    /// <param name="output">Readable and seekable; stays open.</param>
    /// <param name="layout">Sheets and columns.</param>
    /// <param name="source">What they show.</param>
    /// <param name="watermark">What each page says at its top.</param>
    public static void Write(Stream output, FormLayout layout, FormSource source, string watermark)
    {
        using (var document = SpreadsheetDocument.Create(output, SpreadsheetDocumentType.Workbook))
        {
            // Parts are named here: the names that the library makes up are random.
            var book = document.AddNewPart<WorkbookPart>(WorkbookType, "book");
            SheetStyles.Write(book.AddNewPart<WorkbookStylesPart>("styles"));
            var sheets = new List<Sheet>();
            var names = new List<DefinedName>();
            foreach (var sheet in layout.Sheets)
            {
                WriteSheet(book, sheets, names, sheet, source, watermark);
            }

            book.Workbook = new Workbook(new Sheets(sheets), new DefinedNames(names));
            book.Workbook.Save();
        }

        ZipTimes.Clear(output);
    }

    /// <summary>One table as CSV, with its headings and nothing around it.</summary>
    public static void WriteCsv(Stream output, FormSheet sheet, FormSource source, CsvEncoding encoding)
    {
        using var csv = new CsvSheet(output, encoding);
        csv.Heading(sheet.Columns.Select(column => column.Heading));
        foreach (var line in sheet.Rows.Lines(source))
        {
            csv.Row(sheet.Columns.Select(column => line.Cell(column.Field)));
        }
    }

    /// <summary>A table beyond the limit of a sheet goes on in the next.</summary>
    private static void WriteSheet(WorkbookPart book, List<Sheet> sheets, List<DefinedName> names, FormSheet sheet, FormSource source, string watermark)
    {
        using var lines = sheet.Rows.Lines(source).GetEnumerator();
        var more = lines.MoveNext();
        var part = 1;
        do
        {
            var name = part == 1 ? sheet.Name : $"{sheet.Name} {part}";
            names.Add(new DefinedName($"'{name.Replace("'", "''", StringComparison.Ordinal)}'!${HeadingRow}:${HeadingRow}") { Name = "_xlnm.Print_Titles", LocalSheetId = (uint)sheets.Count });
            using var xml = OpenXmlWriter.Create(AddSheet(book, sheets, name));
            var writer = new SheetWriter(xml, Look(source, watermark));
            writer.Open(sheet.Columns.Select(column => column.Width), HeadingRow);
            writer.Banner(sheet.Name, SheetStyles.FormTitle, sheet.Columns.Count, TitleHeight);
            writer.Banner(Note(source, watermark), SheetStyles.FormNote, sheet.Columns.Count, NoteHeight);
            writer.Heading([.. sheet.Columns.Select(column => column.Heading)]);
            for (; more && writer.Rows < MostRows; more = lines.MoveNext())
            {
                writer.Row([.. sheet.Columns.Select(column => lines.Current.Cell(column.Field))]);
            }

            writer.Close(HeadingRow, sheet.Columns.Count);
            part++;
        }
        while (more);
    }

    private static SheetLook Look(FormSource source, string watermark) => SheetLook.Form with
    {
        Header = $"&C&\"宋体\"&10{SheetLook.Coded(watermark)}",
        Footer = $"&L&\"宋体\"&8{SheetLook.Coded(source.Origin)}&R&\"宋体\"&8第 &P 页,共 &N 页",
    };

    private static string Note(FormSource source, string watermark) =>
        CellGuard.Cell($"填报单位:{source.Head.Profile.City}{source.Head.Profile.Carrier}    数据时点:{FormSource.Moment(source.Head.TakenAt)}({HumanUnits.Zone(source.Head.TakenAt.Offset)})    快照:{source.Head.Number}    {watermark}");

    private static WorksheetPart AddSheet(WorkbookPart book, List<Sheet> sheets, string name)
    {
        var id = (uint)sheets.Count + 1;
        var part = book.AddNewPart<WorksheetPart>($"sheet{id}");
        sheets.Add(new Sheet { Name = name, SheetId = id, Id = $"sheet{id}" });
        return part;
    }
}
