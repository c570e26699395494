using System.Text;
using System.Text.Json.Nodes;
using MinerFlow.Unit.Capture;
using Xunit;

namespace MinerFlow.Unit.Sensor;

public sealed class ReplayTests : IDisposable
{
    private static readonly string Miner = Invocation.Capture("stratum-v1/cgminer.pcapng");
    private static readonly string Other = Invocation.Capture("cryptonote/xmrig.pcapng");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-replay-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void JsonLinesTellWhatACaptureHolds()
    {
        var run = Replay("--format", "jsonl", Miner);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var record = JsonNode.Parse(Assert.Single(run.Lines))!;
        Assert.Equal("mining", record["event_type"]!.GetValue<string>());
        Assert.Equal("miner", record["mining"]!["role"]!.GetValue<string>());
        Assert.Equal("stratum-v1", record["mining"]!["dialect"]!.GetValue<string>());
        Assert.Equal(Miner, record["capture"]!["file"]!.GetValue<string>());
        Assert.Equal("minerflow", record["sensor"]!.GetValue<string>());
        Assert.EndsWith("+08:00", record["timestamp"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void TheSameCapturesGiveTheSameBytesInBothLanguages()
    {
        var first = Replay("--format", "jsonl", "--stats", "--lang", "en", Miner, Other);
        var second = Replay("--format", "jsonl", "--stats", "--lang", "zh", Miner, Other);

        Assert.Equal(first.Bytes, second.Bytes);
        Assert.Equal(3, first.Lines.Length);
    }

    [Fact]
    public void ASecretKeyChangesTheDigestsAndNothingElse()
    {
        var key = Write("key", new string('k', 32));

        var open = JsonNode.Parse(Replay("--format", "jsonl", Miner).Lines[0])!["mining"]!.AsObject();
        var secret = JsonNode.Parse(Replay("--format", "jsonl", "--identity-key", key, Miner).Lines[0])!["mining"]!.AsObject();

        Assert.NotEqual(open["login_digest"]!.ToString(), secret["login_digest"]!.ToString());
        open.Remove("login_digest");
        secret.Remove("login_digest");
        open.Remove("worker_digest");
        secret.Remove("worker_digest");
        Assert.Equal(open.ToJsonString(), secret.ToJsonString());
    }

    [Fact]
    public void AShortKeyIsRefusedWithWhatWouldDo()
    {
        var run = Replay("--identity-key", Write("key", "short"), Miner);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("has 5 bytes; a key needs 32 or more", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingKeyIsToldOnceAndAKeyIsNeverAnOutput()
    {
        var missing = Replay("--identity-key", "/nowhere/key", Miner);
        Assert.Equal(2, missing.ExitCode);
        Assert.Single(missing.Error.Split('\n'), line => line.Contains("/nowhere/key", StringComparison.Ordinal));

        var key = Write("key", new string('k', 32));
        Assert.Equal(2, Replay("--identity-key", key, "--output", key, Miner).ExitCode);
        Assert.Equal(32, new FileInfo(key).Length);
    }

    [Fact]
    public void CountersAddUp()
    {
        var stats = JsonNode.Parse(Replay("--format", "jsonl", "--stats", Miner).Lines[^1])!["stats"]!.AsObject();

        var rejected = stats.Where(counter => counter.Key.StartsWith("rejected_", StringComparison.Ordinal)).Sum(counter => counter.Value!.GetValue<long>());
        Assert.True(stats["frames"]!.GetValue<long>() > 0);
        Assert.Equal(stats["frames"]!.GetValue<long>(), stats["decoded"]!.GetValue<long>() + rejected + stats["fragments_held"]!.GetValue<long>());
    }

    [Fact]
    public void AnUnreadableInputIsNamedAndTheRestIsRead()
    {
        var text = Write("notes.pcap", "these are no packets");

        var run = Replay("--format", "jsonl", "/nowhere/x.pcap", text, Miner);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("/nowhere/x.pcap: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(text + ": ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Lines);
    }

    [Fact]
    public void ACutOffTailIsToldAndTheRecordsBeforeItAreRead()
    {
        var cut = Path.Combine(_folder.FullName, "cut.pcapng");
        File.WriteAllBytes(cut, File.ReadAllBytes(Miner)[..^10]);

        var run = Replay("--format", "jsonl", cut);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("in the middle of a", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Lines);
    }

    [Fact]
    public void FramesOfALinkTypeThatIsNotReadAreToldOfTheirCapture()
    {
        var other = Path.Combine(_folder.FullName, "usb.pcap");
        File.WriteAllBytes(other, new CaptureBytes().Pcap(linkType: 220).Record(1, 0, CaptureBytes.Frame(64, 1)).ToArray());

        var run = Replay("--format", "jsonl", Miner, other);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{other}: 1 frames of link type 220 were not looked into", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Lines);
    }

    [Fact]
    public void ATableIsTheDefault()
    {
        var run = Replay(Miner);

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("╭", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 hit: 1 client, 1 pool, 1 connection", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void CsvGoesToAFileWhenAsked()
    {
        var path = Path.Combine(_folder.FullName, "hits.csv");

        var run = Replay("--format", "csv", "--encoding", "gb18030", "--lang", "zh", "--output", path, Miner);

        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Assert.StartsWith("序号,", File.ReadAllText(path, Encoding.GetEncoding("gb18030")), StringComparison.Ordinal);
    }

    [Fact]
    public void AWorkbookIsWrittenBesideTheTable()
    {
        var path = Path.Combine(_folder.FullName, "hits.xlsx");

        Assert.Equal(0, Replay("--xlsx", path, Miner).ExitCode);

        Assert.Equal("PK"u8.ToArray(), File.ReadAllBytes(path)[..2]);
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public void ReplayingAgainChangesNothingInTheLedger()
    {
        var ledger = Path.Combine(_folder.FullName, "ledger.db");

        var first = Replay("--ledger", ledger, Miner, Other);
        var second = Replay("--ledger", ledger, Miner, Other);

        Assert.Contains("2 sightings new, 0 known", first.Error, StringComparison.Ordinal);
        Assert.Contains("0 sightings new, 2 known", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsNoLedgerIsRefusedBeforeTheRun()
    {
        var run = Replay("--ledger", Write("ledger.db", "no database, but long enough to have been one: " + new string('x', 4_096)), Miner);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
    }

    [Fact]
    public void ALedgerInAFolderThatIsNotThereIsTheEnvironments()
    {
        var run = Replay("--ledger", Path.Combine(_folder.FullName, "nowhere", "ledger.db"), Miner);

        Assert.Equal((4, ""), (run.ExitCode, run.Output));
        Assert.Contains("the folder must exist", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void SubscribersAreNamedAndMasked()
    {
        var lines = Write("lines.csv", "起始IP,终止IP,单位名称,单位性质\n192.0.2.0,192.0.2.255,张三丰,个人\n");

        var run = Replay("--format", "jsonl", "--subscribers", lines, Miner);

        var subscriber = JsonNode.Parse(run.Lines[0])!["subscriber"]!;
        Assert.Equal("unique", subscriber["outcome"]!.GetValue<string>());
        Assert.Equal("张*", subscriber["candidates"]![0]!["name"]!.GetValue<string>());
        Assert.DoesNotContain("张三丰", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ABrokenRowNeedsAPerson()
    {
        var lines = Write("lines.csv", "起始IP,终止IP,单位名称\n192.0.2.0,192.0.2.255,示例公司\n300.0.2.0,,示例公司\n");

        var run = Replay("--format", "jsonl", "--subscribers", lines, Miner);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(lines + ":3:", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Lines);
    }

    [Fact]
    public void AGeoFileThatIsNoneIsNamedAndTheRunGoesOn()
    {
        var run = Replay("--format", "jsonl", "--geo", Write("geo.mmdb", "not a database"), Miner);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("geo.mmdb", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Lines);
    }

    [Fact]
    public void RolesThatAreNoHitsAreInJsonOnlyUnlessAskedFor()
    {
        var node = Invocation.Capture("bitcoin-p2p/handshake.pcapng");

        Assert.Contains("\"role\":\"node\"", Replay("--format", "jsonl", node).Output, StringComparison.Ordinal);
        Assert.Empty(Replay("--format", "jsonl", "--role", "hits", node).Output);
        Assert.Contains("No mining found.", Replay(node).Output, StringComparison.Ordinal);
        Assert.Contains("blockchain nodes 1", Replay(node).Output, StringComparison.Ordinal);
        Assert.Contains(",node,", Replay("--format", "csv", "--role", "all", node).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void MergedCapturesAreOneTimeline()
    {
        var alone = Replay("--format", "jsonl", Miner, Other);
        var merged = Replay("--format", "jsonl", "--merge", Miner, Other);

        Assert.Equal(0, merged.ExitCode);
        Assert.Equal(alone.Lines.Length, merged.Lines.Length);
    }

    [Fact]
    public void AReaderThatLeavesEndsTheRunWithFour()
    {
        using var closed = new ClosedStream();

        var run = Invocation.Of(closed, CancellationToken.None, "replay", "--rules", Invocation.Rules, "--format", "jsonl", Miner);

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("cannot write: standard output: Broken pipe", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOutputThatCannotBeMadeEndsTheRunWithFour()
    {
        var run = Replay("--output", Path.Combine(_folder.FullName, "no-such-folder", "x"), Miner);

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("cannot write: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AStoppedRunWritesWhatItFound()
    {
        var run = Invocation.Of(new MemoryStream(), new CancellationToken(canceled: true), "replay", "--rules", Invocation.Rules, "--format", "jsonl", "--stats", Miner);

        Assert.Equal(130, run.ExitCode);
        Assert.Contains("\"event_type\":\"stats\"", run.Output, StringComparison.Ordinal);
    }

    private static Invocation Replay(params string[] arguments) => Invocation.Of(["replay", "--rules", Invocation.Rules, .. arguments]);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Standard output whose reader has gone.</summary>
    private sealed class ClosedStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("Broken pipe");

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("Broken pipe");
    }
}
