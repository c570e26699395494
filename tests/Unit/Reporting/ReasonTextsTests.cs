using System.Text.Json;
using System.Text.RegularExpressions;
using MinerFlow.Abstractions;
using MinerFlow.Detection.Protocols;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Texts;
using MinerFlow.Traffic;
using MinerFlow.Unit.Architecture;
using Xunit;

namespace MinerFlow.Unit.Reporting;

/// <summary>Why something is a hit is said in the reader's language, whatever detector found it.</summary>
public sealed partial class ReasonTextsTests
{
    private static readonly IReadOnlyCollection<string> Spoken = ConstantTexts.ReachingParameter(typeof(MiningSession).Assembly, "seen");

    [Fact]
    public void EveryReasonOfADetectorHasAChineseOne() => Assert.Empty(Spoken.Where(seen => seen.Contains(' ')).Except(ReportTexts.Chinese.Reasons.Keys));

    [Fact]
    public void NoChineseReasonIsLeftWithoutItsEnglishOne() => Assert.Empty(ReportTexts.Chinese.Reasons.Keys.Except(Spoken));

    /// <summary>What is read from the instructions is all there is: the shipped captures have no other reason.</summary>
    [Fact]
    public void NoReasonOfAShippedCaptureIsMissed()
    {
        var seen = Repository.Scenarios
            .SelectMany(scenario => File.ReadLines(Repository.PathOf("captures", scenario + ".golden.jsonl")))
            .SelectMany(line => JsonDocument.Parse(line).RootElement is var root && root.TryGetProperty("mining", out var mining) ? mining.GetProperty("evidence").EnumerateArray() : default)
            .Select(evidence => Frame().Replace(evidence.GetString()!.Split(": ", 2)[1], ""))
            .ToHashSet(StringComparer.Ordinal);

        Assert.True(seen.Count > 50, $"{seen.Count} reasons");
        Assert.Empty(seen.Except(Spoken));
    }

    [Theory]
    [InlineData(ReportLanguage.English, "pool took a share (frame 9)")]
    [InlineData(ReportLanguage.Chinese, "矿池接受份额 (帧 9)")]
    public void ATableSaysWhyInItsLanguage(ReportLanguage language, string why)
    {
        var sighting = Sample.Sighting(Sample.Enriched() with { Event = Sample.Event() with { Evidence = [new Evidence("stratum-v1", 9, "pool took a share")] } });
        using var table = new StringWriter();
        HitListTable.Write(table, [sighting], new HitListSummary(), new HitListTableSettings(60, false, language, TimeSpan.Zero, 0));
        Assert.Contains(why, table.ToString(), StringComparison.Ordinal);

        var row = new HitListRow(1, sighting, TimeSpan.Zero, ReportTexts.For(language));
        Assert.Equal($"stratum-v1: {why.Split(" (")[0]} (#9)", HitListColumns.All.Single(column => column.English == "Evidence").Read(row).Text);
    }

    [GeneratedRegex(@" \(frame [0-9]+\)$", RegexOptions.NonBacktracking)]
    private static partial Regex Frame();
}
