namespace MinerFlow.Ledger.Snapshots;

/// <summary>Counties by code and by name: lists give codes, registers of subscribers give names.</summary>
internal sealed class RegionNames
{
    private readonly Dictionary<string, (string Code, string Name)> _regions = new(StringComparer.Ordinal);

    public RegionNames(IEnumerable<(string Code, string Name)> regions)
    {
        foreach (var region in regions)
        {
            _regions[region.Code] = region;
            _regions[region.Name] = region;
        }
    }

    /// <summary>Code and name; a text that is no county is its own name, and none is neither.</summary>
    public (string? Code, string? Name) Find(string? text) =>
        string.IsNullOrEmpty(text) ? (null, null) : _regions.TryGetValue(text, out var region) ? region : (text, text);
}
