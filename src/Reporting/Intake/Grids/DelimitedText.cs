using MinerFlow.Enrichment;

namespace MinerFlow.Reporting.Intake.Grids;

/// <summary>Tables in text: CSV with any usual separator, columns set apart by blanks, or pasted lines without a header.</summary>
internal static class DelimitedText
{
    // Enough to see past titles; more would cost and say the same.
    private const int SampledLines = 200;

    private static readonly char[] Separators = [',', '\t', ';', '|', '，', '；'];

    /// <summary>
    /// One sheet, with what else the text may be behind it (<see cref="ListSheet.OtherReading"/>): a table by its separator, a table by blanks, pasted lines.
    /// The first in which a header is found is right; pasted lines need none.
    /// </summary>
    public static IEnumerable<ListSheet> Read(string text, string part, ReadLimits limits)
    {
        text = text.TrimStart('\uFEFF');
        var lines = text.AsSpan().Count('\n') + 1;
        if (lines > limits.Rows)
        {
            // One row more than are allowed says so without cutting all of them.
            text = text[..EndOfLine(text, limits.Rows)];
        }

        ListSheet Pasted() => new(part, "") { IsPasted = true, IsText = true, Rows = PastedLines.Read(text) };
        ListSheet Words() => new(part, "") { IsText = true, FieldsAreWords = true, Rows = PastedLines.ReadWords(text), OtherReading = Pasted };
        if (StatedSeparator(text, out var body) is { } stated)
        {
            return [Grid(part, text, body, stated, limits) with { OtherReading = Words }];
        }

        return [FindSeparator(text) is { } separator ? Grid(part, text, 0, separator, limits) with { OtherReading = Words } : Words()];
    }

    /// <summary>Excel's own first line, such as <c>sep=;</c>.</summary>
    private static char? StatedSeparator(string text, out int body)
    {
        body = 0;
        if (!text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) || text.Length < 6 || text[5] is not ('\r' or '\n'))
        {
            return null;
        }

        body = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        return text[4];
    }

    /// <summary>The separator by which most lines have the same number of fields, two at least; null when none does.</summary>
    private static char? FindSeparator(string text)
    {
        (char Separator, long Weight) best = default;
        foreach (var separator in Separators.Where(candidate => text.Contains(candidate, StringComparison.Ordinal)))
        {
            var usual = CsvRecords.Read(text, separator).Take(SampledLines).GroupBy(row => row.Fields.Length).Where(group => group.Key > 1)
                .Select(group => (Fields: group.Key, Lines: group.Count())).OrderByDescending(group => group.Lines).FirstOrDefault();
            var weight = (long)usual.Lines * (usual.Fields - 1);
            best = weight > best.Weight ? (separator, weight) : best;
        }

        return best.Weight > 0 ? best.Separator : null;
    }

    private static ListSheet Grid(string part, string text, int body, char separator, ReadLimits limits)
    {
        var rows = new List<SheetRow>();
        var above = text.AsSpan(0, body).Count('\n');
        foreach (var record in CsvRecords.Read(body == 0 ? text : text[body..], separator))
        {
            var cells = Array.ConvertAll(record.IsBroken ? [record.Raw.ToString()] : record.Fields, ListCell.OfText);
            var length = Math.Min(Array.FindLastIndex(cells, cell => !cell.IsEmpty) + 1, limits.Columns);
            if (length > 0)
            {
                rows.Add(new SheetRow(record.Line + above, cells[..length]) { IsBroken = record.IsBroken });
            }
        }

        return new ListSheet(part, "") { IsText = true, Rows = rows };
    }

    private static int EndOfLine(string text, int line)
    {
        var at = 0;
        for (var i = 0; i <= line; i++)
        {
            at = text.IndexOf('\n', at) + 1;
        }

        return at;
    }
}
