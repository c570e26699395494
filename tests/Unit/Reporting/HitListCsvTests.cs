using System.Text;
using MinerFlow.Enrichment;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Texts;
using Xunit;

namespace MinerFlow.Unit.Reporting;

public sealed class HitListCsvTests
{
    [Fact]
    public void Utf8BeginsWithAByteOrderMarkAndLinesEndWithCrLf()
    {
        var bytes = Write(ReportLanguage.Chinese, CsvEncoding.Utf8, Sample.Sighting());

        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var text = Encoding.UTF8.GetString(bytes[3..]);
        Assert.StartsWith("序号,挖矿IP地址,源端口,", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text.Replace("\r\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Gb18030HoldsRareCharacters()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var rare = Sample.Enriched() with { Pool = new PoolMatch("𠮷池", "host") };

        var bytes = Write(ReportLanguage.Chinese, CsvEncoding.Gb18030, Sample.Sighting(rare));

        var text = Encoding.GetEncoding("gb18030").GetString(bytes);
        Assert.StartsWith("序号,", text, StringComparison.Ordinal);
        Assert.Contains("𠮷池", text, StringComparison.Ordinal);
    }

    [Fact]
    public void EnglishHeadingsHaveTheSameNumberOfColumns()
    {
        var english = Lines(Write(ReportLanguage.English, CsvEncoding.Utf8));
        var chinese = Lines(Write(ReportLanguage.Chinese, CsvEncoding.Utf8));

        Assert.StartsWith("No.,Client address,", english[0], StringComparison.Ordinal);
        Assert.Equal(english[0].Split(',').Length, chinese[0].Split(',').Length);
    }

    [Fact]
    public void AFormulaFromTheWireIsText()
    {
        var evil = Sample.Enriched() with { Event = Sample.Event() with { Agent = "=HYPERLINK(\"x\")" } };

        var lines = Lines(Write(ReportLanguage.English, CsvEncoding.Utf8, Sample.Sighting(evil)));

        Assert.Contains("'=HYPERLINK", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(",=HYPERLINK", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain("\"=HYPERLINK", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void PersonsAreMasked()
    {
        var text = Encoding.UTF8.GetString(Write(ReportLanguage.Chinese, CsvEncoding.Utf8, Sample.Sighting()));

        Assert.Contains("张*", text, StringComparison.Ordinal);
        Assert.Contains("阳光小区***", text, StringComparison.Ordinal);
        Assert.DoesNotContain("张三丰", text, StringComparison.Ordinal);
        Assert.DoesNotContain("yc0359000001", text, StringComparison.Ordinal);
        Assert.DoesNotContain("in-clear", text, StringComparison.Ordinal);
    }

    private static byte[] Write(ReportLanguage language, CsvEncoding encoding, params Sighting[] sightings)
    {
        using var output = new MemoryStream();
        HitListCsv.Write(output, sightings, Sample.Offset, language, new Dictionary<string, string>(), encoding);
        return output.ToArray();
    }

    private static string[] Lines(byte[] bytes) => Encoding.UTF8.GetString(bytes[3..]).Split("\r\n");
}
