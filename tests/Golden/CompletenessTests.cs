using MinerFlow.Detection.Protocols;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Golden;

/// <summary>The catalogue, <c>rules/protocols</c> and <c>captures</c> name the same protocols; each failure names the file that is missing.</summary>
public sealed class CompletenessTests
{
    private static readonly string[] Protocols = [.. new ProtocolCatalog().All.Select(protocol => protocol.Name)];

    [Fact]
    public void EveryProtocolHasItsRuleAndEveryRuleItsProtocol()
    {
        var rules = Directory.EnumerateFiles(Repository.PathOf("rules", "protocols"), "*.yaml").Select(Path.GetFileNameWithoutExtension);

        AssertSame(Protocols, rules!, name => $"rules/protocols/{name}.yaml");
    }

    [Fact]
    public void EveryProtocolHasCapturesAndEveryCaptureItsProtocol()
    {
        var folders = Directory.EnumerateDirectories(Repository.PathOf("captures")).Select(Path.GetFileName).Except([Dialects.Traps]);

        AssertSame(Protocols, folders!, name => $"captures/{name}/<scenario>.dialogue");
        Assert.All(folders, folder => Assert.Contains(Repository.Scenarios, scenario => scenario.StartsWith(folder + "/", StringComparison.Ordinal)));
    }

    [Fact]
    public void EveryDialogueHasItsCaptureAndGoldensAndNothingIsLeftOver()
    {
        string[] kinds = [".dialogue", ".pcapng", ".golden.jsonl", ".forms.golden.jsonl"];
        var wanted = Repository.Scenarios.SelectMany(scenario => kinds.Select(kind => scenario + kind));
        var there = Directory.EnumerateFiles(Repository.PathOf("captures"), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.PathOf("captures"), file).Replace('\\', '/'));

        AssertSame(wanted, there, name => $"captures/{name}");
    }

    [Fact]
    public void CarriersAreProtocolsOfTheCatalogue() => Assert.Empty(Dialects.Carriers.Except(Protocols));

    private static void AssertSame(IEnumerable<string> wanted, IEnumerable<string> there, Func<string, string> path)
    {
        var missing = wanted.Except(there).Select(name => $"missing: {path(name)}");
        var left = there.Except(wanted).Select(name => $"left over: {path(name)}");

        Assert.Empty(missing.Concat(left));
    }
}
