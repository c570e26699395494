using MinerFlow.Abstractions;
using MinerFlow.Detection.Rules;
using MinerFlow.Unit.Detection.Coins;
using Xunit;

namespace MinerFlow.Unit.Detection.Protocols;

public class DialectRuleTests
{
    [Fact]
    public void EverySmallDialectHasARuleWithTitlesAndReferences()
    {
        var problems = new List<Problem>();
        var rules = RuleSet.Load(RuleFiles.PathOf(""), problems);
        Assert.Empty(problems);
        foreach (var name in DialectSamples.All.Select(sample => sample.Name).Distinct())
        {
            var rule = Assert.Single(rules.Protocols, rule => rule.Name == name);
            Assert.NotEmpty(rule.References);
            Assert.NotEqual("", rule.TitleChinese);
        }
    }
}
