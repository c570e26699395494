using System.Globalization;
using System.Text;
using ExcelDataReader;
using ExcelDataReader.Exceptions;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake.Grids;

/// <summary>Workbooks through ExcelDataReader: xlsx, xlsb, and xls of every version. Values are taken as stored; no formula is computed and no link followed.</summary>
internal sealed class WorkbookReader(ReadLimits limits, ListContent content, string part)
{
    // The library asks for Western and Chinese code pages, which the runtime has only when told to.
    static WorkbookReader() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public IEnumerable<ListSheet> ReadXlsx(byte[] bytes, ListArchive archive)
    {
        XlsxFacts facts;
        try
        {
            facts = XlsxFacts.Read(archive, limits);
        }
        catch (Exception error) when (IsDamage(error))
        {
            content.Report(RowProblemKind.Damaged, part, error.Message);
            return [];
        }

        if (facts.SharedStringBytes > limits.SharedStringBytes)
        {
            content.Report(RowProblemKind.TooLarge, part, $"{limits.SharedStringBytes >> 20} MiB");
            return [];
        }

        return Read(() => ExcelReaderFactory.CreateOpenXmlReader(new MemoryStream(bytes, writable: false)), facts);
    }

    public IEnumerable<ListSheet> ReadBinary(byte[] bytes)
    {
        // Excel 95 and older do not say their code page; in China it is 936.
        var configuration = new ExcelReaderConfiguration { FallbackEncoding = Encoding.GetEncoding(936) };

        // Not the reader for binary workbooks alone: an encrypted xlsx is a compound file too, and only the general one says so.
        return Read(() => ExcelReaderFactory.CreateReader(new MemoryStream(bytes, writable: false), configuration), facts: null);
    }

    private List<ListSheet> Read(Func<IExcelDataReader> open, XlsxFacts? facts)
    {
        var sheets = new List<ListSheet>();
        try
        {
            using var reader = open();
            for (var index = 0; index == 0 || reader.NextResult(); index++)
            {
                sheets.Add(ReadSheet(reader, facts, index));
            }
        }
        catch (InvalidPasswordException)
        {
            content.Report(RowProblemKind.Encrypted, part);
        }
        catch (HeaderException)
        {
            // A compound file without a workbook: doc, msg, or one of WPS's other formats.
            content.Report(RowProblemKind.UnreadFormat, part, "OLE");
        }
        catch (Exception error) when (IsDamage(error))
        {
            content.Report(RowProblemKind.Damaged, part, error.Message);
        }

        return sheets;
    }

    // The library answers damaged records with whatever its code runs into; only what says that the process is in trouble goes on.
    private static bool IsDamage(Exception error) => error is not (OutOfMemoryException or OperationCanceledException);

    private ListSheet ReadSheet(IExcelDataReader reader, XlsxFacts? facts, int index)
    {
        var rows = new List<SheetRow>();
        var columns = Math.Min(reader.FieldCount, limits.Columns);
        var merges = new MergedRanges(reader.MergeCells, limits.MergedCells);
        var valueless = facts?.ValuelessCells(index);
        var cells = new List<ListCell>();
        while (rows.Count <= limits.Rows && reader.Read())
        {
            cells.Clear();
            var number = reader.Depth + 1;
            for (var column = 0; column < columns; column++)
            {
                cells.Add(valueless is not null && valueless.TryGetValue((number, column), out var stands) ? new ListCell(CellKind.NoValue, stands) : CellOf(reader, column));
            }

            merges.Fill(reader.Depth, cells);
            Add(rows, number, cells, isHidden: reader.RowHeight == 0);
        }

        return new ListSheet(part, reader.Name ?? "")
        {
            IsHidden = reader.VisibleState is { } state && state != "visible",
            CountsFrom1904 = facts?.CountsFrom1904,
            Rows = rows,
            HiddenColumns = HiddenColumns(reader, columns),
        };
    }

    private static void Add(List<SheetRow> rows, int number, List<ListCell> cells, bool isHidden)
    {
        var length = cells.FindLastIndex(cell => !cell.IsEmpty) + 1;
        var row = new SheetRow(number, [.. cells[..length]]) { IsHidden = isHidden };
        if (row.OwnCells > 0)
        {
            rows.Add(row);
        }
    }

    private static ListCell CellOf(IExcelDataReader reader, int column) => reader.GetValue(column) switch
    {
        null => ListCell.Empty,
        string text => ListCell.OfText(text),
        double number => ListCell.OfNumber(number),
        int number => ListCell.OfNumber(number),
        DateTime moment => ListCell.OfDate(moment, reader.GetNumberFormatString(column) ?? ""),
        TimeSpan time => ListCell.OfText(time.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture)),
        bool truth => ListCell.OfText(truth ? "TRUE" : "FALSE"),
        var other => ListCell.OfText(Convert.ToString(other, CultureInfo.InvariantCulture)),
    };

    private static HashSet<int> HiddenColumns(IExcelDataReader reader, int columns) =>
        [.. Enumerable.Range(0, columns).Where(column => reader.GetColumnWidth(column) == 0)];
}
