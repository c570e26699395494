namespace MinerFlow.Ledger.Tasks;

/// <summary>Where batches are kept. A batch is stored whole or not at all.</summary>
public interface ITaskStore
{
    /// <summary>The batch of this very file, if it was accepted before: when, and by whom.</summary>
    /// <param name="sha256">Lower-case hexadecimal digits of the file.</param>
    AcceptedBatch? Find(string sha256);

    /// <summary>Entries of all batches accepted so far, the newest batch last.</summary>
    IEnumerable<EarlierEntry> EarlierEntries();

    /// <summary>Stores a batch with its original. Storing the same file again changes nothing.</summary>
    /// <returns>False when the file was stored before.</returns>
    bool Accept(ListBatch batch, ReadOnlyMemory<byte> original);
}

/// <summary>A batch that was accepted.</summary>
/// <param name="Id">The ledger's name for it.</param>
/// <param name="FileName">Name of its file.</param>
/// <param name="AcceptedAt">When.</param>
/// <param name="AcceptedBy">Who.</param>
public sealed record AcceptedBatch(string Id, string FileName, DateTimeOffset AcceptedAt, string AcceptedBy);

/// <summary>An entry of an earlier batch, as a new one is compared with it.</summary>
/// <param name="BatchId">The ledger's name for its batch.</param>
/// <param name="Platform">Of its batch: what another platform does not list is not gone.</param>
/// <param name="Key">What it asked.</param>
/// <param name="IsCleared">What it led to was cleared.</param>
public sealed record EarlierEntry(string BatchId, string? Platform, EntryKey Key, bool IsCleared);
