using MinerFlow.Enrichment.Subscribers.Ingest;
using MinerFlow.Enrichment.Subscribers.Store;

namespace MinerFlow.Sensor.Commands;

/// <summary>What is to be taken into a store, checked.</summary>
internal sealed record IngestOptions
{
    public required IntervalStoreOptions Store { get; init; }

    public required string Rules { get; init; }

    public IReadOnlyList<LogInput> Inputs { get; init; } = [];

    /// <summary>File for lines that are not understood; null for none.</summary>
    public string? Quarantine { get; init; }

    /// <summary>Days before the newest line that are kept; null for all.</summary>
    public int? KeepDays { get; init; }

    /// <summary>Says what would be deleted, and reads and deletes nothing.</summary>
    public bool IsDryRun { get; init; }
}
