namespace MinerFlow.Ledger.Tasks;

/// <summary>
/// One file of the regulator as it was read: every row of every table, in the order of the file. A batch is its file: the same file gives the same batch.
/// </summary>
public sealed record ListBatch
{
    /// <summary>The file itself. Its SHA-256 is the identity of the batch.</summary>
    public required ListFile File { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Who sent it, as the receiver states; null when nobody said.</summary>
    public string? Sender { get; init; }

    /// <summary>文号 of the letter it came with.</summary>
    public string? DocumentNumber { get; init; }

    /// <summary>The monitoring platform that found the addresses.</summary>
    public string? Platform { get; init; }

    /// <summary>When the answer is due, where the letter says so to the minute.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Offset from UTC of times that name none.</summary>
    public TimeSpan UtcOffset { get; init; }

    /// <summary>Tables found in the file, in its order; rows point to them by index.</summary>
    public required IReadOnlyList<ListTable> Tables { get; init; }

    /// <summary>Every row below a header, in the order of tables and rows.</summary>
    public required IReadOnlyList<ListRow> Rows { get; init; }

    /// <summary>What is wrong with the file, a sheet or a header; what is wrong with cells is in their rows.</summary>
    public IReadOnlyList<RowProblem> Problems { get; init; } = [];

    /// <summary>What earlier batches listed and this one no longer does.</summary>
    public IReadOnlyList<EarlierEntry> Gone { get; init; } = [];

    public int Count(RowDisposition disposition) => Rows.Count(row => row.Disposition == disposition);
}
