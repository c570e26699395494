using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Questions;
using MinerFlow.Enrichment.Subscribers.Store;

namespace MinerFlow.Sensor.Commands;

/// <summary>What was asked, checked.</summary>
internal sealed record AttributeOptions
{
    /// <summary>One question; null when a list is asked.</summary>
    public ListedQuestion? Question { get; init; }

    public string? Batch { get; init; }

    public TimePrecision Precision { get; init; }

    public IReadOnlyList<string> Inventories { get; init; } = [];

    /// <summary>Store that holds the logs; null when they are in files.</summary>
    public IntervalStoreOptions? Store { get; init; }

    public IReadOnlyList<string> Radius { get; init; } = [];

    public IReadOnlyList<NatLogFile> NatLogs { get; init; } = [];

    public IReadOnlyList<string> Dhcp { get; init; } = [];

    public IReadOnlyList<string> Subscribers { get; init; } = [];

    public IReadOnlyList<string> Findings { get; init; } = [];

    public required string Rules { get; init; }

    public TimeSpan ClockSkew { get; init; }

    public TimeSpan Offset { get; init; }

    /// <summary>What a person has confirmed; null when nothing was said about it.</summary>
    public TimeSpan? Shift { get; init; }

    public string? Output { get; init; }

    /// <summary>Sentences instead of JSON.</summary>
    public bool IsText { get; init; }

    public byte[]? IdentityKey { get; init; }
}
