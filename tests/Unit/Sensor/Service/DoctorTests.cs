using System.Text.Json;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Sensor.Service;

public sealed class DoctorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void EachCheckHasAStateAndWhatIsNotGoodHasAdvice()
    {
        var visit = Doctor("--format", "jsonl", "--interface", "mfnone", "--set", "Sightings:PeriodSeconds=7");

        var findings = visit.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(1, visit.ExitCode);
        Assert.All(findings, finding => Assert.Equal("doctor", finding.GetProperty("event_type").GetString()));
        Assert.All(findings, finding => Assert.Equal(finding.GetProperty("state").GetString() == "good", finding.GetProperty("advice").GetString() == ""));
        Assert.Equal(["settings", "interface", "privileges", "ring", "memory", "clock", "disk", "disk", "ledger", "rules"], findings.Select(finding => finding.GetProperty("check").GetString()));
        Assert.Contains("must divide", findings[0].GetProperty("seen").GetString(), StringComparison.Ordinal);
        Assert.Contains("lo", findings[1].GetProperty("advice").GetString(), StringComparison.Ordinal);
        Assert.Equal("bad", findings[3].GetProperty("state").GetString());
    }

    [Fact]
    public void EveryFeedIsReachedAsFarAsItsFirstRecordWouldGo()
    {
        var visit = Doctor(
            "--format", "jsonl", "--interface", "mfnone", "--set", "Feeds:Files:0:Name=eve", "--set", $"Feeds:Files:0:Path={_folder.PathOf("eve.json")}",
            "--set", "Feeds:Sockets:0:Name=local", "--set", $"Feeds:Sockets:0:Path={_folder.PathOf("nobody.sock")}", "--set", "Feeds:Syslog:0:Name=siem", "--set", "Feeds:Syslog:0:To=siem");

        var feeds = visit.Lines.Select(line => JsonDocument.Parse(line).RootElement).Where(finding => finding.GetProperty("check").GetString() == "feed").ToList();
        Assert.Equal([("eve", "good"), ("local", "bad")], feeds.Select(feed => (feed.GetProperty("subject").GetString(), feed.GetProperty("state").GetString())));
        Assert.Contains(_folder.PathOf("nobody.sock"), feeds[1].GetProperty("advice").GetString(), StringComparison.Ordinal);
        Assert.Contains("Feeds:Syslog:0:To = siem", visit.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullName));
    }

    [Fact]
    public void TheDoctorChangesNothing()
    {
        Doctor("--interface", "mfnone");

        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullName));
    }

    [Fact]
    public void AnInterfaceThatIsThereIsLookedAt()
    {
        var visit = Doctor("--interface", "lo", "--lang", "zh");

        Assert.Contains("] interface lo: ", visit.Output, StringComparison.Ordinal);
        Assert.Contains("] offloads lo: ", visit.Output, StringComparison.Ordinal);
        Assert.Contains("] timestamps lo: 由内核时钟打时间戳", visit.Output, StringComparison.Ordinal);
        Assert.Contains("] placement lo: ", visit.Output, StringComparison.Ordinal);
        Assert.Contains("正常", visit.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Invocation Doctor(params string[] arguments) => Invocation.Of(
        ["doctor", "--ledger", _folder.PathOf("l.db"), "--spool", _folder.PathOf("spool"), "--set", $"Sensor:IdentityKeyFile={_folder.PathOf("key")}", .. arguments]);
}
