using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Enrichment.Subscribers.Nat;

/// <summary>Profiles for tests: those that are shipped, and ones written in the test.</summary>
internal static class TestProfiles
{
    public static NatProfile Shipped(string name)
    {
        var problems = new List<Problem>();
        var profile = NatProfiles.LoadOne(Repository.PathOf("rules", "nat-logs", name + ".yaml"), problems);
        Assert.Empty(problems);
        return Assert.IsType<NatProfile>(profile);
    }

    public static (NatProfile? Profile, IReadOnlyList<Problem> Problems) Read(string yaml)
    {
        var problems = new List<Problem>();
        using var text = new StringReader(yaml);
        return (new NatProfileReader("test.yaml", problems).Read(text), problems);
    }
}

/// <summary>Keeps what a parser hands out.</summary>
internal sealed class EventList : INatEventHandler
{
    public List<NatEvent> Events { get; } = [];

    public NatEvent Single => Assert.Single(Events);

    public void Take(in NatEvent happened) => Events.Add(happened);
}
