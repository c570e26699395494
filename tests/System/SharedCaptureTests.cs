using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests;

/// <summary>Real captures beside the tree: nothing missed, nothing false, rates as the miners showed them.</summary>
public sealed class SharedCaptureTests
{
    // Below this the shares' own spread is the larger error: 1/sqrt(100) is ten percent.
    private const int EnoughShares = 100;
    private const double LargestMedianError = 0.05;

    private static readonly string Captures = Path.Combine(Repository.Shared, "captures");
    private static readonly string Score = Path.Combine(Repository.Shared, "tools", "score");

    [Fact]
    public async Task EveryLabelledConversationIsFoundAndNothingElseIs()
    {
        Assert.SkipUnless(File.Exists(Score), $"{Score} is not here");
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "python3 is not installed");
        var folder = Directory.CreateTempSubdirectory("minerflow-score-").FullName;
        try
        {
            var (found, benign) = (Path.Combine(folder, "found.jsonl"), Path.Combine(folder, "benign.jsonl"));
            await File.WriteAllBytesAsync(found, Product.Replay(Path.Combine(Captures, "positive")), TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(benign, Product.Replay(Path.Combine(Captures, "benign"), Path.Combine(Captures, "gray")), TestContext.Current.CancellationToken);

            var start = new ProcessStartInfo("/usr/bin/python3", [Score, Path.Combine(Captures, "labels.tsv"), found, "--benign", benign])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };
            using var score = Process.Start(start)!;
            var report = await score.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await score.WaitForExitAsync(TestContext.Current.CancellationToken);

            TestContext.Current.TestOutputHelper?.WriteLine(report);
            Assert.True(score.ExitCode == 0, report);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void HashratesAgreeWithTheMinersOwnDisplay()
    {
        var table = Path.Combine(Captures, "hashrate.tsv");
        Assert.SkipUnless(File.Exists(table), $"{table} is not here");
        var errors = new List<(string Capture, double Error)>();
        foreach (var row in File.ReadLines(table).Skip(1).Select(line => line.Split('\t')))
        {
            // A row may say "unknown" where the display could not be read.
            var isKnown = double.TryParse(row[4], CultureInfo.InvariantCulture, out var shown) & int.TryParse(row[5].Split('/')[0], CultureInfo.InvariantCulture, out var shares);
            var capture = Directory.EnumerateFiles(Path.Combine(Captures, "positive"), $"*{row[0]}*").SingleOrDefault();
            if (capture is null || !isKnown || shares < EnoughShares)
            {
                continue;
            }

            errors.Add((row[0], Math.Abs(RateIn(capture) - shown) / shown));
        }

        Assert.NotEmpty(errors);
        var sorted = errors.OrderBy(each => each.Error).ToList();
        var median = (sorted[(sorted.Count - 1) / 2].Error + sorted[sorted.Count / 2].Error) / 2;
        var report = string.Join('\n', sorted.Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Capture} {each.Error:P1}")));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median {median:P1} of {errors.Count}\n{report}"));
        Assert.True(median <= LargestMedianError, $"median {median:P1}\n{report}");
    }

    [Fact]
    public void ReplayingTheSameCapturesTwiceGivesTheSameBytes()
    {
        var folder = Path.Combine(Captures, "positive");
        Assert.SkipUnless(Directory.Exists(folder), $"{folder} is not here");

        var once = Product.Replay(folder);

        Assert.NotEmpty(once);
        Assert.Equal(once, Product.Replay(folder));
    }

    /// <summary>Rate of the connection that took most shares: the others are the software's own donations.</summary>
    private static double RateIn(string capture) =>
        Product.Lines(Product.Replay(capture))
            .Select(line => JsonNode.Parse(line)!["mining"])
            .OfType<JsonNode>()
            .OrderByDescending(mining => (long?)mining["shares_accepted"] ?? 0)
            .Select(mining => (double?)mining["hashrate_hs"] ?? 0)
            .FirstOrDefault();
}
