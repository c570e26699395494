using System.Globalization;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake.Cells;
using MinerFlow.Reporting.Intake.Grids;
using MinerFlow.Reporting.Intake.Headers;
using MinerFlow.Reporting.Intake.Rules;

namespace MinerFlow.Reporting.Intake;

/// <summary>Reads the rows of one table: what each cell means, what is wrong with it, and what becomes of the row.</summary>
internal sealed class RowReader
{
    private readonly IntakeOptions _options;
    private readonly IntakeRules _rules;
    private readonly ListSheet _sheet;
    private readonly ListTable _table;
    private readonly int _index;
    private readonly AddressCell _addresses;
    private readonly TimeCell _times;
    private readonly int[][] _columns;
    private ListRegion? _regionAbove;

    public RowReader(IntakeOptions options, IntakeRules rules, ListSheet sheet, ListTable table, int index)
    {
        _options = options;
        _rules = rules;
        _sheet = sheet;
        _table = table;
        _index = index;
        _addresses = new AddressCell(options.MostAddresses, options.AcceptsNumberAddresses, options.AcceptsWildcards);
        _times = new TimeCell(options.ReceivedAt, options.UtcOffset, options.DateOrder);
        _columns = [.. Enum.GetValues<ListColumn>().Select(meaning => Enumerable.Range(0, table.Columns.Count).Where(column => table.Columns[column] == meaning).ToArray())];
    }

    public ListRow Read(SheetRow row)
    {
        var problems = new List<RowProblem>();
        if (row.IsHidden)
        {
            problems.Add(new RowProblem(_index, row.Number, 0, ListColumn.Unknown, RowProblemKind.HiddenRow, ""));
        }

        if (row.IsBroken || HasWrongFields(row))
        {
            problems.Add(new RowProblem(_index, row.Number, 0, ListColumn.Unknown, RowProblemKind.BrokenRow, row.Cells[0].Text, $"{row.Cells.Length}", $"{_table.Columns.Count}"));
            return Plain(row, RowDisposition.Returned, problems) with { Reason = ReturnReason.BadFormat };
        }

        if (NoiseOf(row) is { } noise)
        {
            problems.Add(new RowProblem(_index, row.Number, 0, ListColumn.Unknown, RowProblemKind.NoQuestion, noise));
            return Plain(row, RowDisposition.Noise, problems);
        }

        return Judge(Plain(row, RowDisposition.Accepted, problems), row, problems);
    }

    /// <summary>A row that asks nothing, such as a header repeated.</summary>
    public ListRow ReadNoise(SheetRow row) =>
        Plain(row, RowDisposition.Noise, [new RowProblem(_index, row.Number, 0, ListColumn.Unknown, RowProblemKind.NoQuestion, row.Cells[0].Text)]);

    /// <summary>A row above the header that names an address all the same.</summary>
    public ListRow ReadAboveHeader(SheetRow row) =>
        Plain(row, RowDisposition.Returned, [new RowProblem(_index, row.Number, 0, ListColumn.Unknown, RowProblemKind.AboveHeader, string.Join(' ', row.Cells.Select(cell => cell.Text)))]) with
        {
            Reason = ReturnReason.BadFormat,
        };

    private ListRow Plain(SheetRow row, RowDisposition disposition, List<RowProblem> problems) => new()
    {
        Table = _index,
        Row = row.Number,
        Disposition = disposition,
        IsHidden = row.IsHidden,
        Cells = [.. row.Cells.Index().Where(cell => !cell.Item.IsEmpty).Select(cell => new RawCell(cell.Index + 1, Cut(cell.Item.Text, row, cell.Index, problems)))],
        Problems = problems,
    };

    private string Cut(string text, SheetRow row, int column, List<RowProblem> problems)
    {
        if (text.Length <= _options.Limits.CellCharacters)
        {
            return text;
        }

        problems.Add(new RowProblem(_index, row.Number, column + 1, MeaningOf(column), RowProblemKind.CellTooLong, text[..64], $"{_options.Limits.CellCharacters}"));
        return text[.._options.Limits.CellCharacters];
    }

