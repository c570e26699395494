using MinerFlow.SystemTests.Tshark;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests;

/// <summary>
/// Innermost packets by network and transport layer, flows and payload bytes of every capture beside the tree, against tshark.
/// Each capture that differs is in <c>tshark-differences.tsv</c> with what both say and why; UPDATE_GOLDENS=1 rewrites the figures and keeps the reasons.
/// </summary>
public sealed class DecodingAgreesWithTsharkTests
{
    private static readonly string[] Folders = ["positive", "gray", "benign"];
    private static readonly bool Update = Environment.GetEnvironmentVariable("UPDATE_GOLDENS") == "1";

    [Fact]
    public async Task EveryCaptureDecodesAsTsharkDecodesItOrIsExplained()
    {
        var root = Path.Combine(Repository.Shared, "captures");
        Assert.SkipUnless(Directory.Exists(root), $"{root} is not here");
        Assert.SkipUnless(TsharkReader.IsInstalled, "tshark and mergecap are not installed");
        var captures = Folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder))).Order(StringComparer.Ordinal).ToList();

        using var tshark = new TsharkReader();
        var theirs = await tshark.ReadAsync(captures, TestContext.Current.CancellationToken);
        var differences = new List<TsharkDifference>();
        foreach (var capture in captures)
        {
            var ours = ProductReader.Read(capture)?.ToString() ?? "not read";
            if (ours == theirs[capture].ToString())
            {
                continue;
            }

            // Read alone, so that nothing of a neighbour in the batch is to blame.
            var alone = (await tshark.ReadOneAsync(capture, TestContext.Current.CancellationToken)).ToString();
            if (ours != alone)
            {
                differences.Add(new(Path.GetRelativePath(root, capture), ours, alone, ""));
            }
        }

        var listed = TsharkDifference.ReadList();
        if (Update)
        {
            TsharkDifference.WriteList(differences, listed);
        }

        Assert.All(listed, difference => Assert.False(string.IsNullOrWhiteSpace(difference.Reason), $"{difference.Capture} has no reason"));
        Assert.Equal(listed.Select(difference => difference.WithoutReason), differences.Select(difference => difference.WithoutReason));
    }
}
