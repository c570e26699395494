using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace MinerFlow.Reporting.Workbooks;

/// <summary>The looks of a cell. Texts have number format 49 (<c>@</c>): the spreadsheet neither trims zeros nor makes dates of them.</summary>
internal static class SheetStyles
{
    public const uint Text = 1;

    /// <summary>Number format 1 (<c>0</c>).</summary>
    public const uint Whole = 2;

    /// <summary>The general number format.</summary>
    public const uint Real = 3;

    public const uint Heading = 4;

    /// <summary>Name of a form, above its table.</summary>
    public const uint FormTitle = 5;

    /// <summary>A line between the name and the table.</summary>
    public const uint FormNote = 6;

    public const uint FormHeading = 7;

    public const uint FormText = 8;

    public const uint FormWhole = 9;

    public const uint FormReal = 10;

    private const uint PlainFont = 0;
    private const uint BoldFont = 1;
    private const uint FormFont = 2;
    private const uint FormBoldFont = 3;
    private const uint TitleFont = 4;
    private const uint Shaded = 2;
    private const uint Framed = 1;
    private const uint TextNumber = 49;

    public static void Write(WorkbookStylesPart part)
    {
        part.Stylesheet = new Stylesheet(
            new Fonts(FontOf("Calibri", 11), Bold(FontOf("Calibri", 11)), FontOf("宋体", 10), Bold(FontOf("宋体", 10)), Bold(FontOf("宋体", 16))),
            new Fills(
                new Fill(new PatternFill { PatternType = PatternValues.None }),
                new Fill(new PatternFill { PatternType = PatternValues.Gray125 }),
                new Fill(new PatternFill(new ForegroundColor { Rgb = "FFD9E2F3" }) { PatternType = PatternValues.Solid })),
            new Borders(
                new Border(),
                new Border(
                    new LeftBorder { Style = BorderStyleValues.Thin },
                    new RightBorder { Style = BorderStyleValues.Thin },
                    new TopBorder { Style = BorderStyleValues.Thin },
                    new BottomBorder { Style = BorderStyleValues.Thin })),
            new CellStyleFormats(new CellFormat()),
            new CellFormats(
                new CellFormat(),
                Format(TextNumber, PlainFont),
                Format(1, PlainFont),
                new CellFormat(),
                Shade(Format(TextNumber, BoldFont)),
                Aligned(Format(TextNumber, TitleFont), HorizontalAlignmentValues.Center),
                Aligned(Format(TextNumber, FormFont), HorizontalAlignmentValues.Left),
                Frame(Shade(Aligned(Format(TextNumber, FormBoldFont), HorizontalAlignmentValues.Center))),
                Frame(Aligned(Format(TextNumber, FormFont), HorizontalAlignmentValues.Left)),
                Frame(Aligned(Format(1, FormFont), HorizontalAlignmentValues.Right)),
                Frame(Aligned(Format(0, FormFont), HorizontalAlignmentValues.Right))),
            new CellStyles(new CellStyle { Name = "Normal", FormatId = 0, BuiltinId = 0 }));
        part.Stylesheet.Save();
    }

    private static Font FontOf(string name, double points) => new(new FontSize { Val = points }, new FontName { Val = name });

    private static Font Bold(Font font)
    {
        font.PrependChild(new Bold());
        return font;
    }

    private static CellFormat Format(uint number, uint font) =>
        new() { NumberFormatId = number, ApplyNumberFormat = true, FontId = font, ApplyFont = true };

    private static CellFormat Shade(CellFormat format)
    {
        format.FillId = Shaded;
        format.ApplyFill = true;
        return format;
    }

    private static CellFormat Frame(CellFormat format)
    {
        format.BorderId = Framed;
        format.ApplyBorder = true;
        return format;
    }

    private static CellFormat Aligned(CellFormat format, HorizontalAlignmentValues horizontal)
    {
        format.Alignment = new Alignment { Horizontal = horizontal, Vertical = VerticalAlignmentValues.Center, WrapText = true };
        format.ApplyAlignment = true;
        return format;
    }
}
