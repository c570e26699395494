using MinerFlow.SystemTests.Service;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Live;

/// <summary>Evidence captures of a live link, read by those who will be shown them.</summary>
public sealed class EvidenceTests
{
    private static readonly string Miner = Repository.PathOf("captures", "stratum-v1", "cgminer.pcapng");
    private static readonly string Visitor = Directory.GetFiles(Repository.PathOf("captures", "traps"), "*.pcapng").Order(StringComparer.Ordinal).First();

    [Theory]
    [InlineData("ring")]
    [InlineData("libpcap")]
    public async Task TsharkReadsFramesAndTheirCommentsAndNothingOfOthers(string backend)
    {
        using var lab = LinkLab.OrSkip("tcpreplay", "tshark");
        using var folder = new ServiceFolder();
        var kept = folder.PathOf("kept");
        using var run = await CaptureCommandRun.StartAsync(lab, "--interface", LinkLab.Mirror, "--backend", backend, "--format", "jsonl", "--evidence", kept);

        lab.Send(Visitor, Miner);
        var outcome = await run.EndAsync();

        Assert.Equal(0, outcome.ExitCode);
        var file = Assert.Single(Directory.GetFiles(kept, "*.pcapng"));
        var lines = Tool.Run("tshark", "-n", "-r", file, "-T", "fields", "-E", "separator=|", "-e", "ip.src", "-e", "ip.dst", "-e", "tcp.flags.syn", "-e", "frame.comment")
            .Split('\n').Where(line => line.StartsWith("192.0.2.", StringComparison.Ordinal) || line.StartsWith("198.51.100.", StringComparison.Ordinal)).ToList();
        Assert.Equal(68, lines.Count);
        Assert.All(lines, line => Assert.Contains("minerflow rule stratum-v1; flow ", line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.True(line.Contains("192.0.2.10|", StringComparison.Ordinal), line));
        Assert.Equal(2, lines.Count(line => line.Contains("|True|", StringComparison.Ordinal) || line.Contains("|1|", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.EndsWith(": mining.authorize", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheServiceKeepsThemWithinTheirBoundAndSaysWhatItKept()
    {
        using var folder = new ServiceFolder();
        var kept = folder.PathOf("kept");
        using var link = new MinerLink(folder.PathOf("link.pcap"), new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
        using var service = await RunningService.StartAsync(
            folder.Path, null, "--follow", link.Path, "--evidence", kept, "--set", "Evidence:MaxBytes=6291456", "--set", "Evidence:FileBytes=2097152", "--set", "Evidence:FramesPerConnection=200");
        link.Connect(200).Mine(200).Flood(10_000, 1);
        await service.UntilMetricAsync("minerflow_packets_total", packets => packets == link.Packets);

        Assert.Equal(200, await service.MetricAsync("minerflow_evidence_connections_total"));
        Assert.Equal(200 * 200, await service.MetricAsync("minerflow_evidence_frames_total"));
        Assert.Equal(200 * (6 + 400 - 200), await service.MetricAsync("minerflow_evidence_lost_frames_total", "frames_per_connection"));
        Assert.True(await service.MetricAsync("minerflow_evidence_files_removed_total") > 0);
        Assert.InRange(await service.MetricAsync("minerflow_evidence_bytes"), 1, 6 << 20);
        Assert.Equal(0, service.Stop());

        var files = Directory.GetFiles(kept, "*.pcapng");
        Assert.InRange(files.Sum(file => new FileInfo(file).Length), 2 << 20, 6 << 20);
        Assert.All(files, file => Assert.Equal(0, Product.Run("replay", "--format", "jsonl", file).ExitCode));
    }
}
