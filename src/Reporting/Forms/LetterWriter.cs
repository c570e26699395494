using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Workbooks;

namespace MinerFlow.Reporting.Forms;

/// <summary>Writes a letter as docx (ECMA-376), set as GB/T 9704-2012 wants official documents. The same snapshot gives the same bytes.</summary>
internal static class LetterWriter
{
    private const string DocumentType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";

    // GB/T 9704-2012, 5.2 and 7: A4, margins 37 mm above and 28 mm left, body 三号仿宋 with lines 28 points apart; in twentieths of a point.
    private const int PageWidth = 11906;
    private const int PageHeight = 16838;
    private const int MarginTop = 2098;
    private const int MarginBottom = 1984;
    private const int MarginLeft = 1587;
    private const int MarginRight = 1474;
    private const string LinePitch = "560";
    private const string SmallLinePitch = "320";

    // In half points: 二号, 三号, 小五.
    private const int TitleSize = 44;
    private const int BodySize = 32;
    private const int TableSize = 18;

    /// <summary>Two characters, in hundredths of one.</summary>
    private const int BodyIndent = 200;

    /// <summary>Lines by which the widths of a table's columns are found.</summary>
    private const int LinesMeasured = 200;

    /// <summary>What a cell's two margins take, in characters: without them a name of three characters breaks.</summary>
    private const double CellMargins = 2.5;

    /// <summary>Half of a 小五 character, in twentieths of a point: what <see cref="LetterText"/> counts in.</summary>
    private const double HalfCharacter = TableSize * 5;

    /// <param name="output">Readable and seekable; stays open.</param>
    /// <param name="letter">What is said.</param>
    /// <param name="source">What it is said of.</param>
    /// <param name="watermark">What each page says at its top.</param>
    public static void Write(Stream output, FormDocument letter, FormSource source, string watermark)
    {
        using (var document = WordprocessingDocument.Create(output, WordprocessingDocumentType.Document))
        {
            var main = document.AddNewPart<MainDocumentPart>(DocumentType, "letter");
            main.AddNewPart<HeaderPart>("header").Header = new Header(Small(watermark, JustificationValues.Center));
            main.AddNewPart<FooterPart>("footer").Footer = new Footer(Small(source.Origin, JustificationValues.Left), PageNumber());
            var styles = main.AddNewPart<StyleDefinitionsPart>("styles");
            styles.Styles = new Styles(new DocDefaults(
                new RunPropertiesDefault(new RunPropertiesBaseStyle(FontOf("仿宋"), new FontSize { Val = $"{BodySize}" }, new Languages { Val = "en-US", EastAsia = "zh-CN" })),
                new ParagraphPropertiesDefault()));
            using var writer = OpenXmlWriter.Create(main);
            writer.WriteStartDocument();
            writer.WriteStartElement(new Document());
            writer.WriteStartElement(new Body());
            var blocks = letter.Blocks.Where(block => block.Condition?.Holds(source) != false).ToList();
            for (var i = 0; i < blocks.Count; i++)
            {
                if (blocks[i].Table is { } table)
                {
                    WriteTable(writer, table, source);
                    continue;
                }

                var paragraph = ParagraphOf(blocks[i].Kind, CellGuard.Printable(Placeholders.Fill(blocks[i].Text, name => FormScalars.Read(name, source))));
                if (blocks[i].Kind is ParagraphKind.Heading or ParagraphKind.Subheading || (i + 1 < blocks.Count && blocks[i + 1].Table is not null))
                {
                    // A heading, or what is said of a table, does not stay alone at the end of a page.
                    paragraph.ParagraphProperties!.KeepNext = new KeepNext();
                }

                writer.WriteElement(paragraph);
            }

            writer.WriteElement(new SectionProperties(
                new HeaderReference { Type = HeaderFooterValues.Default, Id = "header" },
                new FooterReference { Type = HeaderFooterValues.Default, Id = "footer" },
                new PageSize { Width = PageWidth, Height = PageHeight },
                new PageMargin { Top = MarginTop, Bottom = MarginBottom, Left = MarginLeft, Right = MarginRight, Header = 851, Footer = 992, Gutter = 0 }));
            writer.WriteEndElement();
            writer.WriteEndElement();
        }

        ZipTimes.Clear(output);
    }

    private static Paragraph ParagraphOf(ParagraphKind kind, string text) => kind switch
    {
        ParagraphKind.Title => Set(text, "宋体", TitleSize, JustificationValues.Center, indent: 0, isBold: true),
        ParagraphKind.Heading => Set(text, "黑体", BodySize, JustificationValues.Left, BodyIndent, isBold: false),
        ParagraphKind.Subheading => Set(text, "楷体", BodySize, JustificationValues.Left, BodyIndent, isBold: false),
        ParagraphKind.Addressee => Set(text, "仿宋", BodySize, JustificationValues.Left, indent: 0, isBold: false),
        ParagraphKind.Signature => Set(text, "仿宋", BodySize, JustificationValues.Right, indent: 0, isBold: false),
        _ => Set(text, "仿宋", BodySize, JustificationValues.Both, BodyIndent, isBold: false),
    };

