using System.CommandLine;
using MinerFlow.Enrichment.Subscribers.Store;

namespace MinerFlow.Sensor.Commands;

/// <summary>The options that name an interval store.</summary>
internal sealed class StoreOptions
{
    private readonly Option<string[]> _folder;
    private readonly Option<string[]> _keys;

    public StoreOptions(Command command, string folder, string keys)
    {
        _folder = command.Valued("--store", "DIR", folder);
        _keys = command.Valued("--store-keys", "DIR", keys);
    }

    public string Name => _folder.Name;

    /// <summary>The store that was named, checked; null when none was. Keys lie beside the store unless said otherwise.</summary>
    public IntervalStoreOptions? Bind(OptionReader reader, bool isReadOnly)
    {
        var keys = reader.One(_keys);
        if (reader.One(_folder) is not { } folder)
        {
            if (keys is not null)
            {
                reader.Problem("{0}: goes with {1} DIR", _keys.Name, _folder.Name);
            }

            return null;
        }

        var options = new IntervalStoreOptions { Folder = folder, KeyFolder = keys ?? Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + ".keys", IsReadOnly = isReadOnly };
        foreach (var problem in options.Check())
        {
            reader.Problem("{0}", problem);
        }

        return options;
    }
}
