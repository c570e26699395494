using MinerFlow.Sensor.Commands;
using MinerFlow.Traffic;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Sensor;

public sealed class NatLogTryTests
{
    private static readonly string Sample = Repository.PathOf("rules", "nat-logs", "samples", "nat444.log");

    [Fact]
    public void TablesShowEventsIntervalsAndWhatWasNotUnderstood()
    {
        var run = Invocation.Of("rules", "nat-log", "try", "nat444", Sample, "--year", "2022", "--lang", "en");

        Assert.Equal(ExitCode.NeedsPerson, run.ExitCode);
        Assert.Contains(run.Lines, line => line.StartsWith("  1     block-allocated", StringComparison.Ordinal) && line.Contains("100.64.12.34", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.Contains("2022-04-07 09:58:11  2022-04-07 21:10:00", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.Contains("a port beyond 65535", StringComparison.Ordinal) && line.Contains("{last-port?}", StringComparison.Ordinal));
        Assert.Contains("16 lines: 10 events, 1 passed over, 7 not understood; 8 intervals", run.Lines);
    }

    [Fact]
    public void ChineseTextsSayTheSame()
    {
        var run = Invocation.Of("rules", "nat-log", "try", "nat444", Sample, "--year", "2022", "--lang", "zh");

        Assert.Contains("共 16 行:事件 10 个,略过 1 个,未能识别 7 个;区间 8 个", run.Lines);
        Assert.Contains(run.Lines, line => line.Contains("末端口小于首端口", StringComparison.Ordinal));
    }

    [Fact]
    public void ASampleThatIsUnderstoodIsDone() =>
        Assert.Equal(ExitCode.Done, Invocation.Of("rules", "nat-log", "try", "huawei", Repository.PathOf("rules", "nat-logs", "samples", "huawei.log")).ExitCode);

    [Fact]
    public void EverythingWrongWithTheUsageIsSaidAtOnce()
    {
        var run = Invocation.Of("rules", "nat-log", "try", "huawai", "nowhere.log", "--year", "22");

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("huawai: no such profile; there are 6wind, a10, cisco", run.Error, StringComparison.Ordinal);
        Assert.Contains("nowhere.log", run.Error, StringComparison.Ordinal);
        Assert.Contains("--year 22", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AProfileOfOnesOwnIsTriedFromItsFileAndItsMistakesAreNamed()
    {
        using var folder = new TempFolder();
        var profile = folder.Write("mine.yaml", "name: mine\nbodies:\n  - match: 'NAT {inner} {outr}:{port}'\n    event: block-allocated\n");
        var sample = folder.Write("mine.log", "NAT 100.64.0.1 203.0.113.9:2000\n");

        var run = Invocation.Of("rules", "nat-log", "try", profile, sample);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("mine.yaml:3:12", run.Error, StringComparison.Ordinal);
        Assert.Contains("'{outr}' is no field", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckingTheRulesChecksTheProfiles()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.PathOf("nat-logs"));
        folder.Write("nat-logs/mine.yaml", "name: mine\nbodies:\n  - match: 'NAT'\n    event: exploded\n");

        var run = Invocation.Of("rules", "check", folder.FullName);

        Assert.Equal(ExitCode.NeedsPerson, run.ExitCode);
        Assert.Contains("'exploded' is no event", run.Error, StringComparison.Ordinal);
    }
}
