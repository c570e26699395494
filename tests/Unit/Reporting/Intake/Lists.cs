using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake;
using MinerFlow.Reporting.Intake.Rules;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Reporting.Intake;

/// <summary>Lists for tests, read with the rules that are shipped; received on the Friday of the founding notice.</summary>
internal static class Lists
{
    public static readonly IntakeOptions Options = new()
    {
        ReceivedAt = new DateTimeOffset(2022, 4, 8, 16, 17, 0, TimeSpan.FromHours(8)),
        PoolPorts = new HashSet<ushort> { 3333, 4444 },
    };

    public static readonly IntakeRules Rules = Load();

    public static ListBatch Read(string text, IntakeOptions? options = null) => Read("list.csv", Encoding.UTF8.GetBytes(text), options);

    public static ListBatch Read(string name, byte[] content, IntakeOptions? options = null) => BatchReader.Read(name, content, options ?? Options, Rules);

    /// <summary>One row with this address, at a time that is in order.</summary>
    public static ListRow Address(string cell, IntakeOptions? options = null) => Row($"IP地址\t发现时间\n{Quoted(cell)}\t2022-04-07 21:03:00\n", options);

    /// <summary>One row with this time.</summary>
    public static ListRow Time(string cell, IntakeOptions? options = null) => Row($"IP地址\t发现时间\n203.0.113.9\t{Quoted(cell)}\n", options);

    /// <summary>One row with this cell in this column.</summary>
    public static ListRow Cell(string header, string cell, IntakeOptions? options = null) =>
        Row($"IP地址\t{header}\t首次发现时间\n203.0.113.9\t{Quoted(cell)}\t2022-04-07 21:03:00\n", options);

    public static ListRow Row(string text, IntakeOptions? options = null) => Assert.Single(Read(text, options).Rows);

    /// <summary>Addresses and ports of the row's entries, such as <c>203.0.113.9:22017</c>.</summary>
    public static string Asked(ListRow row) =>
        string.Join(' ', row.Entries.Select(entry => entry.Ports is { } port ? $"{(entry.Addresses.First.IsIPv4 ? entry.Addresses.ToString() : $"[{entry.Addresses}]")}:{port}" : entry.Addresses.ToString()));

    /// <summary>First and last second of the window, local time of the list.</summary>
    public static string Window(ListRow row)
    {
        var seen = Assert.NotNull(row.Seen);
        return $"{Moment(seen.From)} {Moment(seen.To)} {seen.Precision}";
    }

    public static IEnumerable<RowProblemKind> Kinds(ListRow row) => row.Problems.Select(problem => problem.Kind);

    public static RowProblem Problem(ListRow row, RowProblemKind kind) => Assert.Single(row.Problems, problem => problem.Kind == kind);

    private static string Moment(PacketTime time) => time.ToDateTimeOffset().ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd'T'HH:mm:ss");

    private static string Quoted(string cell) => cell.AsSpan().ContainsAny('"', '\n', '\t') ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;

    private static IntakeRules Load()
    {
        var problems = new List<Problem>();
        var rules = IntakeRules.Load(Repository.PathOf("rules"), problems);
        Assert.Empty(problems);
        return rules;
    }
}
