using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Workbooks;

namespace MinerFlow.Reporting.Forms;

/// <summary>One sheet of a template: which of its rows are repeated, and for what.</summary>
internal sealed class TemplateSheet
{
    private static readonly XNamespace Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    /// <summary>Attributes that hold ranges, by element (ECMA-376 part 1, section 18.3.1).</summary>
    private static readonly (XName Element, string Attribute)[] RangeAttributes =
    [
        (Main + "autoFilter", "ref"),
        (Main + "conditionalFormatting", "sqref"),
        (Main + "dataValidation", "sqref"),
        (Main + "hyperlink", "ref"),
        (Main + "ignoredError", "sqref"),
        (Main + "protectedRange", "sqref"),
    ];

    private readonly XElement _root;
    private readonly IReadOnlyList<string> _strings;
    private readonly SortedDictionary<int, IFormRows> _repeated = [];

    private TemplateSheet(XElement root, IReadOnlyList<string> strings)
    {
        _root = root;
        _strings = strings;
    }

    public bool HasPlaceholders { get; private set; }

    /// <param name="document">The sheet.</param>
    /// <param name="name">Its name, for problems.</param>
    /// <param name="strings">Shared strings of the workbook.</param>
    /// <param name="report">Takes each problem.</param>
    public static TemplateSheet Read(XDocument document, string name, IReadOnlyList<string> strings, Action<Sentence> report)
    {
        var sheet = new TemplateSheet(document.Root!, strings);
        foreach (var row in sheet.Rows())
        {
            foreach (var cell in row.Elements(Main + "c"))
            {
                foreach (var placeholder in Placeholders.In(sheet.TextOf(cell)))
                {
                    sheet.HasPlaceholders = true;
                    sheet.Take(placeholder, RowOf(row), $"{name}!{(string?)cell.Attribute("r")}", report);
                }
            }
        }

        // Such a formula says for one cell what others hold too: moved cells would not know which.
        foreach (var cell in sheet._repeated.Count == 0 ? [] : sheet.Rows().Elements(Main + "c").Where(cell => (string?)cell.Element(Main + "f")?.Attribute("t") is "shared" or "array"))
        {
            report($"{name}!{(string?)cell.Attribute("r")}: a formula that several cells share cannot be moved below a repeated row; type it into each cell by itself.");
        }

        return sheet;
    }

    /// <summary>Where the rows go with what a snapshot holds.</summary>
    public RowShift Shift(FormSource source) => new([.. _repeated.Select(pair => (pair.Key, Math.Max(1, pair.Value.Lines(source).Count())))]);

    public void Write(XmlWriter writer, FormSource source, RowShift shift)
    {
        writer.WriteStartElement(null, _root.Name.LocalName, _root.Name.NamespaceName);
        foreach (var attribute in _root.Attributes())
        {
            if (attribute.IsNamespaceDeclaration && attribute.Name.Namespace == XNamespace.Xmlns)
            {
                writer.WriteAttributeString("xmlns", attribute.Name.LocalName, null, attribute.Value);
            }
            else if (!attribute.IsNamespaceDeclaration)
            {
                writer.WriteAttributeString(attribute.Name.LocalName, attribute.Name.NamespaceName, attribute.Value);
            }
        }

        foreach (var part in _root.Elements())
        {
            if (part.Name == Main + "sheetData")
            {
                writer.WriteStartElement("sheetData", Main.NamespaceName);
                WriteRows(writer, source, shift);
                writer.WriteEndElement();
            }
            else if (part.Name == Main + "mergeCells")
            {
                Merged(part, shift).WriteTo(writer);
            }
            else if (part.Name != Main + "dimension")
            {
                Moved(part, shift).WriteTo(writer);
            }
        }

        writer.WriteEndElement();
    }

    private static int RowOf(XElement row) => int.Parse(row.Attribute("r")!.Value, NumberStyles.None, CultureInfo.InvariantCulture);

    private static XElement Moved(XElement part, RowShift shift)
    {
        var moved = new XElement(part);
        foreach (var element in moved.DescendantsAndSelf())
        {
            foreach (var (name, attribute) in RangeAttributes)
            {
                if (element.Name == name && element.Attribute(attribute) is { } ranges)
                {
                    ranges.Value = shift.Ranges(ranges.Value);
                }
            }
        }

        return moved;
    }

    /// <summary>Rows in their order. Writers may leave the numbers of rows and cells out, which then follow each other.</summary>
    private IEnumerable<XElement> Rows()
    {
        var number = 0;
        foreach (var row in _root.Element(Main + "sheetData")?.Elements(Main + "row") ?? [])
        {
            number = row.Attribute("r") is { } given ? int.Parse(given.Value, NumberStyles.None, CultureInfo.InvariantCulture) : number + 1;
            row.SetAttributeValue("r", number);
            var column = 0;
            foreach (var cell in row.Elements(Main + "c"))
            {
                column = cell.Attribute("r") is { } reference ? SheetWriter.ColumnNumber(reference.Value) : column + 1;
                cell.SetAttributeValue("r", SheetWriter.Reference(column, number));
            }

            yield return row;
        }
    }

