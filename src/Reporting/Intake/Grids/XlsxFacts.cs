using System.Globalization;
using System.Xml;

namespace MinerFlow.Reporting.Intake.Grids;

/// <summary>What ExcelDataReader does not tell of an xlsx: the date system, and cells without a value: errors, and formulas that the program that wrote the file has not computed.</summary>
internal sealed class XlsxFacts
{
    private const string Main = "xl/workbook.xml";

    private readonly List<Dictionary<(int Row, int Column), string>> _valueless = [];

    public bool CountsFrom1904 { get; private set; }

    /// <summary>As the archive's directory says.</summary>
    public long SharedStringBytes { get; private init; }

    /// <exception cref="XmlException">A part is no XML, or holds a document type.</exception>
    public static XlsxFacts Read(ListArchive archive, ReadLimits limits)
    {
        var facts = new XlsxFacts { SharedStringBytes = archive.LengthOf("xl/sharedStrings.xml") };
        if (facts.SharedStringBytes > limits.SharedStringBytes || archive.OpenPart(Main) is not { } workbook)
        {
            return facts;
        }

        var sheets = new List<string>();
        Walk(workbook, xml =>
        {
            if (xml.LocalName == "workbookPr")
            {
                facts.CountsFrom1904 = xml.GetAttribute("date1904") is "1" or "true";
            }
            else if (xml.LocalName == "sheet")
            {
                sheets.Add(RelationOf(xml));
            }
        });
        var targets = Targets(archive);
        foreach (var sheet in sheets)
        {
            var cells = new Dictionary<(int, int), string>();
            if (targets.TryGetValue(sheet, out var target) && archive.OpenPart(target) is { } stream)
            {
                FindValueless(stream, cells);
            }

            facts._valueless.Add(cells);
        }

        return facts;
    }

    /// <summary>What stands in cells of a sheet that have no value, by row from 1 and column from 0: the error, or <c>=</c>; null when all have one.</summary>
    public IReadOnlyDictionary<(int Row, int Column), string>? ValuelessCells(int sheet) => sheet < _valueless.Count && _valueless[sheet].Count > 0 ? _valueless[sheet] : null;

    private static Dictionary<string, string> Targets(ListArchive archive)
    {
        var targets = new Dictionary<string, string>(StringComparer.Ordinal);
        if (archive.OpenPart("xl/_rels/workbook.xml.rels") is { } relations)
        {
            Walk(relations, xml =>
            {
                if (xml.LocalName == "Relationship" && xml.GetAttribute("Id") is { } id && xml.GetAttribute("Target") is { } target)
                {
                    targets[id] = target.StartsWith('/') ? target[1..] : "xl/" + target;
                }
            });
        }

        return targets;
    }

    // r:id, whatever the namespace: transitional and strict workbooks have different ones.
    private static string RelationOf(XmlReader xml)
    {
        for (var more = xml.MoveToFirstAttribute(); more; more = xml.MoveToNextAttribute())
        {
            if (xml.LocalName == "id" && xml.NamespaceURI.Length > 0)
            {
                var id = xml.Value;
                xml.MoveToElement();
                return id;
            }
        }

        xml.MoveToElement();
        return "";
    }

    private static void FindValueless(Stream stream, Dictionary<(int, int), string> cells)
    {
        var (place, isError, hasFormula, hasValue) = ("", false, false, false);
        Walk(
            stream,
            xml =>
            {
                switch (xml.LocalName)
                {
                    case "c":
                        (place, isError, hasFormula, hasValue) = (xml.GetAttribute("r") ?? "", xml.GetAttribute("t") == "e", false, false);
                        break;
                    case "f":
                        hasFormula = true;
                        break;
                    case "v" when isError && TryReadPlace(place, out var cell):
                        hasValue = true;
                        cells[cell] = xml.ReadString();
                        break;
                    case "v" or "is":
                        hasValue = !xml.IsEmptyElement;
                        break;
                }
            },
            xml =>
            {
                if (xml.LocalName == "c" && hasFormula && !hasValue && TryReadPlace(place, out var cell))
                {
                    cells[cell] = "=";
                }
            });
    }

    private static bool TryReadPlace(string place, out (int Row, int Column) cell)
    {
        var letters = place.AsSpan().IndexOfAnyExceptInRange('A', 'Z');
        cell = default;
        if (letters is < 1 or > 3 || !int.TryParse(place.AsSpan(letters), NumberStyles.None, CultureInfo.InvariantCulture, out var row))
        {
            return false;
        }

        var column = 0;
        foreach (var letter in place.AsSpan(0, letters))
        {
            column = (column * 26) + letter - 'A' + 1;
        }

        cell = (row, column - 1);
        return true;
    }

    private static void Walk(Stream stream, Action<XmlReader> begins, Action<XmlReader>? ends = null)
    {
        using var xml = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CloseInput = true, IgnoreComments = true, IgnoreWhitespace = true });
        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.Element)
            {
                begins(xml);
            }
            else if (xml.NodeType == XmlNodeType.EndElement)
            {
                ends?.Invoke(xml);
            }
        }
    }
}
