using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Spreadsheet;

namespace MinerFlow.Reporting.HitLists;

/// <summary>Writes one worksheet from top to bottom, in the order that ECMA-376 part 1 section 18.3.1.99 wants its parts.</summary>
internal sealed class SheetWriter(OpenXmlWriter writer)
{
    private int _column;

    /// <summary>Rows written, heading included.</summary>
    public int Rows { get; private set; }

    /// <param name="widths">Column widths in characters of the default font.</param>
    /// <param name="frozen">Keep the first row in sight.</param>
    public void Open(IEnumerable<double> widths, bool frozen)
    {
        writer.WriteStartDocument();
        writer.WriteStartElement(new Worksheet());
        if (frozen)
        {
            writer.WriteElement(new SheetViews(new SheetView(
                new Pane { VerticalSplit = 1, TopLeftCell = "A2", ActivePane = PaneValues.BottomLeft, State = PaneStateValues.Frozen })
            { WorkbookViewId = 0 }));
        }

        writer.WriteElement(new Columns(widths.Select((width, index) =>
            new Column { Min = (uint)index + 1, Max = (uint)index + 1, Width = width, CustomWidth = true })));
        writer.WriteStartElement(new SheetData());
    }

    public void Heading(IEnumerable<string> headings)
    {
        StartRow();
        foreach (var heading in headings)
        {
            WriteText(heading, HitListStyles.Heading);
        }

        EndRow();
    }

    public void StartRow()
    {
        _column = 0;
        Rows++;
        writer.WriteStartElement(new Row { RowIndex = (uint)Rows });
    }

    public void Cell(HitListCell cell)
    {
        if (cell.Number is { } number)
        {
            writer.WriteElement(new Cell(new CellValue(number.ToString("R", CultureInfo.InvariantCulture)))
            {
                CellReference = NextReference(),
                StyleIndex = number == Math.Floor(number) && Math.Abs(number) < 1e15 ? HitListStyles.Whole : HitListStyles.Real,
            });
        }
        else if (cell.Text is { } text)
        {
            WriteText(text, HitListStyles.Text);
        }
        else
        {
            _column++;
        }
    }

    public void EndRow() => writer.WriteEndElement();

    /// <param name="filteredColumns">Columns with a filter; 0 for none.</param>
    public void Close(int filteredColumns)
    {
        writer.WriteEndElement();
        if (filteredColumns > 0)
        {
            writer.WriteElement(new AutoFilter { Reference = string.Create(CultureInfo.InvariantCulture, $"A1:{ColumnName(filteredColumns)}{Rows}") });
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

    private void WriteText(string text, uint style) =>
        writer.WriteElement(new Cell(new InlineString(new Text(text) { Space = SpaceProcessingModeValues.Preserve }))
        {
            CellReference = NextReference(),
            DataType = CellValues.InlineString,
            StyleIndex = style,
        });

    private string NextReference() => string.Create(CultureInfo.InvariantCulture, $"{ColumnName(++_column)}{Rows}");
}