    private ListRow Judge(ListRow plain, SheetRow row, List<RowProblem> problems)
    {
        var addressCell = Cell(row, ListColumn.Address, problems, out var addressReport);
        var addresses = _addresses.Read(addressCell, addressReport);
        var ports = PortCell.Read(Report(row, ListColumn.SourcePort, problems), out var protocol, out var portsAreGood);
        protocol = Protocol(row, problems) is var stated && stated != 0 ? stated : protocol;
        var (pools, poolPorts) = PoolCell.Read(Report(row, ListColumn.Pool, problems));
        poolPorts = [.. poolPorts.Concat(PortCell.Read(Report(row, ListColumn.PoolPort, problems), out _, out _)).Distinct()];
        var seen = Seen(row, problems);
        var carrier = Word(row, ListColumn.Carrier, problems, out var carrierText);
        var read = plain with
        {
            Number = Text(row, ListColumn.Number),
            BatchNumber = Text(row, ListColumn.Batch),
            Region = Region(row, problems),
            Seen = seen,
            Pools = pools,
            PoolPorts = poolPorts,
            Coin = Coin(row, problems),
            LeadKind = Word(row, ListColumn.LeadKind, problems, out _) is { } kind ? Enum.Parse<LeadKind>(kind) : null,
            Submissions = Submissions(row, problems),
            Hashrate = Hashrate(row, problems),
            Carrier = carrier ?? carrierText,
            Organisation = Text(row, ListColumn.Organisation),
            IsPriority = Word(row, ListColumn.Priority, problems, out _) is { } priority ? priority == "yes" : null,
            Remark = Remark(row, problems),
        };

        var entries = seen is { } window && portsAreGood ? Entries(addresses, ports, protocol, window, read, addressReport) : [];
        if (carrier is not null && _options.OwnCarrier is { } own && carrier != own)
        {
            Report(row, ListColumn.Carrier, problems).Add(RowProblemKind.OtherCarrier, carrier);
            entries = [];
        }

        SortByColumn(problems);
        return entries.Count > 0
            ? read with { Entries = entries }
            : read with { Disposition = RowDisposition.Returned, Reason = ReasonOf(problems) };
    }

    private List<ListEntry> Entries(List<ListedAddress> addresses, List<PortRange> ports, byte protocol, SeenWindow seen, ListRow row, CellReport report)
    {
        var pool = string.Join(',', row.Pools) + (row.PoolPorts.Count > 0 ? ":" + string.Join(',', row.PoolPorts) : "");
        var entries = new List<ListEntry>();
        foreach (var address in addresses)
        {
            if (address.Port is { } written && ports.Count > 0 && !ports.Exists(port => port.First <= written && written <= port.Last))
            {
                report.Add(RowProblemKind.PortConflict, $"{written}", string.Join(',', ports));
                continue;
            }

            IEnumerable<PortRange?> asked = address.Port is { } own ? [PortRange.Single(own)] : ports.Count > 0 ? ports.Select(port => (PortRange?)port) : [null];
            entries.AddRange(asked.Select(port => new ListEntry(0, address.Range, port, protocol, EntryKey.Of(address.Range, port, protocol, seen, pool))));
        }

        if (entries.Exists(entry => entry.Ports is { } port && port.First == port.Last && _options.PoolPorts.Contains(port.First)))
        {
            report.Add(RowProblemKind.PoolPort, string.Join(',', entries.Select(entry => entry.Ports?.ToString()).Distinct()));
        }

        return [.. entries.DistinctBy(entry => entry.Key).Select((entry, at) => entry with { Ordinal = at + 1 })];
    }

    private SeenWindow? Seen(SheetRow row, List<RowProblem> problems)
    {
        var before = problems.Count;
        var at = Time(row, ListColumn.SeenAt, problems);
        var first = Time(row, ListColumn.FirstSeen, problems);
        var last = Time(row, ListColumn.LastSeen, problems);
        var column = _columns[(int)ListColumn.SeenAt] is [var own, ..] ? own : -1;
        var report = new CellReport(problems, _index, row.Number, column + 1, ListColumn.SeenAt, "");
        if (problems.Skip(before).Any(problem => problem.Gravity == ProblemGravity.Error))
        {
            return null;
        }

        if (first is { } begin && last is { } end)
        {
            if (end.To < begin.From)
            {
                report.Add(RowProblemKind.TimesReversed);
                return null;
            }

            return TimeCell.Join(begin, end);
        }

        if ((at ?? first ?? last) is { } only)
        {
            return only;
        }

        if (_options.Seen is { } stated)
        {
            return _times.Read(ListCell.OfText(stated), null, null, report with { Found = stated });
        }

        report.Add(RowProblemKind.NoTime);
        return null;
    }

