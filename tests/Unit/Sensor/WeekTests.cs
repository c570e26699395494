using System.Text.Json;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Sensor.Commands;
using MinerFlow.Unit.Enrichment;
using MinerFlow.Unit.Ledger;
using Xunit;

namespace MinerFlow.Unit.Sensor;

public sealed class WeekOnSqliteTests() : WeekTests(new SqliteHome());

public sealed class WeekOnPostgreSqlTests(PostgreSqlServer server) : WeekTests(server.NewHome());

/// <summary>A whole week on the command line: a list on Friday afternoon with a Monday deadline, two signatures, zero, and a relapse.</summary>
public abstract class WeekTests : IDisposable
{
    private static readonly DateTimeOffset Friday = new(2022, 4, 8, 16, 17, 0, TimeSpan.FromHours(8));
    private readonly Office _office;
    private readonly TempFolder _folder = new();
    private readonly string _actors;
    private readonly string _lines;

    protected WeekTests(LedgerHome home)
    {
        _office = new Office(home);
        _actors = _folder.Write("actors.csv", "name,os_user,duties\n录入,zhao,Entry\n核查,qian,Verifier\n复核,sun,Reviewer\n报送,wu,Sender\n网管,li,Network\n审计,zhou,Auditor\n");
        _lines = _folder.Write("lines.csv", "起始IP,终止IP,单位名称,单位性质,专线号,装机地址,使用开始时间\n203.0.113.0,203.0.113.15,示例公司,民营企业,L1,示例路1号,2020-01-01\n2001:db8:7::,2001:db8:7::ffff,示例公司,民营企业,L9,示例路1号,2022-04-15\n");
        var rows = new[] { Lists.Row(1, "203.0.113.9", 22017) with { IsPriority = true }, Lists.Row(2, "203.0.113.10"), Lists.Row(3, "198.51.100.200") };
        new TaskStore(_office.DeskOf("entry")).Accept(Lists.Batch("附件1.xlsx", Friday, rows) with { Deadline = new DateTimeOffset(2022, 4, 11, 11, 30, 0, TimeSpan.FromHours(8)) }, Lists.Original("a"));
    }

