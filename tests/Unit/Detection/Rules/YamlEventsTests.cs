using MinerFlow.Abstractions;
using MinerFlow.Detection.Rules;
using Xunit;

namespace MinerFlow.Unit.Detection.Rules;

public sealed class YamlEventsTests
{
    [Theory]
    [InlineData("a: 1", "{a 1}")]
    [InlineData("a:\nb:", "{a _ b _}")]
    [InlineData("---\na: 1\n---\nb: 2", "{a 1}")]
    [InlineData("%YAML 1.2\n---\na: 'x y'\n...\n", "{a 'x y'}")]
    [InlineData("a: [1, two, [3], {b: 4}]", "{a [1 two [3] {b 4}]}")]
    [InlineData("a: [1, 2,]\nb: []", "{a [1 2] b []}")]
    [InlineData("a: {b: 1, c, d: , ? e : 2}", "{a {b 1 c _ d _ e 2}}")]
    [InlineData("a: [b: 1, c]", "{a [{b 1} c]}")]
    [InlineData("a:\n- 1\n- 2\nb: 3", "{a [1 2] b 3}")]
    [InlineData("a:\n  - 1\n  -\n  - b: 2\n    c: 3", "{a [1 _ {b 2 c 3}]}")]
    [InlineData("- - 1\n  - 2\n- 3", "[[1 2] 3]")]
    [InlineData("? a\n? b\n: 1", "{a _ b 1}")]
    [InlineData("a: &x 1\nb: *x\nc: !t\nd: !t 2", "{a 1 b * c _ d 2}")]
    [InlineData("text", "text")]
    [InlineData("---", "_")]
    [InlineData("a: |\n  one\n  two\nb: \"\\x41\"", "{a 'one\ntwo\n' b A}")]
    public void ADocumentIsReadEventByEvent(string text, string expected)
    {
        var events = new YamlEvents(new StringReader(text));
        Assert.True(events.Open());
        Assert.Equal(expected, Render(events));
        Assert.Equal(YamlEvent.End, events.Current);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    public void AStreamWithoutADocumentHasNoEvents(string text) => Assert.False(new YamlEvents(new StringReader(text)).Open());

    [Theory]
    [InlineData("a: ]")]
    [InlineData("a: [1")]
    [InlineData("a: [1 2: 3")]
    [InlineData("a: {b: 1")]
    [InlineData("a: }")]
    [InlineData("- a\nb: 1")]
    [InlineData("a: b: c")]
    [InlineData("a: 'x")]
    public void EveryDocumentThatIsNoYamlIsAProblemWithItsPlace(string text)
    {
        var problem = ProblemsOf(text)[^1];
        Assert.StartsWith("This is not YAML", problem.Message, StringComparison.Ordinal);
        Assert.True(problem.Line > 0);
    }

    [Fact]
    public void DeepNestingIsAProblem()
    {
        var problem = ProblemsOf("a: " + new string('[', 10_000))[^1];
        Assert.Contains("nested", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1, [2, {a: b}], 3]")]
    [InlineData("{a: [1, 2], b: {c: d}}")]
    [InlineData("\n  - 1\n  - a: 2")]
    [InlineData("*x")]
    public void WhatIsPassedOverEndsWhereItsValueEnds(string value)
    {
        var problem = Assert.Single(ProblemsOf($"unknown: {value}\na: 1"));
        Assert.Contains("'unknown' is no key", problem.Message, StringComparison.Ordinal);
    }

    private static List<Problem> ProblemsOf(string text)
    {
        var problems = new List<Problem>();
        var seen = 0;
        YamlFile.Read("rules.yaml", new StringReader(text), problems, new Dictionary<string, Action<YamlFile>>(StringComparer.Ordinal)
        {
            ["a"] = yaml =>
            {
                seen++;
                yaml.ReadText();
            },
        });
        Assert.True(seen <= 1);
        return problems;
    }

    /// <summary>Mappings as <c>{key value}</c>, lists as <c>[item item]</c>, a missing value as <c>_</c>, an alias as <c>*</c>.</summary>
    private static string Render(YamlEvents events)
    {
        var (what, text) = (events.Current, events.Value);
        events.Advance();
        switch (what)
        {
            case YamlEvent.Scalar:
                return text.Length == 0 ? "_" : text.Contains(' ', StringComparison.Ordinal) || text.Contains('\n', StringComparison.Ordinal) ? $"'{text}'" : text;
            case YamlEvent.Alias:
                return "*";
            default:
                var end = what == YamlEvent.MappingStart ? YamlEvent.MappingEnd : YamlEvent.SequenceEnd;
                var items = new List<string>();
                while (events.Current != end)
                {
                    Assert.NotEqual(YamlEvent.End, events.Current);
                    items.Add(Render(events));
                }

                events.Advance();
                return (what == YamlEvent.MappingStart ? "{" : "[") + string.Join(' ', items) + (what == YamlEvent.MappingStart ? "}" : "]");
        }
    }
}
