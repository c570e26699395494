using System.Globalization;
using System.Text.Json;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace MinerFlow.SystemTests.Lists;

/// <summary>Writes lists with the Open XML SDK: texts in the cells themselves, styles by number, as reporting programs do.</summary>
internal static class OpenXmlLists
{
    public const string Writer = "openxml";

    public static void Write(string folder, IEnumerable<ListCase> cases)
    {
        Directory.CreateDirectory(Path.Combine(folder, Writer));
        foreach (var one in cases.Where(one => one.HasWriter(Writer)))
        {
            Write(Path.Combine(folder, Writer, one.Name + ".xlsx"), one);
        }
    }

    private static void Write(string path, ListCase one)
    {
        using var document = SpreadsheetDocument.Create(path, SpreadsheetDocumentType.Workbook);
        var book = document.AddWorkbookPart();
        var formats = new List<string>();
        var sheets = new Sheets();
        foreach (var (index, sheet) in one.Sheets.EnumerateArray().Index())
        {
            var part = book.AddNewPart<WorksheetPart>();
            part.Worksheet = PageOf(sheet, formats);
            var entry = new Sheet { Id = book.GetIdOfPart(part), SheetId = (uint)index + 1, Name = sheet.GetProperty("name").GetString() };
            if (sheet.TryGetProperty("hidden", out _))
            {
                entry.State = SheetStateValues.Hidden;
            }

            sheets.Append(entry);
        }

        book.AddNewPart<WorkbookStylesPart>().Stylesheet = StylesOf(formats);
        book.Workbook = new Workbook(new WorkbookProperties { Date1904 = one.CountsFrom1904 }, sheets);
    }

    private static Worksheet PageOf(JsonElement sheet, List<string> formats)
    {
        var hiddenRows = Numbers(sheet, "hidden_rows");
        var data = new SheetData();
        foreach (var (y, row) in sheet.GetProperty("rows").EnumerateArray().Index())
        {
            var line = new Row { RowIndex = (uint)y + 1 };
            if (hiddenRows.Contains(y + 1))
            {
                line.Hidden = true;
            }

            foreach (var (x, cell) in row.EnumerateArray().Index())
            {
                if (cell.ValueKind != JsonValueKind.Null && CellOf(cell, formats) is { } written)
                {
                    written.CellReference = $"{(char)('A' + x)}{y + 1}";
                    line.Append(written);
                }
            }

            data.Append(line);
        }

        var page = new Worksheet();
        if (sheet.TryGetProperty("hidden_columns", out var columns))
        {
            page.Append(new Columns(columns.EnumerateArray().Select(column => (uint)(column.GetString()![0] - 'A' + 1)).Select(column => new Column { Min = column, Max = column, Hidden = true, Width = 9 })));
        }

        page.Append(data);
        if (sheet.TryGetProperty("merges", out var merges))
        {
            page.Append(new MergeCells(merges.EnumerateArray().Select(merge => new MergeCell { Reference = merge.GetString() })));
        }

        return page;
    }

    private static Cell? CellOf(JsonElement cell, List<string> formats)
    {
        switch (cell.ValueKind)
        {
            case JsonValueKind.String when cell.GetString()!.Length == 0:
                return null;
            case JsonValueKind.String:
                return new Cell { DataType = CellValues.InlineString, InlineString = new InlineString(new Text(cell.GetString()!) { Space = SpaceProcessingModeValues.Preserve }) };
            case JsonValueKind.Number:
                return new Cell { CellValue = new CellValue(cell.GetRawText()) };
            default:
                var written = new Cell { CellValue = new CellValue(cell.GetProperty("n").GetDouble().ToString("R", CultureInfo.InvariantCulture)) };
                if (cell.TryGetProperty("f", out var format))
                {
                    if (!formats.Contains(format.GetString()!))
                    {
                        formats.Add(format.GetString()!);
                    }

                    written.StyleIndex = (uint)formats.IndexOf(format.GetString()!) + 1;
                }

                return written;
        }
    }

    private static Stylesheet StylesOf(List<string> formats)
    {
        // Numbers below 164 are those that every program knows (ECMA-376 part 1, 18.8.30).
        const uint FirstOwnFormat = 164;
        var styles = formats.Select((_, at) => new CellFormat { NumberFormatId = FirstOwnFormat + (uint)at, ApplyNumberFormat = true }).Prepend(new CellFormat());
        var sheet = new Stylesheet();
        if (formats.Count > 0)
        {
            sheet.Append(new NumberingFormats(formats.Select((format, at) => new NumberingFormat { NumberFormatId = FirstOwnFormat + (uint)at, FormatCode = format })));
        }

        sheet.Append(new Fonts(new Font()), new Fills(new Fill()), new Borders(new Border()), new CellStyleFormats(new CellFormat()), new CellFormats(styles));
        return sheet;
    }

    private static List<int> Numbers(JsonElement sheet, string name) => sheet.TryGetProperty(name, out var numbers) ? [.. numbers.EnumerateArray().Select(number => number.GetInt32())] : [];
}