    public void Dispose()
    {
        _office.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void AWeekFromTheListToZeroAndBack()
    {
        // Friday: the clock runs, and says how little of the weekend is work.
        var batch = Row("zhao", "task", "list");
        Assert.Equal(("67:13", "4:13", "Green", 3), (Word(batch, "left"), Word(batch, "working_time_left"), Word(batch, "light"), Number(batch, "silent")));
        Assert.Equal(ExitCode.Done, Run("zhao", "task", "propose", "1", "--subscribers", _lines).ExitCode);
        var entries = Rows("qian", "task", "show", "1");
        Assert.Equal(["ActiveMining", "ActiveMining", "Undeterminable"], entries.Select(entry => Word(entry, "judgement")));
        Assert.Equal(Number(entries[0], "subject"), Number(entries[1], "subject"));

        // Verified on Saturday; whoever verified cannot review, and does not find it out from a stack trace.
        _office.Clock.Now = Friday.AddHours(20);
        Refused(Run("sun", "task", "verify", "1"), "lacks the duty Verifier");
        Assert.Equal(ExitCode.Done, Run("qian", "task", "verify", "1").ExitCode);
        Refused(Run("qian", "task", "review", "1"), "lacks the duty Reviewer");
        Refused(Run("nobody", "task", "review", "1"), "is nobody who may work here");
        Assert.Equal(ExitCode.Done, Run("sun", "task", "review", "1").ExitCode);
        var found = Row("sun", "case", "list");
        Assert.Equal(("Handling", "140802", 1), (Word(found, "state"), Word(found, "region"), Number(found, "case")));
        Assert.Equal(3, Number(Row("zhao", "task", "list"), "reviewed"));

        // Monday: acted on; the proof of zero takes a week in which the sensor must not sleep.
        _office.Clock.Now = Friday.AddDays(3);
        Refused(Run("qian", "case", "move", "1", "Cleared", "--reason", "they said so"), "there is no step Cleared");
        Done(Run("qian", "case", "act", "1", "Suspended", "--reason", "contract, clause 7"));
        Done(Run("qian", "case", "observe", "1", "--days", "7", "--source", "s1", "--reason", "begun"));
        Done(Run("li", "case", "coverage", "s1", "--from", "2022-04-11T00:00", "--to", "2022-04-14T00:00"));
        _office.Clock.Now = Friday.AddDays(10);
        Refused(Run("sun", "case", "clear", "1", "--reason", "nothing seen"), "s1 was not healthy for 112:17:00 of it");
        Done(Run("li", "case", "coverage", "s1", "--from", "2022-04-14T00:00", "--to", "2022-04-19T00:00"));
        Done(Run("sun", "case", "clear", "1", "--reason", "nothing seen"));
        Assert.Equal("Cleared", Word(Row("sun", "case", "list"), "state"));

        // The next day the same premises mine over IPv6.
        _office.Clock.Now = Friday.AddDays(11);
        Sight("2001:db8:7::1", _office.Clock.Now);
        Done(Run("zhao", "case", "scan"));
        var relapsed = Row("sun", "case", "list", "--state", "复发");
        Assert.Equal(("Relapsed", 1), (Word(relapsed, "state"), Number(relapsed, "relapses")));
        var steps = Rows("sun", "case", "show", "1").Skip(1).Select(step => Word(step, "to"));
        Assert.Equal(["Handling", "AwaitingProof", "Observing", "Cleared", "Relapsed"], steps);

        // And the auditor finds every step in its place.
        var audit = Invocation.Of("doctor", "audit", "--ledger", _office.Place);
        Assert.Contains("whole:", audit.Output, StringComparison.Ordinal);
    }

    // T20: the county is warned in each class of the next one, and the third week's notice goes to its heads.
    [Fact]
    public void ThreeWeeksOfNoticesEachToldAWeekBefore()
    {
        Done(Run("zhao", "task", "propose", "1", "--subscribers", _lines));
        Done(Run("qian", "task", "verify", "1"));
        Done(Run("sun", "task", "review", "1"));

        var first = Notices();
        Assert.Contains("有关县（市、区）分管领导：", first[2], StringComparison.Ordinal);
        Assert.Contains("盐湖区", Section(first[2], ""), StringComparison.Ordinal);
        Assert.DoesNotContain("盐湖区", first[1], StringComparison.Ordinal);

        _office.Clock.Now = Friday.AddDays(7.5);
        var second = Notices();
        Assert.Contains("盐湖区", Section(second[2], ""), StringComparison.Ordinal);
        Assert.Contains("盐湖区", Section(second[2], "预警"), StringComparison.Ordinal);
        Assert.DoesNotContain("盐湖区", second[3], StringComparison.Ordinal);

        _office.Clock.Now = Friday.AddDays(14.5);
        var third = Notices();
        Assert.Contains("有关县（市、区）党委书记、县（市、区）长：", third[3], StringComparison.Ordinal);
        Assert.Contains("盐湖区", third[3], StringComparison.Ordinal);
        Assert.DoesNotContain("盐湖区", third[2], StringComparison.Ordinal);
    }

    [Fact]
    public void MistakesOfTheCallAreToldAllAtOnceAndInChinese()
    {
        var wrong = Run("sun", "case", "act", "one", "Shouting", "--lang", "zh");

        Assert.Equal(ExitCode.Usage, wrong.ExitCode);
        Assert.Contains("CASE one:应为", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("MEASURE Shouting:应为 Notice, Interview", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("请用 --ledger 指定台账", Invocation.Of("case", "list", "--lang", "zh", "--actors", _actors).Error, StringComparison.Ordinal);
        Refused(Run("sun", "case", "show", "99", "--lang", "zh"), "没有 case:99");
        Refused(Invocation.As("sun", _office.Clock, "case", "list", "--ledger", _folder.PathOf("mistyped.db"), "--actors", _actors), "there is no such ledger");
        Refused(Invocation.As("sun", _office.Clock, "case", "list", "--ledger", _office.Place, "--keys", _folder.PathOf("none"), "--actors", _actors), "there are no keys");
        Refused(Invocation.As("sun", _office.Clock, "case", "list", "--ledger", _office.Place, "--keys", Directory.CreateDirectory(_folder.PathOf("other")).FullName, "--actors", _actors), "of another ledger");
        Assert.False(File.Exists(_folder.PathOf("mistyped.db")));
        Assert.Contains("研判结论", Run("sun", ["case", "list", "--lang", "zh"], "table").Output, StringComparison.Ordinal);
    }

    private static void Done(Invocation run) => Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.ExitCode == ExitCode.Done ? "" : run.Error));

    /// <summary>Takes the week's snapshot and writes the three drafts; their texts by class.</summary>
    private Dictionary<int, string> Notices()
    {
        var snapshot = Number(Row("wu", "report", "snapshot", "--purpose", "周通报"), "snapshot");
        return Enumerable.Range(1, 3).ToDictionary(tier => tier, tier =>
        {
            var file = Row("wu", "report", "write", $"{snapshot}", "--form", $"notice-{tier}", "--output", _folder.PathOf($"week{snapshot}"));
            using var document = WordprocessingDocument.Open(Word(file, "file")!, isEditable: false);
            return string.Join('\n', document.MainDocumentPart!.Document.Body!.Descendants<Paragraph>().Select(paragraph => paragraph.InnerText));
        });
    }

    /// <summary>The text of a letter before its next heading.</summary>
    private static string Section(string letter, string heading)
    {
        var from = heading.Length == 0 ? 0 : letter.IndexOf($"\n{heading}\n", StringComparison.Ordinal) + heading.Length + 2;
        var to = letter.IndexOf("\n预警\n", from, StringComparison.Ordinal);
        return to < 0 ? letter[from..] : letter[from..to];
    }

    private static void Refused(Invocation run, string expected)
    {
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.NotEqual(ExitCode.Done, run.ExitCode);
    }

    private static string? Word(JsonElement row, string name) => row.GetProperty(name).GetString();

    private static long Number(JsonElement row, string name) => row.GetProperty(name).GetInt64();

    private JsonElement Row(string user, params string[] arguments) => Assert.Single(Rows(user, arguments));

    private List<JsonElement> Rows(string user, params string[] arguments)
    {
        var run = Run(user, arguments);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return [.. run.Lines.Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private Invocation Run(string user, params string[] arguments) => Run(user, arguments, "jsonl");

    private Invocation Run(string user, string[] arguments, string format) =>
        Invocation.As(user, _office.Clock, [.. arguments, "--format", format, "--ledger", _office.Place, "--keys", _office.KeyFolder, "--actors", _actors]);

    private void Sight(string address, DateTimeOffset at)
    {
        var holder = new Subscriber("示例公司", IsNaturalPerson: false) { Kind = "民营企业", InstallationAddress = "示例路1号", LineNumber = "L9" };
        _office.Keep(SyntheticSightings.Of(address, at, TimeSpan.FromMinutes(5), FakeResolver.Unique("L9", holder)));
    }
}
