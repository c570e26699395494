using System.Text.Json;
using MinerFlow.Traffic;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Sensor;

/// <summary><c>minerflow intake</c> as a user runs it.</summary>
public sealed class IntakeTests : IDisposable
{
    private const string List = "序号,IP地址,源端口,发现时间\n1,203.0.113.9,22017,2022-04-07 21:03\n2,10.1.2.3,,2022-04-07 21:03\n3,192.0.2.010,1,2022-04-07 21:04\n合计,3,,\n";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ThePreviewNamesEveryProblemByItsCellAndThatAPersonIsNeeded()
    {
        var outcome = Invocation.Of("intake", "--lang", "zh", _folder.Write("附件1.csv", List));

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("第3行第2列 错误: IP地址 “10.1.2.3” 10.1.2.3 属于 10.0.0.0/8,不是公网地址; 请提供出口公网地址", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("共 4 行:受理 2,退回 1,重复 0,非数据行 1", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSamePreviewInEnglish()
    {
        var outcome = Invocation.Of("intake", "--lang", "en", _folder.Write("list.csv", List));

        Assert.Contains("line 4, field 2 warning: IP地址 “192.0.2.010” an address with leading zeros; read as decimal: 192.0.2.10", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("4 rows: 2 accepted, 1 returned, 0 duplicates, 1 without a question", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AListWithoutErrorsNeedsNobody() => Assert.Equal(0, Invocation.Of("intake", _folder.Write("list.csv", "IP地址,源端口,发现时间\n203.0.113.9,22017,2022-04-07 21:03\n")).ExitCode);

    [Theory]
    [InlineData("")]
    [InlineData("name;shell\nroot;/bin/sh\n")]
    public void AFileThatIsNoListNeedsAPersonAndWhatIsWantedIsSaid(string content)
    {
        var outcome = Invocation.Of("intake", "--lang", "en", _folder.Write("list.csv", content));

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("list.csv: holds no row of a list: a table is wanted whose heading names a column of addresses", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheMachineFormatIsTheSameInEveryLanguage()
    {
        var path = _folder.Write("list.csv", List);
        string[] Lines(string language) => Invocation.Of("intake", "--format", "jsonl", "--received", "2022-04-08T16:17", "--lang", language, path).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(Lines("zh"), Lines("en"));
        var rows = Lines("zh").Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(5, rows.Count);
        Assert.Equal("203.0.113.9", rows[0].GetProperty("entries")[0].GetProperty("address").GetString());
        Assert.Equal("B3", rows[1].GetProperty("problems")[0].GetProperty("cell").GetString());
        Assert.Equal(4, rows[^1].GetProperty("rows").GetInt32());
    }

    [Fact]
    public void PastedTextComesFromStandardInput()
    {
        var outcome = Invocation.WithInput("203.0.113.9 22017 2022-04-07 21:03", "intake", "--format", "jsonl", "-");

        Assert.Contains("\"port\":\"22017\"", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AListIsStoredOnlyWhenToldToAndOnlyOnce()
    {
        var list = _folder.Write("附件1.csv", List);
        string[] intake = ["intake", "--received", "2022-04-08T16:17", "--ledger", _folder.PathOf("ledger.db"), "--actors", _folder.Write("actors.csv", "name,os_user,duties\n录入,tester,Entry\n"), list];

        Assert.Contains("nothing was stored; say --yes", Invocation.Of(intake).Error, StringComparison.Ordinal);
        Assert.Contains("stored as batch", Invocation.Of([.. intake, "--yes"]).Error, StringComparison.Ordinal);
        var again = Invocation.Of([.. intake, "--yes"]);

        Assert.Contains("this file was accepted on", again.Output, StringComparison.Ordinal);
        Assert.Contains("2 questions: 0 new, 2 repeated", again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("stored as batch", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheNextListIsComparedWithTheStoredOnes()
    {
        string[] Intake(string list) =>
        [
            "intake", "--received", "2022-04-08T16:17", "--platform", "甲平台", "--yes", "--ledger", _folder.PathOf("ledger.db"),
            "--actors", _folder.Write("actors.csv", "name,os_user,duties\n录入,tester,Entry\n"), list,
        ];
        Invocation.Of(Intake(_folder.Write("first.csv", "IP地址,源端口,发现时间\n203.0.113.1,1001,2022-04-01 08:00\n203.0.113.2,1002,2022-04-01 08:00\n203.0.113.3,1003,2022-04-01 08:00\n")));

        var next = Invocation.Of(Intake(_folder.Write("next.csv", "IP地址,源端口,发现时间\n203.0.113.1,1001,2022-04-01 08:00\n203.0.113.2,1002,2022-04-07 08:00\n203.0.113.4,1004,2022-04-07 08:00\n")));

        Assert.Contains("3 questions: 1 new, 1 repeated, 1 again at another time, 0 reopened; 1 of the last batch are gone", next.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void StoringNeedsALedgerAndTheDuty()
    {
        var list = _folder.Write("list.csv", List);

        Assert.Contains("--yes", Invocation.Of("intake", "--yes", list).Error, StringComparison.Ordinal);
        var refused = Invocation.Of("intake", "--yes", "--ledger", _folder.PathOf("ledger.db"), "--actors", _folder.Write("actors.csv", "name,os_user,duties\n复核,tester,Reviewer\n"), list);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("lacks the duty Entry", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongUsageIsToldAtOnce()
    {
        var outcome = Invocation.Of("intake", "--lang", "en", "--received", "gestern", "--date-order", "ydm", "--own-carrier", "post", "missing.xlsx");

        Assert.Equal(2, outcome.ExitCode);
        Assert.All(["--received gestern", "--date-order ydm", "--own-carrier post", "missing.xlsx"], text => Assert.Contains(text, outcome.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void ThePortsOfPoolsComeFromTheRules()
    {
        var outcome = Invocation.Of("intake", "--format", "jsonl", "--rules", Repository.PathOf("rules"), _folder.Write("list.csv", "IP地址,源端口,发现时间\n203.0.113.9,3333,2022-04-07 21:03\n"));

        Assert.Contains("\"kind\":\"pool-port\"", outcome.Output, StringComparison.Ordinal);
    }
}
