namespace MinerFlow.Reporting.HitLists;

/// <summary>What stands beside a hit list so that a reader can judge it: where it came from, what was counted, what was lost.</summary>
public sealed record HitListNotes
{
    public required string Sensor { get; init; }

    /// <summary>Captures as the user named them.</summary>
    public required IReadOnlyList<string> Captures { get; init; }

    /// <summary>Subscriber, geo and rule sources as the user named them.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Counters in the order they are shown; names are those of the machine formats.</summary>
    public required IReadOnlyList<NamedCount> Counters { get; init; }

    /// <summary>What was wrong with the inputs.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}

/// <summary>A counter by its name in the machine formats.</summary>
public sealed record NamedCount(string Name, long Value);
