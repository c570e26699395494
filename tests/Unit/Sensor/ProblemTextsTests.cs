using System.Text.RegularExpressions;
using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Detection.Rules;
using MinerFlow.Enrichment;
using MinerFlow.Ledger;
using MinerFlow.Reporting.Forms;
using MinerFlow.Sensor.Hosting;
using MinerFlow.Unit.Architecture;
using Xunit;

namespace MinerFlow.Unit.Sensor;

/// <summary>What is wrong with captures, logs, tables, rules and forms is said in both languages.</summary>
public sealed partial class ProblemTextsTests
{
    private static readonly SentencePatterns Spoken = SentencePatterns.Of(typeof(FileProblem).Assembly, typeof(CaptureException).Assembly, typeof(YamlFile).Assembly, typeof(CsvFile).Assembly, typeof(LedgerException).Assembly, typeof(FormRules).Assembly, typeof(ProblemTexts).Assembly);

    [Fact]
    public void EverySentenceHasAChineseOne() =>
        Assert.Empty(Spoken.Found.Where(pattern => Place().Replace(pattern, "").Any(char.IsLetter)).Except(ProblemTexts.Chinese.Patterns.Keys));

    [Fact]
    public void NoChineseSentenceIsLeftWithoutItsEnglishOne() => Assert.Empty(ProblemTexts.Chinese.Patterns.Keys.Except(Spoken.Found));

    [Fact]
    public void NoSentenceIsPutTogetherBeforeItIsOne() => Assert.Empty(Spoken.PutTogether);

    [Fact]
    public void ATranslationHasThePlacesOfItsPattern() => Assert.All(ProblemTexts.Chinese.Patterns, pair => Assert.Equal(Places(pair.Key), Places(pair.Value)));

    [Fact]
    public void AProblemIsSaidWithItsPartsInEitherLanguage()
    {
        Sentence reason = $"the value of {"Acct-Status-Type"} cannot be read";
        var problem = new Problem("radius.log", 7, 0, $"the record is left out: {reason}.");

        Assert.Equal("radius.log:7: the record is left out: the value of Acct-Status-Type cannot be read.", ProblemTexts.English.Of(problem));
        Assert.Equal("radius.log:7: 该记录已略去:Acct-Status-Type 的值无法读取。", ProblemTexts.Chinese.Of(problem));
    }

    [Theory]
    [InlineData("zh", "没有这个文件或目录")]
    [InlineData("en", "there is no such file or folder")]
    public void ACaptureThatIsNotThereIsSaidInTheLanguageOfTheCall(string language, string expected)
    {
        var run = Invocation.Of("replay", "--lang", language, "/nonexistent/capture.pcap");

        Assert.Contains($"/nonexistent/capture.pcap: {expected}", run.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Places(string pattern) => Place().Matches(pattern).Select(match => match.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{[0-9]+\}", RegexOptions.NonBacktracking)]
    private static partial Regex Place();
}
