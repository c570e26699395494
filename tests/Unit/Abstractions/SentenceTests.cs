using MinerFlow.Abstractions;
using Xunit;

namespace MinerFlow.Unit.Abstractions;

public sealed class SentenceTests
{
    private static readonly Dictionary<string, string> German = new(StringComparer.Ordinal)
    {
        ["{0} of {1} rows are wrong: {2}."] = "Von {1} Zeilen sind {0} falsch: {2}.",
        ["the address is missing"] = "die Adresse fehlt",
    };

    [Fact]
    public void AnInterpolatedStringBecomesAPatternWithItsValues()
    {
        Sentence sentence = $"{3} of {1.5:0.00} rows{""} cost {{money}}";

        Assert.Equal("{0} of {1} rows{2} cost {{money}}", sentence.Pattern);
        Assert.Equal(["3", "1.50", ""], sentence.Values);
        Assert.Equal("3 of 1.50 rows cost {money}", sentence.ToString());
    }

    [Fact]
    public void ATranslationTakesTheValuesInItsOwnOrderAndTranslatesPartsThatAreSentences()
    {
        Sentence part = "the address is missing";
        Sentence sentence = $"{3} of {12} rows are wrong: {part}.";

        Assert.Equal("Von 12 Zeilen sind 3 falsch: die Adresse fehlt.", sentence.In(German));
        Assert.Equal("3 of 12 rows are wrong: the address is missing.", sentence.ToString());
    }

    [Fact]
    public void WithoutATranslationItIsEnglish()
    {
        Sentence sentence = $"{"{0}"} is no port";

        Assert.Equal("{0} is no port", sentence.In(German));
    }

    [Fact]
    public void ATextIsASentenceAsItStands()
    {
        Sentence sentence = "write {outer}, not {0}";

        Assert.Empty(sentence.Values);
        Assert.Equal("write {outer}, not {0}", sentence.ToString());
        Assert.Null(Sentence.FromString(null));
    }
}