    private void Take(string placeholder, int row, string place, Action<Sentence> report)
    {
        if (FormScalars.Has(placeholder))
        {
            return;
        }

        if (FormCatalogue.Find(placeholder) is not { Rows: var rows })
        {
            report($"{place}: {{{{{placeholder}}}}}: {(placeholder.StartsWith("form.", StringComparison.Ordinal) ? FormScalars.Unknown(placeholder) : FormCatalogue.Unknown(placeholder))}");
        }
        else if (_repeated.TryGetValue(row, out var other) && other.Name != rows.Name)
        {
            report($"{place}: {{{{{placeholder}}}}}: the row is repeated for {other.Name} already; {rows.Name} needs a row of its own.");
        }
        else
        {
            _repeated[row] = rows;
        }
    }

    private void WriteRows(XmlWriter writer, FormSource source, RowShift shift)
    {
        foreach (var row in Rows())
        {
            var own = RowOf(row);
            var at = shift.First(own);
            if (!_repeated.TryGetValue(own, out var rows))
            {
                WriteRow(writer, row, at, shift, name => FormScalars.Read(name, source));
                continue;
            }

            var written = 0;
            foreach (var line in rows.Lines(source))
            {
                WriteRow(writer, row, at + written++, shift, name => FormScalars.Has(name) ? FormScalars.Read(name, source) : line.Cell(name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]));
            }

            if (written == 0)
            {
                WriteRow(writer, row, at, shift, name => FormScalars.Has(name) ? FormScalars.Read(name, source) : SheetCell.Empty);
            }
        }
    }

    private void WriteRow(XmlWriter writer, XElement row, int number, RowShift shift, Func<string, SheetCell> read)
    {
        writer.WriteStartElement("row", Main.NamespaceName);
        foreach (var attribute in row.Attributes())
        {
            writer.WriteAttributeString(attribute.Name.LocalName, attribute.Name.NamespaceName, attribute.Name == "r" ? number.ToString(CultureInfo.InvariantCulture) : attribute.Value);
        }

        foreach (var cell in row.Elements(Main + "c"))
        {
            WriteCell(writer, cell, RowOf(row), number, shift, read);
        }

        writer.WriteEndElement();
    }

    private void WriteCell(XmlWriter writer, XElement cell, int ownRow, int number, RowShift shift, Func<string, SheetCell> read)
    {
        var text = TextOf(cell);
        var filled = Placeholders.Alone(text) is { } alone ? read(alone)
            : Placeholders.In(text).Any() ? SheetCell.Of(Placeholders.Fill(text, read))
            : (SheetCell?)null;
        writer.WriteStartElement("c", Main.NamespaceName);
        writer.WriteAttributeString("r", SheetWriter.Reference(SheetWriter.ColumnNumber(cell.Attribute("r")!.Value), number));
        if (cell.Attribute("s") is { } style)
        {
            writer.WriteAttributeString("s", style.Value);
        }

        if (filled is { Number: { } amount })
        {
            writer.WriteElementString("v", Main.NamespaceName, amount.ToString("R", CultureInfo.InvariantCulture));
        }
        else if (filled is { Text: { } words })
        {
            writer.WriteAttributeString("t", "inlineStr");
            new XElement(Main + "is", new XElement(Main + "t", new XAttribute(XNamespace.Xml + "space", "preserve"), words)).WriteTo(writer);
        }
        else if (filled is null && cell.Element(Main + "f") is { } formula)
        {
            // What it gave before is left out: it is calculated when the workbook is opened.
            writer.WriteElementString("f", Main.NamespaceName, shift.Formula(formula.Value, ownRow, number));
        }
        else if (filled is null)
        {
            if (cell.Attribute("t") is { } type)
            {
                writer.WriteAttributeString("t", type.Value);
            }

            foreach (var content in cell.Elements())
            {
                content.WriteTo(writer);
            }
        }

        writer.WriteEndElement();
    }

    /// <summary>Merged cells of a repeated row are merged in each repetition.</summary>
    private XElement Merged(XElement part, RowShift shift)
    {
        var merged = new XElement(part.Name);
        foreach (var range in part.Elements(Main + "mergeCell").Select(cell => cell.Attribute("ref")!.Value))
        {
            var ends = range.Split(':');
            var (first, last) = (SheetWriter.RowNumber(ends[0]), SheetWriter.RowNumber(ends[^1]));
            if (first != last || !_repeated.ContainsKey(first))
            {
                merged.Add(new XElement(Main + "mergeCell", new XAttribute("ref", shift.Ranges(range))));
                continue;
            }

            for (var row = shift.First(first); row <= shift.Last(first); row++)
            {
                var copy = $"{SheetWriter.Reference(SheetWriter.ColumnNumber(ends[0]), row)}:{SheetWriter.Reference(SheetWriter.ColumnNumber(ends[^1]), row)}";
                merged.Add(new XElement(Main + "mergeCell", new XAttribute("ref", copy)));
            }
        }

        merged.SetAttributeValue("count", merged.Elements().Count());
        return merged;
    }

    /// <summary>Text of a cell, shared or its own; nothing for a formula or a number.</summary>
    private string TextOf(XElement cell)
    {
        if (cell.Element(Main + "f") is not null)
        {
            return "";
        }

        return (string?)cell.Attribute("t") switch
        {
            "s" when int.TryParse(cell.Element(Main + "v")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < _strings.Count => _strings[index],
            "inlineStr" => string.Concat(cell.Descendants(Main + "t").Select(text => text.Value)),
            "str" => cell.Element(Main + "v")?.Value ?? "",
            _ => "",
        };
    }
}
