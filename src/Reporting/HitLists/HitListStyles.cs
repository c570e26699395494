using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace MinerFlow.Reporting.HitLists;

/// <summary>The four looks of a cell.</summary>
internal static class HitListStyles
{
    /// <summary>Number format 49 (<c>@</c>): the spreadsheet neither trims zeros nor makes dates of it.</summary>
    public const uint Text = 1;

    /// <summary>Number format 1 (<c>0</c>).</summary>
    public const uint Whole = 2;

    /// <summary>The general number format.</summary>
    public const uint Real = 3;

    public const uint Heading = 4;

    public static void Write(WorkbookStylesPart part)
    {
        part.Stylesheet = new Stylesheet(
            new Fonts(
                new Font(new FontSize { Val = 11 }, new FontName { Val = "Calibri" }),
                new Font(new Bold(), new FontSize { Val = 11 }, new FontName { Val = "Calibri" })),
            new Fills(
                new Fill(new PatternFill { PatternType = PatternValues.None }),
                new Fill(new PatternFill { PatternType = PatternValues.Gray125 }),
                new Fill(new PatternFill(new ForegroundColor { Rgb = "FFD9E2F3" }) { PatternType = PatternValues.Solid })),
            new Borders(new Border()),
            new CellStyleFormats(new CellFormat()),
            new CellFormats(
                new CellFormat(),
                new CellFormat { NumberFormatId = 49, ApplyNumberFormat = true },
                new CellFormat { NumberFormatId = 1, ApplyNumberFormat = true },
                new CellFormat(),
                new CellFormat { NumberFormatId = 49, FontId = 1, FillId = 2, ApplyNumberFormat = true, ApplyFont = true, ApplyFill = true }),
            new CellStyles(new CellStyle { Name = "Normal", FormatId = 0, BuiltinId = 0 }));
        part.Stylesheet.Save();
    }
}
