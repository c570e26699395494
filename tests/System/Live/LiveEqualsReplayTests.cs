using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Live;

/// <summary>
/// What is found on a link is what is found in a capture of it that tcpdump took at the same time. With one worker a record differs in the name of its capture only: the kernel
/// gives both listeners the same frames in the same order with the same moments. With more each worker counts its own frames, so frame numbers and the flow identity that rests
/// on them are set aside, and so is the order of the records.
/// </summary>
public sealed partial class LiveEqualsReplayTests
{
    [Fact]
    public Task OneWorkerFindsWhatTheCaptureHoldsByteForByte() => CompareAsync(workers: 1);

    [Fact]
    public Task TwoWorkersFindWhatTheCaptureHolds() => CompareAsync(workers: 2);

    // Nothing but the file's name may differ: same frames, same moments, same numbers.
    [Fact]
    public async Task WhatIsWrittenReplaysToWhatWasFound()
    {
        using var lab = LinkLab.OrSkip("tcpreplay");
        var file = Path.Combine(Path.GetTempPath(), $"minerflow-written-{Environment.ProcessId}.pcapng");
        try
        {
            using var run = await CaptureCommandRun.StartAsync(lab, "--interface", LinkLab.Mirror, "--format", "jsonl", "--write", file);
            lab.Send(Captures());
            var live = await run.EndAsync();

            Assert.Equal(Records(live.Output, exact: true), Records(Product.Replay(file), exact: true));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task CompareAsync(int workers)
    {
        using var lab = LinkLab.OrSkip("tcpreplay", "tcpdump");
        var file = Path.Combine(Path.GetTempPath(), $"minerflow-tcpdump-{Environment.ProcessId}-{workers}.pcap");
        try
        {
            using var run = await CaptureCommandRun.StartAsync(lab, "--interface", LinkLab.Mirror, "--format", "jsonl", "--workers", $"{workers}", "--ring", "16");
            using var tcpdump = Tcpdump.Start(lab, file, frames: Repository.Scenarios.Sum(FramesOf));
            lab.Send(Captures());
            tcpdump.WaitForEnd();
            var live = await run.EndAsync();

            var exact = workers == 1;
            var found = Records(live.Output, exact);
            Assert.True(found.Count >= Repository.Scenarios.Count(scenario => !scenario.StartsWith("traps/", StringComparison.Ordinal)), live.Messages);
            Assert.Equal(Records(Product.Replay(file), exact), found);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static IEnumerable<string> Captures() => Repository.Scenarios.Select(scenario => Repository.PathOf("captures", scenario + ".pcapng"));

    private static int FramesOf(string scenario) => TrafficWriter.Frames(Repository.ReadScenario(scenario), TrafficForm.Plain).Count();

    private static List<string> Records(byte[] output, bool exact)
    {
        var records = Product.Lines(output).Select(line =>
        {
            var record = JsonNode.Parse(line)!;
            record["capture"]!["file"] = "";
            if (exact)
            {
                return record.ToJsonString();
            }

            record["capture"] = null;
            record["flow_id"] = null;
            return FramePattern().Replace(record.ToJsonString(), "(frame)");
        });
        return [.. exact ? records : records.Order(StringComparer.Ordinal)];
    }

    [GeneratedRegex(@"\(frame \d+\)", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex FramePattern();
}
