using System.Reflection;
using System.Text.RegularExpressions;
using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Commands;
using Xunit;

namespace MinerFlow.Unit.Reporting;

public sealed partial class TextsTests
{
    [Fact]
    public void BothLanguagesUseTheSamePlaceholders()
    {
        Compare(ReportTexts.English, ReportTexts.Chinese);
        Compare(CommandTexts.English, CommandTexts.Chinese);
        Compare(CaptureTexts.English, CaptureTexts.Chinese);
    }

    private static void Compare<T>(T english, T chinese)
    {
        foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetValue(english) is string first && property.GetValue(chinese) is string second)
            {
                Assert.Equal(Placeholders(first), Placeholders(second));
                Assert.NotEmpty(second);
            }
        }
    }

    private static IEnumerable<string> Placeholders(string text) => Placeholder().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\d\}", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Placeholder();
}
