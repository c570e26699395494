using System.Globalization;
using System.Xml;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake.Grids;

/// <summary>Workbooks of Excel 2003 XML ("XML Spreadsheet Reference", namespace urn:schemas-microsoft-com:office:spreadsheet), which often are named .xls.</summary>
internal static class SpreadsheetXml
{
    private const string Namespace = "urn:schemas-microsoft-com:office:spreadsheet";

    public static IEnumerable<ListSheet> Read(byte[] bytes, string part, ReadLimits limits, ListContent content)
    {
        var sheets = new List<ListSheet>();
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(bytes, writable: false), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true });
            while (xml.ReadToFollowing("Worksheet", Namespace))
            {
                var name = xml.GetAttribute("Name", Namespace) ?? "";
                sheets.Add(ReadSheet(xml, part, name, limits));
            }
        }
        catch (XmlException error)
        {
            content.Report(RowProblemKind.Damaged, part, error.Message);
        }

        return sheets;
    }

    private static ListSheet ReadSheet(XmlReader xml, string part, string name, ReadLimits limits)
    {
        var rows = new List<SheetRow>();
        var isHidden = false;
        var number = 0;
        using var sheet = xml.ReadSubtree();
        while (sheet.Read() && rows.Count <= limits.Rows)
        {
            if (sheet.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            if (sheet.LocalName == "Visible")
            {
                isHidden = sheet.ReadString() is "SheetHidden" or "SheetVeryHidden";
            }
            else if (sheet.LocalName == "Row")
            {
                number = Index(sheet) ?? number + 1;
                var rowHidden = sheet.GetAttribute("Hidden", Namespace) == "1";
                var row = new SheetRow(number, ReadCells(sheet, limits)) { IsHidden = rowHidden };
                if (row.OwnCells > 0)
                {
                    rows.Add(row);
                }
            }
        }

        return new ListSheet(part, name) { IsHidden = isHidden, Rows = rows };
    }

    private static ListCell[] ReadCells(XmlReader sheet, ReadLimits limits)
    {
        var cells = new List<ListCell>();
        using var row = sheet.ReadSubtree();
        while (row.Read())
        {
            if (row.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            if (row.LocalName == "Cell")
            {
                // A cell that names its place leaves out the empty ones before it; one without data is still a cell.
                var place = (Index(row) ?? cells.Count + 1) - 1;
                while (cells.Count <= place && cells.Count < limits.Columns)
                {
                    cells.Add(ListCell.Empty);
                }
            }
            else if (row.LocalName == "Data" && cells.Count > 0)
            {
                var type = row.GetAttribute("Type", Namespace);
                cells[^1] = CellOf(type, row.ReadString());
            }
        }

        return [.. cells[..(cells.FindLastIndex(cell => !cell.IsEmpty) + 1)]];
    }

    private static ListCell CellOf(string? type, string text) => type switch
    {
        "Number" when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => ListCell.OfNumber(number),
        "DateTime" when DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) => ListCell.OfDate(moment, moment.TimeOfDay == TimeSpan.Zero ? "" : "h"),
        "Error" => new ListCell(CellKind.NoValue, text),
        _ => ListCell.OfText(text),
    };

    private static int? Index(XmlReader xml) =>
        int.TryParse(xml.GetAttribute("Index", Namespace), NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index > 0 ? index : null;
}
