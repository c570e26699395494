using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>Where an interval store lies and how much memory it may take.</summary>
public sealed record IntervalStoreOptions
{
    /// <summary>Folder of the store; made when it is not there.</summary>
    public required string Folder { get; init; }

    /// <summary>Folder of the keys, outside of the store: whoever deletes a key deletes what it encrypts, also in every copy of the store.</summary>
    public required string KeyFolder { get; init; }

    /// <summary>
    /// Mebibytes of rows in memory before they go to segments; twice as many while they are written. Default 64: some 800,000 rows, and a restart reads them
    /// from the log in a second.
    /// </summary>
    public int TableMebibytes { get; init; } = 64;

    /// <summary>Mebibytes of decrypted pages that stay in memory for the next question, taken as questions come. Default 128: some 30,000 addresses and days. 0 keeps none.</summary>
    public int PageCacheMebibytes { get; init; } = 128;

    /// <summary>Questions only: nothing is written, and another process may be writing.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>All that is wrong with the options; empty when they can be used.</summary>
    public IReadOnlyList<Problem> Check()
    {
        var problems = new List<Problem>();
        if (string.IsNullOrWhiteSpace(Folder) || string.IsNullOrWhiteSpace(KeyFolder))
        {
            problems.Add(new Problem(Folder, 0, 0, "The interval store needs a folder and a folder for its keys."));
            return problems;
        }

        var store = Path.GetFullPath(Folder) + Path.DirectorySeparatorChar;
        var keys = Path.GetFullPath(KeyFolder) + Path.DirectorySeparatorChar;
        if (keys.StartsWith(store, StringComparison.Ordinal))
        {
            problems.Add(new Problem(KeyFolder, 0, 0, $"The keys lie inside the store {Folder}, so every copy of it would hold them too; give a folder outside."));
        }

        if (TableMebibytes is < 1 or > 1024)
        {
            problems.Add(new Problem(Folder, 0, 0, $"TableMebibytes={TableMebibytes} is not between 1 and 1024."));
        }

        if (PageCacheMebibytes is < 0 or > 16_384)
        {
            problems.Add(new Problem(Folder, 0, 0, $"PageCacheMebibytes={PageCacheMebibytes} is not between 0 and 16384."));
        }

        return problems;
    }
}
