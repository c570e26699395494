using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;

namespace MinerFlow.Reporting.Feeds;

/// <summary>
/// All that a feed says of a sighting. It holds no subscriber, no account, no address of installation and no login in clear, so no format can write them;
/// who is meant, a reader with the right to know finds by the number of the case.
/// </summary>
public sealed record FeedRecord
{
    private FeedRecord()
    {
    }

    /// <summary>Key of the sighting in the ledger: a record that comes twice is known by it.</summary>
    public required string Key { get; init; }

    public required string Sensor { get; init; }

    /// <summary>The sighting's strongest event with the sums of all, from its first to its last packet; without an attribution.</summary>
    public required EnrichedEvent Finding { get; init; }

    /// <summary>Connections of the window.</summary>
    public required long Connections { get; init; }

    /// <summary>Source ports seen, ascending; at most 64.</summary>
    public required IReadOnlyList<ushort> ClientPorts { get; init; }

    public required PacketTime WindowStart { get; init; }

    /// <summary>Exclusive.</summary>
    public required PacketTime WindowEnd { get; init; }

    /// <summary>How the question who it was ended; null when no subscriber source is configured.</summary>
    public AttributionOutcome? Outcome { get; init; }

    /// <summary>Grade of that answer.</summary>
    public char? Grade { get; init; }

    /// <summary>Number of the subject's case; null when there is none yet.</summary>
    public long? Case { get; init; }

    /// <summary>It came before, and more is known of it now.</summary>
    public bool IsAgain { get; init; }

    /// <summary>How much a person at a console should mind.</summary>
    public FeedSeverity Severity => Finding.Event.State switch
    {
        MiningState.Accepted => FeedSeverity.High,
        MiningState.Rejected => FeedSeverity.Low,
        _ => FeedSeverity.Medium,
    };

    /// <summary>One English sentence, for formats that have a place for it.</summary>
    public string Sentence
    {
        get
        {
            var seen = Finding.Event;
            var does = seen.Role == MiningRole.Miner ? "mines" : $"serves miners as a {seen.Role.ToWord()},";
            var coin = seen.Coin == "unknown" ? "an unknown coin" : seen.Coin;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{seen.Client} {does} {coin} with {seen.Server} ({seen.Dialect}, {seen.State.ToWord()}): {seen.SharesAccepted} shares accepted in {Connections} connections");
        }
    }

    /// <summary>Takes what may be said, and leaves out who.</summary>
    public static FeedRecord Of(Sighting sighting, long? caseNumber = null, bool isAgain = false)
    {
        ArgumentNullException.ThrowIfNull(sighting);
        var best = sighting.Best;
        return new FeedRecord
        {
            Key = sighting.Key,
            Sensor = sighting.Sensor,
            Finding = best with
            {
                Attribution = null,
                ClientPlace = null,
                Event = best.Event with { FirstSeen = sighting.FirstSeen, LastSeen = sighting.LastSeen, Login = WithoutClear(best.Event.Login), Worker = WithoutClear(best.Event.Worker) },
            },
            Connections = sighting.Connections,
            ClientPorts = sighting.ClientPorts,
            WindowStart = sighting.WindowStart,
            WindowEnd = sighting.WindowEnd,
            Outcome = best.Attribution?.Outcome,
            Grade = best.Attribution?.Grade,
            Case = caseNumber,
            IsAgain = isAgain,
        };
    }

    private static Identity? WithoutClear(Identity? identity) => identity is null ? null : identity with { Clear = "" };
}

/// <summary>Three steps that every format has a number for.</summary>
public enum FeedSeverity
{
    /// <summary>The pool refused.</summary>
    Low,

    /// <summary>It was tried.</summary>
    Medium,

    /// <summary>Somebody mines.</summary>
    High,
}
