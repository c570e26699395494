namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>A name of a name table: an account, a VRF, a physical port. Zero is no name.</summary>
public readonly record struct NameId(int Value)
{
    public bool IsNone => Value == 0;
}

/// <summary>Names kept once each, in memory. Not for several threads at once while names are added.</summary>
public sealed class NameTable
{
    private readonly List<string> _names = [""];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids =
        new Dictionary<string, int>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The name's id, a new one when it is not known yet; none for an empty name.</summary>
    public NameId Intern(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty)
        {
            return default;
        }

        if (_ids.TryGetValue(name, out var id))
        {
            return new NameId(id);
        }

        id = _names.Count;
        _names.Add(name.ToString());
        _ids[name] = id;
        return new NameId(id);
    }

    /// <summary>The name; empty for none.</summary>
    public string this[NameId id] => _names[id.Value];
}
