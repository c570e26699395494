using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Spreadsheet;

namespace MinerFlow.Reporting.Workbooks;

/// <summary>Writes one worksheet from top to bottom, in the order that ECMA-376 part 1 section 18.3.1.99 wants its parts.</summary>
internal sealed class SheetWriter(OpenXmlWriter writer, SheetLook look)
{
    /// <summary>A sheet wider than this, in characters, is printed on A3: on A4 nobody could read it.</summary>
    private const double WidestOnA4 = 170;

    private const uint A3 = 8;
    private const uint A4 = 9;

    private readonly List<string> _merged = [];
    private IReadOnlyList<double> _widths = [];
    private int _column;

    /// <summary>Rows written, headings included.</summary>
    public int Rows { get; private set; }

    /// <param name="widths">Column widths in characters of the default font.</param>
    /// <param name="frozenRows">Rows from the top that stay in sight.</param>
    public void Open(IEnumerable<double> widths, int frozenRows)
    {
        _widths = [.. widths];
        writer.WriteStartDocument();
        writer.WriteStartElement(new Worksheet());
        if (look.IsPrinted)
        {
            writer.WriteElement(new SheetProperties(new PageSetupProperties { FitToPage = true }));
        }

        if (frozenRows > 0)
        {
            writer.WriteElement(new SheetViews(new SheetView(
                new Pane { VerticalSplit = frozenRows, TopLeftCell = Reference(1, frozenRows + 1), ActivePane = PaneValues.BottomLeft, State = PaneStateValues.Frozen })
            { WorkbookViewId = 0 }));
        }

        writer.WriteElement(new Columns(_widths.Select((width, index) =>
            new Column { Min = (uint)index + 1, Max = (uint)index + 1, Width = width, CustomWidth = true })));
        writer.WriteStartElement(new SheetData());
    }

    /// <summary>One text over several columns.</summary>
    public void Banner(string text, uint style, int columns, double height)
    {
        StartRow(height);
        WriteText(text, style);
        EndRow();
        if (columns > 1)
        {
            _merged.Add($"{Reference(1, Rows)}:{Reference(columns, Rows)}");
        }
    }

    public void Heading(IReadOnlyCollection<string> headings)
    {
        StartRow(look.IsPrinted ? RowHeight.Of(headings, _widths) : 0);
        foreach (var heading in headings)
        {
            WriteText(heading, look.Heading);
        }

        EndRow();
    }

    /// <summary>A whole row, as high as its texts need.</summary>
    public void Row(IReadOnlyCollection<SheetCell> cells)
    {
        StartRow(look.IsPrinted ? RowHeight.Of(cells.Select(cell => cell.Text), _widths) : 0);
        foreach (var cell in cells)
        {
            Cell(cell);
        }

        EndRow();
    }

    /// <param name="height">In points; 0 leaves it to the spreadsheet.</param>
    public void StartRow(double height = 0)
    {
        _column = 0;
        Rows++;
        var row = new Row { RowIndex = (uint)Rows };
        if (height > 0)
        {
            row.Height = height;
        }

        writer.WriteStartElement(row);
    }

    public void Cell(SheetCell cell)
    {
        if (cell.Number is { } number)
        {
            writer.WriteElement(new Cell(new CellValue(number.ToString("R", CultureInfo.InvariantCulture)))
            {
                CellReference = NextReference(),
                StyleIndex = number == Math.Floor(number) && Math.Abs(number) < 1e15 ? look.Whole : look.Real,
            });
        }
        else if (cell.Text is { } text)
        {
            WriteText(text, look.Text);
        }
        else if (look.IsPrinted)
        {
            // An empty cell of a form has its frame too.
            writer.WriteElement(new Cell { CellReference = NextReference(), StyleIndex = look.Text });
        }
        else
        {
            _column++;
        }
    }

    public void EndRow() => writer.WriteEndElement();

    /// <param name="headingRow">Row of the headings, which get a filter; 0 for none.</param>
    /// <param name="columns">Columns of the table.</param>
    public void Close(int headingRow, int columns)
    {
        writer.WriteEndElement();
        if (headingRow > 0)
        {
            writer.WriteElement(new AutoFilter { Reference = $"{Reference(1, headingRow)}:{Reference(columns, Rows)}" });
        }

        if (_merged.Count > 0)
        {
            writer.WriteElement(new MergeCells(_merged.Select(range => new MergeCell { Reference = range })) { Count = (uint)_merged.Count });
        }

        if (look.IsPrinted)
        {
            writer.WriteElement(new PageMargins { Left = 0.4, Right = 0.4, Top = 0.7, Bottom = 0.7, Header = 0.3, Footer = 0.3 });
            writer.WriteElement(new PageSetup { PaperSize = _widths.Sum() > WidestOnA4 ? A3 : A4, Orientation = OrientationValues.Landscape, FitToWidth = 1, FitToHeight = 0 });
            writer.WriteElement(new HeaderFooter(new OddHeader(look.Header), new OddFooter(look.Footer)));
        }

        writer.WriteEndElement();
    }

    /// <summary>Letters of a column counted from 1: A, Z, AA.</summary>
    public static string ColumnName(int column)
    {
        var name = "";
        for (var rest = column; rest > 0; rest = (rest - 1) / 26)
        {
            name = (char)('A' + ((rest - 1) % 26)) + name;
        }

        return name;
    }

    /// <summary>Column of a cell's name, counted from 1: 2 of <c>B7</c>.</summary>
    public static int ColumnNumber(string reference) => reference.TakeWhile(char.IsAsciiLetterUpper).Aggregate(0, (column, letter) => (column * 26) + letter - 'A' + 1);

    /// <summary>Row of a cell's name: 7 of <c>B7</c>.</summary>
    public static int RowNumber(string reference) => int.Parse(reference.AsSpan().TrimStart("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Name of a cell, both counted from 1: <c>B7</c>.</summary>
    public static string Reference(int column, int row) => string.Create(CultureInfo.InvariantCulture, $"{ColumnName(column)}{row}");

    private void WriteText(string text, uint style) =>
        writer.WriteElement(new Cell(new InlineString(new Text(text) { Space = SpaceProcessingModeValues.Preserve }))
        {
            CellReference = NextReference(),
            DataType = CellValues.InlineString,
            StyleIndex = style,
        });

    private string NextReference() => Reference(++_column, Rows);
}