    private static Paragraph Set(string text, string font, int halfPoints, JustificationValues justification, int indent, bool isBold)
    {
        var properties = new ParagraphProperties(
            new SpacingBetweenLines { Line = halfPoints <= TableSize ? SmallLinePitch : LinePitch, LineRule = LineSpacingRuleValues.AtLeast, After = halfPoints == TitleSize ? LinePitch : "0" });
        if (indent > 0)
        {
            properties.AppendChild(new Indentation { FirstLineChars = indent, FirstLine = $"{indent * halfPoints / 10}" });
        }

        properties.AppendChild(new Justification { Val = justification });
        return new Paragraph(properties, RunOf(text, font, halfPoints, isBold));
    }

    private static Run RunOf(string text, string font, int halfPoints, bool isBold)
    {
        var properties = new RunProperties(FontOf(font));
        if (isBold)
        {
            properties.AppendChild(new Bold());
        }

        properties.AppendChild(new FontSize { Val = $"{halfPoints}" });
        return new Run(properties, new Text(text) { Space = SpaceProcessingModeValues.Preserve });
    }

    private static RunFonts FontOf(string name) => new() { Ascii = "Times New Roman", HighAnsi = "Times New Roman", EastAsia = name };

    private static Paragraph Small(string text, JustificationValues justification) => Set(CellGuard.Printable(text), "宋体", TableSize, justification, indent: 0, isBold: false);

    private static Paragraph PageNumber() => new(
        new ParagraphProperties(new Justification { Val = JustificationValues.Center }),
        new SimpleField(RunOf("1", "宋体", TableSize, isBold: false)) { Instruction = "PAGE" });

    private static void WriteTable(OpenXmlWriter writer, DocumentTable table, FormSource source)
    {
        var lines = table.Rows.Lines(source).Select(line => table.Columns.Select(column => Placeholders.Text(line.Cell(column.Field))).ToList());
        var widths = Widths(table, [.. lines.Take(LinesMeasured)]);
        if (!lines.Any())
        {
            writer.WriteElement(ParagraphOf(ParagraphKind.Body, "(无)"));
            return;
        }

        writer.WriteStartElement(new Table());
        writer.WriteElement(new TableProperties(
            new TableWidth { Width = "5000", Type = TableWidthUnitValues.Pct },
            new TableBorders(
                new TopBorder { Val = BorderValues.Single, Size = 4 },
                new LeftBorder { Val = BorderValues.Single, Size = 4 },
                new BottomBorder { Val = BorderValues.Single, Size = 4 },
                new RightBorder { Val = BorderValues.Single, Size = 4 },
                new InsideHorizontalBorder { Val = BorderValues.Single, Size = 4 },
                new InsideVerticalBorder { Val = BorderValues.Single, Size = 4 }),
            new TableLayout { Type = TableLayoutValues.Fixed }));
        writer.WriteElement(new TableGrid(widths.Select(width => new GridColumn { Width = $"{width}" })));
        writer.WriteElement(RowOf([.. table.Columns.Select(column => column.Heading)], widths, isHeading: true));
        foreach (var line in lines)
        {
            writer.WriteElement(RowOf(line, widths, isHeading: false));
        }

        writer.WriteEndElement();
    }

    /// <summary>Each column as wide as its longest text, and what the page lacks is taken from the widest: addresses and names stay whole, sentences are wrapped. In twentieths of a point.</summary>
    private static List<int> Widths(DocumentTable table, List<List<string>> lines)
    {
        var page = PageWidth - MarginLeft - MarginRight;
        var wanted = table.Columns.Select((column, index) =>
            (lines.Select(line => LetterText.WidthOf(line[index])).Append(LetterText.WidthInTwoLines(column.Heading)).Max() + CellMargins) * HalfCharacter).ToList();
        var most = Widest(wanted, page);
        var widths = wanted.ConvertAll(width => Math.Min(width, most));
        return widths.ConvertAll(width => (int)(width / widths.Sum() * page));
    }

    /// <summary>How wide a column may be for all to fit on the page.</summary>
    private static double Widest(IEnumerable<double> widths, double page)
    {
        var ordered = widths.Order().ToList();
        for (var i = 0; i < ordered.Count; i++)
        {
            var share = page / (ordered.Count - i);
            if (ordered[i] > share)
            {
                return share;
            }

            page -= ordered[i];
        }

        return double.MaxValue;
    }

    private static TableRow RowOf(List<string> texts, List<int> widths, bool isHeading)
    {
        // A row is not torn, and the headings stand on every page.
        var properties = new TableRowProperties(new CantSplit());
        if (isHeading)
        {
            properties.AppendChild(new TableHeader());
        }

        return new TableRow(texts.Select((text, index) => new TableCell(
            new TableCellProperties(new TableCellWidth { Width = $"{widths[index]}", Type = TableWidthUnitValues.Dxa }, new TableCellVerticalAlignment { Val = TableVerticalAlignmentValues.Center }),
            Set(text, isHeading ? "黑体" : "宋体", TableSize, isHeading ? JustificationValues.Center : JustificationValues.Left, indent: 0, isBold: false)))
            .Cast<OpenXmlElement>().Prepend(properties));
    }
}
