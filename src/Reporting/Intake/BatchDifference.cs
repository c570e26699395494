using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake;

/// <summary>How a batch stands to those accepted before it.</summary>
public static class BatchDifference
{
    /// <summary>The batch with each entry's change, and with what the last batch of the same platform asked and this one no longer does.</summary>
    /// <param name="batch">The new batch.</param>
    /// <param name="earlier">Entries accepted before, the newest batch last.</param>
    public static ListBatch Compare(ListBatch batch, IEnumerable<EarlierEntry> earlier)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(earlier);
        var keys = new HashSet<EntryKey>();
        var subjects = new Dictionary<string, bool>(StringComparer.Ordinal);
        var last = new List<EarlierEntry>();
        foreach (var entry in earlier)
        {
            keys.Add(entry.Key);

            // The newest word about a subject counts: cleared, then listed again, is open.
            subjects[entry.Key.Subject] = entry.IsCleared;
            if (entry.Platform == batch.Platform)
            {
                if (last.Count > 0 && last[0].BatchId != entry.BatchId)
                {
                    last.Clear();
                }

                last.Add(entry);
            }
        }

        var now = batch.Rows.SelectMany(row => row.Entries).Select(entry => entry.Key.Subject).ToHashSet(StringComparer.Ordinal);
        return batch with
        {
            Rows = [.. batch.Rows.Select(row => row.Entries.Count == 0 ? row : row with { Entries = [.. row.Entries.Select(entry => entry with { Change = ChangeOf(entry.Key, keys, subjects) })] })],
            Gone = [.. last.Where(entry => !now.Contains(entry.Key.Subject)).DistinctBy(entry => entry.Key)],
        };
    }

    private static EntryChange ChangeOf(EntryKey key, HashSet<EntryKey> keys, Dictionary<string, bool> subjects) =>
        keys.Contains(key) ? EntryChange.Repeated
        : !subjects.TryGetValue(key.Subject, out var isCleared) ? EntryChange.New
        : isCleared ? EntryChange.Reopened : EntryChange.Again;
}
