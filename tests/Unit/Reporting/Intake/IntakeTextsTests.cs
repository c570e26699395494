using System.Globalization;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake.Texts;
using MinerFlow.Reporting.Texts;
using Xunit;

namespace MinerFlow.Unit.Reporting.Intake;

/// <summary>Every kind of problem says in both languages what is wrong and what would be right.</summary>
public sealed class IntakeTextsTests
{
    [Theory]
    [InlineData(ReportLanguage.Chinese)]
    [InlineData(ReportLanguage.English)]
    public void EveryKindHasItsTexts(ReportLanguage language)
    {
        var texts = IntakeTexts.For(language);

        Assert.Equal(Enum.GetValues<RowProblemKind>().Order(), texts.Kinds.Keys.Order());
        Assert.All(texts.Kinds.Values, text =>
        {
            Assert.NotEmpty(string.Format(CultureInfo.InvariantCulture, text.What, "found", "1", "2"));
            Assert.NotEmpty(string.Format(CultureInfo.InvariantCulture, text.Right, "found", "1", "2"));
        });
    }

    [Fact]
    public void BothLanguagesSpeakOfTheSameValues() =>
        Assert.All(Enum.GetValues<RowProblemKind>(), kind => Assert.Equal(Values(IntakeTexts.Chinese.Kinds[kind]), Values(IntakeTexts.English.Kinds[kind])));

    private static IEnumerable<string> Values(ProblemText text) =>
        new[] { "{0}", "{1}", "{2}" }.Where(value => (text.What + text.Right).Contains(value, StringComparison.Ordinal));
}
