using System.Text.Json.Serialization;

namespace MinerFlow.Ledger.Snapshots;

/// <summary>One line of a snapshot: a JSON object with exactly one of these.</summary>
internal sealed record SnapshotLine
{
    public SnapshotHead? Head { get; init; }

    public SubjectLine? Subject { get; init; }

    public CountyWeek? County { get; init; }

    public CaseLine? Case { get; init; }

    public RegisterLine? Register { get; init; }

    public AnswerLine? Answer { get; init; }
}

/// <summary>The one form in which lines are written and digested: names in the order of declaration, no spaces, what is not known left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(SnapshotLine))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
