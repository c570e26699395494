using MinerFlow.Enrichment.Subscribers.Store;

namespace MinerFlow.Unit.Enrichment.Subscribers.Store;

/// <summary>A store and its keys in folders that go when the test ends.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    public string Store => _folder.PathOf("store");

    public string Keys => _folder.PathOf("keys");

    public IntervalStore Open(bool isReadOnly = false, int pageCacheMebibytes = 1) =>
        IntervalStore.Open(new IntervalStoreOptions { Folder = Store, KeyFolder = Keys, TableMebibytes = 1, PageCacheMebibytes = pageCacheMebibytes, IsReadOnly = isReadOnly });

    /// <summary>The store's files of a kind, by name.</summary>
    public List<string> Files(string pattern) => [.. Directory.EnumerateFiles(Store, pattern).Order(StringComparer.Ordinal)];

    public List<string> KeyFiles(string pattern) => [.. Directory.EnumerateFiles(Keys, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();
}