    private SeenWindow? Time(SheetRow row, ListColumn meaning, List<RowProblem> problems)
    {
        var cell = Cell(row, meaning, problems, out var report);
        if (!cell.IsEmpty && _columns[(int)meaning].Length > 1 && _columns[(int)meaning].Select(column => row[column]).Where(other => TimeCell.IsClock(other)).Take(2).ToList() is [var clock] && clock.Text != cell.Text)
        {
            // Date and clock in columns of their own.
            cell = cell with { Text = $"{cell.Text} {clock.Text}" };
            report = report with { Found = cell.Text };
        }

        return cell.IsEmpty ? null : _times.Read(cell, _sheet.CountsFrom1904 ?? _options.CountsFrom1904, HeaderText.Zone(_table.Headers[report.Column - 1]), report);
    }

    private byte Protocol(SheetRow row, List<RowProblem> problems)
    {
        var word = Word(row, ListColumn.Protocol, problems, out _);
        return word is null ? (byte)0 : byte.Parse(word, CultureInfo.InvariantCulture);
    }

    private ListRegion? Region(SheetRow row, List<RowProblem> problems)
    {
        var cell = Cell(row, ListColumn.Region, problems, out var report);
        if (cell.IsEmpty)
        {
            // One sheet or file for each county: its name is the region of its rows.
            var name = _sheet.Name.Length > 0 ? _sheet.Name : Path.GetFileNameWithoutExtension(_sheet.Part);
            return _options.FillsRegionsDown && _regionAbove is not null ? _regionAbove : _rules.Regions.Find(name) is [var ofSheet] ? ofSheet : null;
        }

        _regionAbove = null;
        var text = report.Clean();
        switch (_rules.Regions.Find(text))
        {
            case [var region]:
                _regionAbove = region;
                return region;
            case [_, ..] several:
                report.Add(RowProblemKind.AmbiguousRegion, [.. several.Select(region => region.Name)]);
                return null;
            default:
                if (!CellText.SaysNothing(text))
                {
                    report.Add(RowProblemKind.UnknownRegion);
                }

                return null;
        }
    }

    private string? Coin(SheetRow row, List<RowProblem> problems)
    {
        if (Cell(row, ListColumn.Coin, problems, out var report).IsEmpty || report.Clean() is var text && CellText.SaysNothing(text))
        {
            return null;
        }

        if (_rules.Words.Find(ListColumn.Coin, text) is { } symbol)
        {
            return symbol;
        }

        report.Add(RowProblemKind.UnknownCoin);
        return text;
    }

