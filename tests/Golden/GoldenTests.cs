using System.Text.Json;
using MinerFlow.Abstractions;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Golden;

/// <summary>Every shipped capture, plain and in every other form, against what is committed beside it.</summary>
public sealed class GoldenTests
{
    public static TheoryData<string> Scenarios => [.. Repository.Scenarios];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void ReplayGivesTheGolden(string scenario)
    {
        var replay = Plain(scenario);
        var origin = JsonSerializer.Serialize(new { origin = TrafficWriter.OriginOf($"captures/{scenario}.dialogue") }, GoldenFile.Json);

        GoldenFile.Check($"captures/{scenario}.golden.jsonl", [origin, .. replay.Lines, replay.CounterLine()]);
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void OtherFormsGiveTheirGolden(string scenario)
    {
        var plain = Plain(scenario);
        var dialogue = Repository.ReadScenario(scenario);
        var lines = new List<string>();
        foreach (var form in TrafficForm.Others)
        {
            var seen = Replay.Of(TrafficWriter.Write(dialogue, form, scenario), form.Name);
            lines.Add(FormDifference.Line(form, plain, seen));
        }

        GoldenFile.Check($"captures/{scenario}.forms.golden.jsonl", lines);
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void WhatWrapsADialogueChangesNothing(string scenario)
    {
        var plain = Plain(scenario);
        var dialogue = Repository.ReadScenario(scenario);
        foreach (var form in TrafficForm.Others.Where(form => form.IsComplete))
        {
            var seen = Replay.Of(TrafficWriter.Write(dialogue, form, scenario), form.Name);

            Assert.Equal(FormDifference.None(form, plain), FormDifference.Line(form, plain, seen));
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void AFormMayTellLessButNothingElse(string scenario)
    {
        var plain = Plain(scenario);
        var dialogue = Repository.ReadScenario(scenario);
        foreach (var form in TrafficForm.Others)
        {
            var seen = Replay.Of(TrafficWriter.Write(dialogue, form, scenario), form.Name);

            Assert.All(seen.Events, found => Assert.Contains(plain.Events, known => Dialects.IsLessThan(found, known)));
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void ThePlainFormIsRecognisedAsWhatItsFolderSays(string scenario)
    {
        var expected = Dialects.Of(scenario);
        var events = Plain(scenario).Events;
        if (expected is null)
        {
            Assert.DoesNotContain(events, found => found.Role.IsHit());
            return;
        }

        Assert.NotEmpty(events);
        Assert.All(events, found => Assert.Equal(expected, found.Dialect));
        Assert.Equal(Repository.ReadScenario(scenario).Flows.Count, events.Count);
        Assert.All(events, found => Assert.Contains(Repository.ReadScenario(scenario).Flows, flow => flow.Client.Port == found.Client.Port));
    }

    [Fact]
    public void ReplayingTwiceGivesTheSameBytes() =>
        Assert.All(Repository.Scenarios, scenario => Assert.Equal(Plain(scenario).Lines, Plain(scenario).Lines));

    private static Replay Plain(string scenario) => Replay.Of(Repository.PathOf("captures", scenario + ".pcapng"), $"captures/{scenario}.pcapng");
}
