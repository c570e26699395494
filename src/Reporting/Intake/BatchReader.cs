using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake.Cells;
using MinerFlow.Reporting.Intake.Grids;
using MinerFlow.Reporting.Intake.Headers;
using MinerFlow.Reporting.Intake.Rules;

namespace MinerFlow.Reporting.Intake;

/// <summary>
/// Reads a file of the regulator to a batch: tables by their headers, each row with what becomes of it, duplicates marked.
/// Every row below a header has exactly one disposition; what cannot be read is a problem of the batch, never an exception.
/// </summary>
public sealed class BatchReader
{
    private readonly IntakeOptions _options;
    private readonly IntakeRules _rules;
    private readonly HeaderFinder _finder;
    private readonly List<ListTable> _tables = [];
    private readonly List<ListRow> _rows = [];
    private readonly List<RowProblem> _problems = [];

    private BatchReader(IntakeOptions options, IntakeRules rules)
    {
        _options = options;
        _rules = rules;
        _finder = new HeaderFinder(rules.Headers);
    }

    /// <param name="fileName">Name of the file, without folders.</param>
    /// <param name="content">The file.</param>
    /// <param name="options">What its receiver states.</param>
    /// <param name="rules">Headers, words and regions.</param>
    public static ListBatch Read(string fileName, byte[] content, IntakeOptions options, IntakeRules rules)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(rules);
        return new BatchReader(options, rules).Read(fileName, content);
    }

    private ListBatch Read(string fileName, byte[] content)
    {
        var read = ListFileReader.Read(content, _options.Limits);
        _problems.AddRange(read.Problems);
        foreach (var sheet in read.Sheets)
        {
            ReadSheet(sheet);
        }

        DuplicateRows.Mark(_rows);
        for (var table = 0; table < _tables.Count; table++)
        {
            TellRegions(table);
            TellPorts(table);
        }

        return new ListBatch
        {
            File = ListFile.Of(fileName, content),
            ReceivedAt = _options.ReceivedAt,
            Sender = _options.Sender,
            DocumentNumber = _options.DocumentNumber,
            Platform = _options.Platform,
            Deadline = _options.Deadline,
            UtcOffset = _options.UtcOffset,
            Tables = _tables,
            Rows = _rows,
            Problems = _problems,
        };
    }

    private void ReadSheet(ListSheet sheet)
    {
        var reading = sheet;
        while (true)
        {
            if (!reading.IsPasted && _finder.FindFirst(reading) is { } header)
            {
                ReadTables(reading, header);
                return;
            }

            if (reading.OtherReading is not { } other)
            {
                break;
            }

            reading = other();
        }

        if ((reading.IsPasted ? reading : PastedLines.OfSheet(reading)) is { } lines && lines.Rows.Any(HasAddress))
        {
            ReadPasted(lines);
        }
        else if (sheet.Rows.Count > 0)
        {
            _problems.Add(new RowProblem(-1, 0, 0, ListColumn.Unknown, RowProblemKind.NoTable, sheet.Name.Length > 0 && sheet.Part.Length > 0 ? $"{sheet.Part}/{sheet.Name}" : sheet.Part + sheet.Name));
        }
    }

    private void ReadTables(ListSheet sheet, FoundHeader header)
    {
        var reader = Open(sheet, header);
        foreach (var row in sheet.Rows.Take(header.Row).Where(HasAddress))
        {
            _rows.Add(reader.ReadAboveHeader(row));
        }

        for (var i = header.Row + 1; i < sheet.Rows.Count; i++)
        {
            var next = _finder.At(sheet, i);
            if (next is null || !next.HasAddress)
            {
                _rows.Add(reader.Read(sheet.Rows[i]));
                continue;
            }

            var isSame = next.Columns.SequenceEqual(header.Columns);
            for (; i <= next.Row; i++)
            {
                // A header between rows belongs to the table that it ends, or whose next page it heads.
                _rows.Add(reader.ReadNoise(sheet.Rows[i]));
            }

            i--;
            if (!isSame)
            {
                header = next;
                reader = Open(sheet, header);
            }
        }
    }

    private void ReadPasted(ListSheet sheet)
    {
        _tables.Add(new ListTable(sheet.Part, sheet.Name, sheet.IsHidden, 0, [.. PastedLines.Columns.Select(ListColumns.Name)], PastedLines.Columns));
        var reader = new RowReader(_options, _rules, sheet, _tables[^1], _tables.Count - 1);
        _rows.AddRange(sheet.Rows.Select(reader.Read));
    }

    private RowReader Open(ListSheet sheet, FoundHeader header)
    {
        var table = new ListTable(sheet.Part, sheet.Name, sheet.IsHidden, sheet.Rows[header.Row].Number, header.Headers, header.Columns);
        _tables.Add(table);
        var index = _tables.Count - 1;
        void Tell(int column, RowProblemKind kind, string found, params string[] values) =>
            _problems.Add(new RowProblem(index, column < 0 ? 0 : table.HeaderRow, column + 1, column < 0 ? ListColumn.Unknown : table.Columns[column], kind, found, values));

        if (sheet.IsHidden)
        {
            Tell(-1, RowProblemKind.HiddenSheet, sheet.Name);
        }

        if (!header.HasAddress)
        {
            Tell(-1, RowProblemKind.NoAddressColumn, string.Join(',', header.Headers));
        }

        for (var column = 0; column < table.Columns.Count; column++)
        {
            var text = table.Headers[column];
            var first = IndexOf(table.Columns, table.Columns[column]);
            if (table.Columns[column] == ListColumn.Unknown)
            {
                if (text.Length > 0)
                {
                    Tell(column, RowProblemKind.UnknownHeader, text);
                }
            }
            else if (first < column)
            {
                Tell(column, RowProblemKind.HeaderTwice, text, table.Headers[first]);
            }

            if (sheet.HiddenColumns.Contains(column) && text.Length > 0)
            {
                Tell(column, RowProblemKind.HiddenColumn, text);
            }
        }

        return new RowReader(_options, _rules, sheet, table, index);
    }

    /// <summary>Rows without a region below rows that have one: merged cells, perhaps, of which text says nothing.</summary>
    private void TellRegions(int table)
    {
        var column = IndexOf(_tables[table].Columns, ListColumn.Region);
        var accepted = _rows.Where(row => row.Table == table && row.Disposition == RowDisposition.Accepted).ToList();
        var without = accepted.SkipWhile(row => row.Region is null).Count(row => row.Region is null && !row.Cells.Any(cell => cell.Column == column + 1));
        if (column >= 0 && without > 0)
        {
            _problems.Add(new RowProblem(table, 0, column + 1, ListColumn.Region, RowProblemKind.NoRegion, "", $"{without}", $"{accepted.Count}"));
        }
    }

    /// <summary>What only many rows together tell about a column of ports.</summary>
    private void TellPorts(int table)
    {
        var accepted = _rows.Where(row => row.Table == table && row.Disposition == RowDisposition.Accepted).ToList();
        var column = IndexOf(_tables[table].Columns, ListColumn.SourcePort);
        var without = accepted.Count(row => row.Entries.Any(entry => entry.Ports is null));
        if (without > 0)
        {
            _problems.Add(new RowProblem(table, 0, column + 1, ListColumn.SourcePort, RowProblemKind.NoPort, "", $"{without}", $"{accepted.Count}"));
        }

        var suspicious = accepted.Count(row => row.Problems.Any(problem => problem.Kind == RowProblemKind.PoolPort));
        if (suspicious >= 3 && 2 * suspicious >= accepted.Count)
        {
            _problems.Add(new RowProblem(table, 0, column + 1, ListColumn.SourcePort, RowProblemKind.PoolPorts, "", $"{suspicious}", $"{accepted.Count}"));
        }
    }

    // What could not be cut into cells may hold one.
    private static bool HasAddress(SheetRow row) =>
        row.IsBroken || Array.Exists(row.Cells, cell => cell.Kind == CellKind.Text && AddressCell.LooksLikeAddress(CellText.Plain(cell.Text)));

    private static int IndexOf(IReadOnlyList<ListColumn> columns, ListColumn meaning)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i] == meaning)
            {
                return i;
            }
        }

        return -1;
    }
}