    private long? Submissions(SheetRow row, List<RowProblem> problems)
    {
        if (Cell(row, ListColumn.Submissions, problems, out var report).IsEmpty || report.Clean() is var text && CellText.SaysNothing(text))
        {
            return null;
        }

        var plain = text.TrimEnd('次').Replace(",", "", StringComparison.Ordinal).Trim();
        if (decimal.TryParse(plain, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number == decimal.Truncate(number) && number <= long.MaxValue)
        {
            return (long)number;
        }

        report.Add(RowProblemKind.BadNumber);
        return null;
    }

    private ListQuantity? Hashrate(SheetRow row, List<RowProblem> problems) =>
        Cell(row, ListColumn.Hashrate, problems, out var report).IsEmpty ? null : QuantityCell.Read(report, HeaderText.Remark(_table.Headers[report.Column - 1]));

    private string? Remark(SheetRow row, List<RowProblem> problems)
    {
        var cell = Cell(row, ListColumn.Remark, problems, out var report);
        if (cell.Kind == CellKind.Text && cell.Text.TrimStart() is ['=' or '+' or '@', not '"', ..])
        {
            report.Add(RowProblemKind.FormulaText);
        }

        return cell.IsEmpty ? null : cell.Text.Trim();
    }

    /// <summary>The value of a word; null when the cell is empty or the word unknown, which is told.</summary>
    private string? Word(SheetRow row, ListColumn meaning, List<RowProblem> problems, out string? text)
    {
        text = null;
        if (Cell(row, meaning, problems, out var report).IsEmpty || report.Clean() is var plain && CellText.SaysNothing(plain) && _rules.Words.Find(meaning, plain) is null)
        {
            return null;
        }

        text = plain;
        var value = _rules.Words.Find(meaning, plain);
        if (value is null)
        {
            report.Add(meaning == ListColumn.Protocol ? RowProblemKind.BadProtocol : RowProblemKind.BadWord);
        }

        return value;
    }

    private string? Text(SheetRow row, ListColumn meaning) =>
        Column(row, meaning) is var column && column >= 0 && !row[column].IsEmpty ? CellText.Plain(row[column].Text) : null;

    private CellReport Report(SheetRow row, ListColumn meaning, List<RowProblem> problems)
    {
        Cell(row, meaning, problems, out var report);
        return report;
    }

    /// <summary>The cell of a meaning, and where what is wrong with it is told. A cell without a value is told and empty.</summary>
    private ListCell Cell(SheetRow row, ListColumn meaning, List<RowProblem> problems, out CellReport report)
    {
        var column = Column(row, meaning);
        var cell = row[column];
        report = new CellReport(problems, _index, row.Number, column + 1, meaning, cell.Text);
        if (cell.Kind != CellKind.NoValue)
        {
            return cell;
        }

        if (!problems.Exists(problem => problem.Column == column + 1 && problem.Kind == RowProblemKind.NoValue))
        {
            report.Add(RowProblemKind.NoValue);
        }

        report = report with { Found = "" };
        return ListCell.Empty;
    }

    /// <summary>The first column of a meaning that has a value in this row.</summary>
    private int Column(SheetRow row, ListColumn meaning)
    {
        var columns = _columns[(int)meaning];
        foreach (var column in columns)
        {
            if (!row[column].IsEmpty)
            {
                return column;
            }
        }

        return columns.Length > 0 ? columns[0] : -1;
    }

    private ListColumn MeaningOf(int column) => column < _table.Columns.Count ? _table.Columns[column] : ListColumn.Unknown;

    // Only in text: there a comma too many shifts every field behind it, while in a sheet somebody wrote beside the table.
    private bool HasWrongFields(SheetRow row) =>
        _sheet.IsText && _table.HeaderRow > 0 && (row.Cells.Length > _table.Columns.Count || (_sheet.FieldsAreWords && row.Cells.Length < _table.Columns.Count));

    /// <summary>What a row says that asks nothing: totals, and notes in a single cell; null for every other row.</summary>
    private string? NoiseOf(SheetRow row)
    {
        if (!row[Column(row, ListColumn.Address)].IsEmpty && AddressCell.LooksLikeAddress(CellText.Plain(row[Column(row, ListColumn.Address)].Text)))
        {
            return null;
        }

        var first = CellText.Plain(row.Cells.First(cell => !cell.IsEmpty).Text);
        return NoiseWords.IsTotal(first) || (row.OwnCells == 1 && NoiseWords.IsNote(first)) ? first
            : row.Cells.Select(cell => CellText.Plain(cell.Text)).FirstOrDefault(NoiseWords.IsTotal);
    }

    private static void SortByColumn(List<RowProblem> problems)
    {
        var sorted = problems.OrderBy(problem => problem.Column).ToList();
        problems.Clear();
        problems.AddRange(sorted);
    }

    private static ReturnReason ReasonOf(List<RowProblem> problems)
    {
        var kinds = problems.Where(problem => problem.Gravity == ProblemGravity.Error).Select(problem => problem.Kind).ToList();
        return kinds.Contains(RowProblemKind.OtherCarrier) ? ReturnReason.NotOurs
            : kinds.Exists(kind => kind is RowProblemKind.BadAddress or RowProblemKind.PartTooLarge or RowProblemKind.DamagedAddress or RowProblemKind.RangeReversed
                or RowProblemKind.BadMask or RowProblemKind.ImpossibleAddress or RowProblemKind.BadPort or RowProblemKind.BadTime or RowProblemKind.TimesReversed) ? ReturnReason.BadFormat
            : ReturnReason.Insufficient;
    }
}
