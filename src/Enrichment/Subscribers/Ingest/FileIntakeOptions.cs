namespace MinerFlow.Enrichment.Subscribers.Ingest;

/// <summary>How log files are read.</summary>
public sealed record FileIntakeOptions
{
    /// <summary>Folder of rules, with profiles in <c>nat-logs</c>.</summary>
    public required string Rules { get; init; }

    /// <summary>Templates of IPFIX and NetFlow 9 from earlier files; made when it is not there.</summary>
    public required string TemplateFile { get; init; }

    /// <summary>Records between commits. 50,000: making them durable costs little, and little is read again after a crash.</summary>
    public int RecordsPerCommit { get; init; } = 50_000;

    /// <summary>Tells a file that is still being written from one that is whole.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Takes the lines of translation logs that were not understood, as they stand: they hold personal data. Null keeps none.</summary>
    public Stream? Quarantine { get; init; }
}
