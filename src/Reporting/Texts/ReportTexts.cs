using System.Collections.Frozen;
using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.Texts;

/// <summary>The words of tables and workbooks, one instance for each language; a text that one of them lacks does not compile.</summary>
internal sealed partial record ReportTexts
{
    public required string SheetHits { get; init; }

    public required string SheetNotes { get; init; }

    public required string Item { get; init; }

    public required string Content { get; init; }

    public required string Sensor { get; init; }

    public required string TimeZone { get; init; }

    public required string Captures { get; init; }

    public required string Period { get; init; }

    public required string Sources { get; init; }

    public required string Counters { get; init; }

    public required string Problems { get; init; }

    public required string Limits { get; init; }

    public required IReadOnlyList<string> LimitLines { get; init; }

    public required string Client { get; init; }

    public required string Pool { get; init; }

    public required string CoinAndDialect { get; init; }

    public required string Shares { get; init; }

    public required string Rate { get; init; }

    public required string Power { get; init; }

    public required string Subscriber { get; init; }

    public required string Seen { get; init; }

    public required string Why { get; init; }

    public required string NoHits { get; init; }

    /// <summary>{0} hits shown, {1} hits in all.</summary>
    public required string RowsCut { get; init; }

    /// <summary>{0} hits, {1} clients, {2} pools, {3} connections.</summary>
    public required string Totals { get; init; }

    /// <summary>{0} connections of pool backends, {1} of nodes, {2} of visitors.</summary>
    public required string Others { get; init; }

    /// <summary>{0} captures, {1} frames, {2} bytes, {3} from - to.</summary>
    public required string Read { get; init; }

    /// <summary>{0} captures that could not be read.</summary>
    public required string Unread { get; init; }

    /// <summary>{0} connections.</summary>
    public required string Connections { get; init; }

    /// <summary>{0} stale shares among the rejected.</summary>
    public required string Stale { get; init; }

    public required string RateTotals { get; init; }

    public required string FrameWord { get; init; }

    public required string NaturalPerson { get; init; }

    public required IReadOnlyDictionary<MiningRole, string> Roles { get; init; }

    public required IReadOnlyDictionary<MiningState, string> States { get; init; }

    public required IReadOnlyDictionary<AttributionOutcome, string> Outcomes { get; init; }

    /// <summary>By the English words of <see cref="Evidence.Seen"/>, which machine formats keep.</summary>
    public required IReadOnlyDictionary<string, string> Reasons { get; init; }

    /// <summary>What was seen, in this language; as it stands where that has no other words for it.</summary>
    public string Reason(Evidence evidence) => Reasons.GetValueOrDefault(evidence.Seen, evidence.Seen);

    /// <param name="language">Of all texts.</param>
    /// <param name="reasonsInChinese">Reasons that only one protocol gives, by their English words.</param>
    public static ReportTexts For(ReportLanguage language, IReadOnlyDictionary<string, string> reasonsInChinese) => language switch
    {
        ReportLanguage.Chinese => Chinese with { Reasons = Chinese.Reasons.Concat(reasonsInChinese).DistinctBy(reason => reason.Key).ToFrozenDictionary(StringComparer.Ordinal) },
        _ => English,
    };
}
