namespace MinerFlow.Ledger.Snapshots;

/// <summary>What a snapshot is, when and by whom it was taken. Its first line.</summary>
public sealed record SnapshotHead
{
    /// <summary>The ledger's number of it, counted from 1.</summary>
    public required long Number { get; init; }

    /// <summary>The moment it shows, in the offset in which the forms show all moments.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    public required string TakenBy { get; init; }

    public required string Purpose { get; init; }

    public required ReportingProfile Profile { get; init; }

    /// <summary>Lists whose rows are in it, in the order they were accepted.</summary>
    public required IReadOnlyList<SnapshotBatch> Batches { get; init; }

    /// <summary>The last audit record before it was taken; 0 when there was none.</summary>
    public required long AuditSequence { get; init; }

    /// <summary>Its hash: what is behind the snapshot stands in the chain up to here.</summary>
    public required string AuditHash { get; init; }
}

/// <summary>A list of the regulator, as the forms speak of it.</summary>
/// <param name="Id">The ledger's name for it.</param>
/// <param name="FileName">As the sender wrote it.</param>
/// <param name="Sha256">Of the file, lower-case hexadecimal.</param>
/// <param name="Sm3">Of the file, lower-case hexadecimal.</param>
/// <param name="ReceivedAt">When.</param>
public sealed record SnapshotBatch(string Id, string FileName, string Sha256, string Sm3, DateTimeOffset ReceivedAt)
{
    public string? Sender { get; init; }

    /// <summary>文号.</summary>
    public string? DocumentNumber { get; init; }

    public string? Platform { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Rows below a header.</summary>
    public int Rows { get; init; }

    /// <summary>Of these, totals, titles and notes, which ask nothing.</summary>
    public int Noise { get; init; }
}

/// <summary>A text that names somebody, sealed by the vault of personal data as the ledger holds it: what becomes of its key becomes of it here too.</summary>
/// <param name="Key">Name of the key.</param>
/// <param name="Field">What the text is, authenticated with it.</param>
/// <param name="Content">Sealed bytes.</param>
public sealed record SealedText(string Key, string Field, byte[] Content);
