using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Texts;
using Xunit;

namespace MinerFlow.Unit.Reporting;

public sealed class HitListTableTests
{
    private static readonly HitListSummary Summary = new()
    {
        Captures = 2,
        CapturesUnread = 1,
        Frames = 188,
        Bytes = 2_048,
        PoolBackends = 4,
        Nodes = 5,
        Visitors = 6,
        First = Sample.Start,
        Last = Sample.End,
    };

    [Theory]
    [InlineData(160)]
    [InlineData(100)]
    [InlineData(60)]
    public void TheFactsOfAHitAreThereAtAnyWidth(int width)
    {
        var text = Draw(width, ReportLanguage.English, Sample.Sighting()).Replace("\n", " ", StringComparison.Ordinal);

        foreach (var fact in new[] { "203.0.113.9", "198.51.100.7:3333", "Example Pool", "BTC", "stratum-v1", "accepted", "128/1", "9.12 TH/s", "1.30 kW", "张*", "identified A" })
        {
            Assert.Contains(fact, text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(160)]
    [InlineData(124)]
    [InlineData(144)]
    [InlineData(60)]
    public void NoLineIsWiderThanThePage(int width)
    {
        var text = Draw(width, ReportLanguage.Chinese, Sample.Sighting(), Sample.Sighting());

        Assert.All(text.Split('\n'), line => Assert.True(Columns(line) <= width, line));
    }

    [Fact]
    public void ChineseTextKeepsTheBordersInLine()
    {
        var lines = Draw(160, ReportLanguage.Chinese, Sample.Sighting()).Split('\n').Where(line => line.Length > 0 && "╭│├╰".Contains(line[0], StringComparison.Ordinal)).ToList();

        Assert.True(lines.Count > 4);
        Assert.Single(lines.Select(Columns).Distinct());
    }

    [Fact]
    public void TotalsCountHitsAndWhatIsNone()
    {
        var text = Draw(160, ReportLanguage.English, Sample.Sighting(), Sample.Sighting());

        Assert.Contains("2 hits: 1 client, 1 pool, 2 connections", text, StringComparison.Ordinal);
        Assert.Contains("sha256d 18.2 TH/s", text, StringComparison.Ordinal);
        Assert.Contains("pool backends 4, blockchain nodes 5, visitors 6", text, StringComparison.Ordinal);
        Assert.Contains("2 captures, 188 frames, 2.00 KiB", text, StringComparison.Ordinal);
        Assert.Contains("Not read: 1 capture, see", text, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutHitsItSaysSo() => Assert.Contains("未发现挖矿行为。", Draw(160, ReportLanguage.Chinese), StringComparison.Ordinal);

    [Fact]
    public void ACutListSaysHowMuchIsCut()
    {
        var hits = Enumerable.Range(0, 5).Select(_ => Sample.Sighting()).ToArray();

        var text = Draw(160, ReportLanguage.English, 3, hits);

        Assert.Contains("3 of 5 hits shown", text, StringComparison.Ordinal);
        Assert.Contains("5 hits:", text, StringComparison.Ordinal);
    }

    [Fact]
    public void TextFromTheWireCannotSteerTheTerminalOrTheMarkup()
    {
        var evil = Sample.Enriched() with { Pool = new PoolMatch("[red]x[/]\u001b]0;title\u0007", "host") };

        var text = Draw(160, ReportLanguage.English, Sample.Sighting(evil));

        Assert.Contains("[red]x[/]", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u0007', text);
    }

    [Fact]
    public void BothLanguagesNameEveryRoleStateAndOutcome()
    {
        foreach (var texts in new[] { ReportTexts.English, ReportTexts.Chinese })
        {
            Assert.All(Enum.GetValues<MiningRole>(), role => Assert.NotEmpty(texts.Roles[role]));
            Assert.All(Enum.GetValues<MiningState>(), state => Assert.NotEmpty(texts.States[state]));
            Assert.All(Enum.GetValues<AttributionOutcome>(), outcome => Assert.NotEmpty(texts.Outcomes[outcome]));
        }
    }

    private static string Draw(int width, ReportLanguage language, params Sighting[] sightings) => Draw(width, language, 0, sightings);

    private static string Draw(int width, ReportLanguage language, int rows, Sighting[] sightings)
    {
        using var output = new StringWriter { NewLine = "\n" };
        HitListTable.Write(output, sightings, Summary, new HitListTableSettings(width, Colours: false, language, Sample.Offset, rows));
        return output.ToString();
    }

    /// <summary>Columns a terminal needs: two for the wide characters of Unicode's East Asian Width, as far as these texts use them.</summary>
    private static int Columns(string line) => line.Sum(character => character is >= '\u2E80' and <= '\uFFEF' ? 2 : 1);
}
