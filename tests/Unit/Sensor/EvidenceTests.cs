using System.Text;
using System.Text.Json.Nodes;
using MinerFlow.Capture;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Sensor;

/// <summary><c>--evidence</c>: the frames of hits out of a capture.</summary>
public sealed class EvidenceTests : IDisposable
{
    private static readonly string Miner = Invocation.Capture("stratum-v1/cgminer.pcapng");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AHitIsFoundAgainInItsEvidenceByFlowRuleAndFrame()
    {
        var run = Replay(Miner);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"evidence {_folder.PathOf("kept")}: 68 frames of 1 connections; ", run.Error, StringComparison.Ordinal);

        // All but the acknowledgment between the handshake and the first data, before which nobody knows what the flow is.
        var file = Assert.Single(Files());
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(file));
        var record = JsonNode.Parse(Assert.Single(run.Lines))!;
        Assert.Contains($"minerflow rule stratum-v1; flow {record["flow_id"]}; frame 1 of {Miner}", text, StringComparison.Ordinal);
        Assert.Contains("; frame 4 of " + Miner + ": ", text, StringComparison.Ordinal);
        Assert.Equal(68, MinerFlow.Unit.Capture.Replay.Of(CaptureSources.Open(file, new CaptureInputOptions())).Frames.Count);

        // What is kept is enough for the verdict to be reached again.
        var again = JsonNode.Parse(Assert.Single(Invocation.Of("replay", "--lang", "en", "--format", "jsonl", file).Lines))!;
        Assert.Equal(record["mining"]!["login_digest"]!.ToString(), again["mining"]!["login_digest"]!.ToString());
    }

    [Fact]
    public void HeadersAloneHoldNoLogin()
    {
        var clear = ".rig07";
        Assert.Equal(0, Replay(Miner).ExitCode);
        Assert.Contains(clear, Encoding.Latin1.GetString(File.ReadAllBytes(Files().Single())), StringComparison.Ordinal);
        Directory.Delete(_folder.PathOf("kept"), recursive: true);

        Assert.Equal(0, Replay("--evidence-headers", Miner).ExitCode);

        Assert.DoesNotContain(clear, Encoding.Latin1.GetString(File.ReadAllBytes(Files().Single())), StringComparison.Ordinal);
    }

    [Fact]
    public void OfBenignFlowsNothingReachesTheDisk()
    {
        var traps = Directory.GetFiles(Invocation.Capture("traps"), "*.pcapng");

        var run = Replay([.. traps]);

        Assert.DoesNotContain("\"role\":\"miner\"", run.Output, StringComparison.Ordinal);
        Assert.Empty(Files());
    }

    [Fact]
    public void HeadersWithoutAFolderAreRefused()
    {
        var run = Invocation.Of("replay", "--lang", "en", "--evidence-headers", Miner);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--evidence-headers", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderThatCannotBeMadeEndsTheRunWithItsReason()
    {
        var file = _folder.Write("file", "");

        var run = Invocation.Of("replay", "--lang", "en", "--evidence", Path.Combine(file, "below"), Miner);

        Assert.Equal(4, run.ExitCode);
        Assert.Contains(Path.Combine(file, "below"), run.Error, StringComparison.Ordinal);
    }

    private string[] Files() => Directory.GetFiles(_folder.PathOf("kept"), "*.pcapng");

    private Invocation Replay(params string[] arguments) => Invocation.Of(["replay", "--lang", "en", "--format", "jsonl", "--evidence", _folder.PathOf("kept"), .. arguments]);
}
