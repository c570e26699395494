using System.Text.Json;
using System.Text.RegularExpressions;
using MinerFlow.Abstractions;
using MinerFlow.Detection.Protocols;
using MinerFlow.Detection.Rules;
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
    private static readonly RuleSet Rules = RuleSet.Load(Repository.PathOf("rules"), []);

    [Fact]
    public void EveryReasonOfADetectorHasAChineseOne() =>
        Assert.Empty(Spoken.Where(seen => seen.Contains(' ')).Except(ReportTexts.For(ReportLanguage.Chinese, Rules.ReasonsInChinese).Reasons.Keys));

    [Fact]
    public void NoChineseReasonIsLeftWithoutItsEnglishOne() => Assert.Empty(ReportTexts.Chinese.Reasons.Keys.Concat(Rules.ReasonsInChinese.Keys).Except(Spoken));

    /// <summary>What one protocol says stands in its rule, and there alone: a new protocol touches no list of others.</summary>
    [Fact]
    public void AReasonStandsInOnePlace() => Assert.DoesNotContain(
        ReportTexts.Chinese.Reasons.Keys.Concat(Rules.Protocols.SelectMany(rule => rule.ReasonsInChinese.Keys)).CountBy(seen => seen), places => places.Value > 1);

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
    [InlineData(ReportLanguage.English, "pool took a share", "pool took a share (frame 9)")]
    [InlineData(ReportLanguage.Chinese, "pool took a share", "矿池接受份额 (帧 9)")]
    [InlineData(ReportLanguage.English, "mining.notify of the Kaspa family", "mining.notify of the Kaspa family (frame 9)")]
    [InlineData(ReportLanguage.Chinese, "mining.notify of the Kaspa family", "Kaspa 系的 mining.notify (帧 9)")]
    public void ATableSaysWhyInItsLanguage(ReportLanguage language, string seen, string why)
    {
        var sighting = Sample.Sighting(Sample.Enriched() with { Event = Sample.Event() with { Evidence = [new Evidence("stratum-v1", 9, seen)] } });
        using var table = new StringWriter();
        HitListTable.Write(table, [sighting], new HitListSummary(), new HitListTableSettings(60, false, language, TimeSpan.Zero, 0) { ReasonsInChinese = Rules.ReasonsInChinese });
        Assert.Contains(why, table.ToString(), StringComparison.Ordinal);

        var row = new HitListRow(1, sighting, TimeSpan.Zero, ReportTexts.For(language, Rules.ReasonsInChinese));
        Assert.Equal($"stratum-v1: {why.Split(" (")[0]} (#9)", HitListColumns.All.Single(column => column.English == "Evidence").Read(row).Text);
    }

    [GeneratedRegex(@" \(frame [0-9]+\)$", RegexOptions.NonBacktracking)]
    private static partial Regex Frame();
}
