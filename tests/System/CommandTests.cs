using System.IO.Compression;
using System.Text;
using MinerFlow.SystemTests.Live;
using MinerFlow.SystemTests.Service;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests;

/// <summary>The command line over shipped captures.</summary>
public sealed class CommandTests
{
    [Fact]
    public void TheShippedCapturesReplayAsTheirGoldensSay()
    {
        var scenario = "stratum-v1/cgminer";
        var golden = File.ReadLines(Repository.PathOf("captures", scenario + ".golden.jsonl")).Skip(1).First();

        var line = Product.Lines(Product.Run("replay", "--format", "jsonl", Repository.PathOf("captures", scenario + ".pcapng")).Output).First();

        // The golden leaves out what only an operator's files add, and says where the capture is from the tree's top.
        Assert.Equal(Field(golden, "\"shares_accepted\":"), Field(line, "\"shares_accepted\":"));
        Assert.Equal(Field(golden, "\"flow_id\":"), Field(line, "\"flow_id\":"));
        Assert.Equal(Field(golden, "\"hashrate_hs\":"), Field(line, "\"hashrate_hs\":"));
    }

    [Fact]
    public void EveryShippedCaptureReplaysWithoutAProblem()
    {
        var outcome = Product.Run("replay", "--format", "jsonl", Repository.PathOf("captures"));

        Assert.Equal(0, outcome.ExitCode);
        var hits = Product.Lines(outcome.Output).Where(line => !line.Contains("captures/traps/", StringComparison.Ordinal)).ToList();
        Assert.True(hits.Count >= Repository.Scenarios.Count(scenario => !scenario.StartsWith("traps/", StringComparison.Ordinal)), $"{hits.Count} findings\n{outcome.Messages}");
    }

    /// <summary>The framework looks for a cut only when the program's own settings ask it to.</summary>
    [Fact]
    public async Task ACompressedCaptureThatLacksItsLastByteIsSaidToBeCut()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(File.ReadAllBytes(Repository.PathOf("captures", "stratum-v1", "cgminer.pcapng")));
        }

        using var folder = new ServiceFolder();
        var path = folder.PathOf("cut.pcapng.gz");
        await File.WriteAllBytesAsync(path, packed.ToArray()[..^1], TestContext.Current.CancellationToken);

        var (exitCode, said) = await Tool.TryAsync(RunningService.Program, "replay", "--lang", "en", "--format", "jsonl", path);

        Assert.Equal(1, exitCode);
        Assert.Contains($"its compressed data ends at byte {packed.Length - 1}", said, StringComparison.Ordinal);
        Assert.Contains("\"event_type\":\"mining\"", said, StringComparison.Ordinal);
    }

    [Fact]
    public void TheShippedRulesHaveNoProblem()
    {
        var outcome = Product.Run("rules", "check");

        Assert.True(outcome.ExitCode == 0, Encoding.UTF8.GetString(outcome.Output) + outcome.Messages);
    }

    private static string Field(string line, string name)
    {
        var start = line.IndexOf(name, StringComparison.Ordinal);
        Assert.True(start >= 0, $"no {name} in {line}");
        return line[start..line.IndexOf(',', start)];
    }
}
