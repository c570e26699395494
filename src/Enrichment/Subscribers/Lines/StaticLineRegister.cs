using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Lines;

public sealed record StaticLineOptions
{
    /// <summary>Zone of dates that name none. UTC+8: all of China.</summary>
    public TimeSpan UtcOffset { get; init; } = TimeSpan.FromHours(8);
}

/// <summary>One row of the register: a range, who holds it, and since when.</summary>
/// <param name="Range">The addresses.</param>
/// <param name="Account">Line number (专线号), or file and row when the register names none.</param>
/// <param name="From">First moment of use; <see cref="PacketTime.None"/> when the register does not say.</param>
/// <param name="To">End of use, exclusive; null when it goes on.</param>
/// <param name="Subscriber">The holder; null for an address pool of ours (使用方式 names it dynamic or NAT).</param>
public sealed record StaticLine(IpRange Range, string Account, PacketTime From, PacketTime? To, Subscriber? Subscriber)
{
    internal LineDigest Digest { get; init; }

    internal int Line { get; init; }
}

/// <summary>The carrier's register of static lines (专线), in the columns of the IP filing record.</summary>
public sealed class StaticLineRegister
{
    internal const string SourceName = "line";

    private readonly Dictionary<string, Subscriber?> _byLineNumber;
    private readonly Dictionary<(LineDigest Row, IpRange Range), StaticLine> _byRow = [];

    private StaticLineRegister(IReadOnlyList<StaticLine> lines)
    {
        Lines = lines;
        var list = new IntervalList();
        var source = list.SourceOf(LogKind.Line, SourceName);
        foreach (var line in lines)
        {
            // Rows that are the same to the last letter say the same.
            _byRow[(line.Digest, line.Range)] = line;
            list.Add(ToInterval(line, source.Number, list));
        }

        Intervals = list.ToIndex();
        _byLineNumber = lines
            .Where(line => line.Subscriber?.LineNumber is not null)
            .GroupBy(line => line.Subscriber!.LineNumber!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, OnlyHolder, StringComparer.Ordinal);
    }

    public IReadOnlyList<StaticLine> Lines { get; }

    /// <summary>Its rows as intervals; those of address pools have no account.</summary>
    internal IAddressIntervals Intervals { get; }

    /// <summary>
    /// Reads the CSV file. Every row that cannot be used is named in <paramref name="problems"/> with line and column; the rest is loaded. Two rows
    /// for the same range whose times overlap are both kept and reported: a question about them is ambiguous.
    /// </summary>
    public static StaticLineRegister Load(string path, ICollection<Problem> problems, StaticLineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var file = CsvFile.Read(path, StaticLineReader.Required, problems);
        if (file is null)
        {
            return new StaticLineRegister([]);
        }

        var reader = new StaticLineReader(file, (options ?? new StaticLineOptions()).UtcOffset);
        var lines = new List<StaticLine>();
        foreach (var row in file.Rows)
        {
            if (reader.Read(row) is { } line)
            {
                lines.Add(line);
            }
        }

        ReportEqualRanges(path, lines, problems);
        return new StaticLineRegister(lines);
    }

    /// <summary>Several registers as one; a range that two of them give to different holders is answered as ambiguous.</summary>
    public static StaticLineRegister Join(IEnumerable<StaticLineRegister> registers) => new([.. registers.SelectMany(register => register.Lines)]);

    /// <summary>The holder of a line number; null when no row or rows of different holders carry it.</summary>
    internal Subscriber? FindByLineNumber(string lineNumber) => _byLineNumber.GetValueOrDefault(lineNumber);

    /// <summary>The holder in the row that an interval of <see cref="Intervals"/> was made of; null for an address pool.</summary>
    internal Subscriber? HolderOf(in AddressInterval interval) => _byRow[(interval.FirstLine, interval.Range)].Subscriber;

    /// <summary>Whether a row gives the address to somebody, at any time.</summary>
    internal bool HasHolder(IpAddress address)
    {
        var found = new List<AddressInterval>();
        Intervals.Find(address, null, PacketTime.None, AddressInterval.Open, found);
        return found.Exists(interval => !interval.Account.IsNone);
    }

    private static Subscriber? OnlyHolder(IEnumerable<StaticLine> lines)
    {
        var holders = lines.Select(line => line.Subscriber!).DistinctBy(subscriber => (subscriber.Name, subscriber.CreditCode)).Take(2).ToList();
        return holders.Count == 1 ? holders[0] : null;
    }

    private static AddressInterval ToInterval(StaticLine line, ushort source, IntervalList list)
    {
        var to = line.To ?? AddressInterval.Open;
        return new AddressInterval
        {
            Kind = IntervalKind.Line,
            Source = source,
            Range = line.Range,
            From = line.From,
            To = to,
            // Without a date of begin the register proves today's holder only: no first proof, so never the best grade.
            FirstProof = line.From.IsNone ? AddressInterval.Open : line.From,
            LastProof = to,
            Account = line.Subscriber is null ? default : list.Intern(line.Account),
            FirstLine = line.Digest,
            LastLine = line.Digest,
        };
    }

    private static void ReportEqualRanges(string path, List<StaticLine> lines, ICollection<Problem> problems)
    {
        foreach (var same in lines.Where(line => line.Subscriber is not null).GroupBy(line => line.Range))
        {
            StaticLine? longest = null;
            foreach (var line in same.OrderBy(line => line.From.UnixNanoseconds).ThenBy(line => line.Line))
            {
                if (longest is not null && (longest.To is not { } end || end > line.From))
                {
                    Sentence what = longest.Subscriber == line.Subscriber && longest.From == line.From && longest.To == line.To ? "is there twice" : "is held by two rows at the same time";
                    problems.Add(new Problem(path, line.Line, 0, $"{line.Range} {what} (also line {longest.Line}); questions about it are answered as ambiguous until one is corrected."));
                }

                if (longest is null || longest.To is not null && (line.To is null || line.To > longest.To))
                {
                    longest = line;
                }
            }
        }
    }
}
