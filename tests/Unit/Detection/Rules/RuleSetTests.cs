using MinerFlow.Abstractions;
using MinerFlow.Detection.Protocols;
using MinerFlow.Detection.Rules;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Detection.Rules;

public sealed class RuleSetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minerflow-rules-").FullName;
    private readonly List<Problem> _problems = [];

    public RuleSetTests() => Directory.CreateDirectory(Path.Combine(_folder, "protocols"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private RuleSet Load(params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files)
        {
            File.WriteAllText(Path.Combine(_folder, name), text);
        }

        return RuleSet.Load(_folder, _problems);
    }

    private Problem Only(string part)
    {
        var problem = Assert.Single(_problems);
        Assert.Contains(part, problem.Message, StringComparison.Ordinal);
        return problem;
    }

    [Fact]
    public void EveryProtocolHasItsShippedRuleAndEveryRuleItsProtocol()
    {
        var rules = RuleSet.Load(Repository.PathOf("rules"), _problems);
        Assert.Empty(_problems);
        Assert.Equal(new ProtocolCatalog().All.Select(p => p.Name).Order(StringComparer.Ordinal), rules.Protocols.Select(rule => rule.Name));
        Assert.All(rules.Protocols, rule => Assert.NotEqual(rule.Name, rule.TitleChinese));
    }

    [Fact]
    public void AWholeFileIsRead()
    {
        var rules = Load(("protocols/stratum-v1.yaml", """
            name: stratum-v1
            title:
              zh: 名
              en: Name
            enabled: false
            ports: [25, 3333]
            confidence: { possible: 0.1, likely: 0.2, certain: 0.4 }
            reasons:
              'pool took a share: one': 矿池接受份额
            references:
              - https://example.org/
            """));
        Assert.Empty(_problems);
        var rule = rules["stratum-v1"];
        Assert.Equal(("名", "Name", false, 0.1, 0.2, 0.4), (rule.TitleChinese, rule.TitleEnglish, rule.Enabled, rule.Possible, rule.Likely, rule.Certain));
        Assert.Equal([25, 3_333], rule.Ports);
        Assert.Equal(["https://example.org/"], rule.References);
        Assert.Equal([new("pool took a share: one", "矿池接受份额")], rules.ReasonsInChinese);
    }

    [Fact]
    public void AllProblemsOfAFileComeAtOnceEachWithItsPlace()
    {
        Load(("protocols/stratum-v1.yaml", """
            name: stratum-v2
            port: [1]
            enabled: yes
            ports: [3333, 70000, x]
            confidence:
              likely: 2
            references: one
            """));
        Assert.Collection(
            _problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column),
            problem => Assert.Equal((1, 7, "'stratum-v2' is not the name of the file; it must be 'stratum-v1'."), (problem.Line, problem.Column, problem.Message)),
            problem => Assert.Equal((2, 1), (problem.Line, problem.Column)),
            problem => Assert.Equal((3, 10, "True or false belongs here, not 'yes'."), (problem.Line, problem.Column, problem.Message)),
            problem => Assert.Equal((4, 15, "A port from 1 to 65535 belongs here, not '70000'."), (problem.Line, problem.Column, problem.Message)),
            problem => Assert.Equal((4, 22, "A port from 1 to 65535 belongs here, not 'x'."), (problem.Line, problem.Column, problem.Message)),
            problem => Assert.Equal((6, 11, "A number from 0 to 1 belongs here, not '2'."), (problem.Line, problem.Column, problem.Message)),
            problem => Assert.Equal((7, 13, "A list belongs here, not 'one'."), (problem.Line, problem.Column, problem.Message)));
    }

    [Fact]
    public void AnUnknownProtocolIsNamedWithTheKnownOnes()
    {
        Load(("protocols/stratum-v9.yaml", "name: stratum-v9\n"));
        Assert.Contains("stratum-v1", Only("There is no protocol 'stratum-v9'").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnUnknownKeyIsNamedWithTheKnownOnes()
    {
        Load(("thresholds.yaml", "report: 0.6\nreprot: 0.5\n"));
        Assert.Equal((2, 1), (Only("known keys are report, both_sides, tail").Line, _problems[0].Column));
    }

    [Fact]
    public void AKeyGivenTwiceIsAProblem()
    {
        Load(("thresholds.yaml", "report: 0.6\nreport: 0.5\n"));
        Only("second time");
    }

    [Fact]
    public void AReasonGivenTwiceIsAProblem()
    {
        Load(("protocols/stratum-v1.yaml", "name: stratum-v1\nreasons:\n  pool took a share: 一\n  pool took a share: 二\n"));
        Assert.Equal((4, 3), (Only("second time").Line, _problems[0].Column));
    }

    [Theory]
    [InlineData("report: 0.5\ntail: }\n")]
    [InlineData("report: 0.5\n  tail: 1\n")]
    [InlineData("\"report: 0.5\n")]
    public void WhatIsNotYamlIsAProblemWithItsPlace(string text)
    {
        Load(("thresholds.yaml", text));
        Assert.True(Only("This is not YAML").Line > 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    public void AnEmptyFileIsAProblem(string text)
    {
        Load(("thresholds.yaml", text));
        Only("is empty");
    }

    [Fact]
    public void ConfidenceThatFallsIsAProblem()
    {
        Load(("protocols/stratum-v1.yaml", "name: stratum-v1\nconfidence:\n  possible: 0.9\n  likely: 0.5\n"));
        Only("must not fall");
    }

    [Fact]
    public void AMissingFolderIsAProblemAndLeavesTheDefaults()
    {
        var rules = RuleSet.Load(Path.Combine(_folder, "none"), _problems);
        Only("no such folder");
        Assert.Equal(0.5, rules.Thresholds.Report);
        Assert.True(rules["stratum-v1"].Enabled);
    }

    [Fact]
    public void ThresholdsAreRead()
    {
        var rules = Load(("thresholds.yaml", "report: 0.7\nboth_sides: 1\ntail: 0\n"));
        Assert.Empty(_problems);
        Assert.Equal(new Thresholds { Report = 0.7, BothSides = 1, Tail = 0 }, rules.Thresholds);
    }

    [Fact]
    public void ADisabledProtocolIsOff()
    {
        var rules = Load(("protocols/stratum-v1.yaml", "name: stratum-v1\nenabled: false\n"));
        Assert.DoesNotContain(new ProtocolCatalog().All.Where(rules.IsEnabled), protocol => protocol.Name == "stratum-v1");
    }
}
