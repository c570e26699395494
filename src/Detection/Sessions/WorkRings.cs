using System.Runtime.InteropServices;

namespace MinerFlow.Detection.Protocols;

/// <summary>What a request that waits for its answer asked for.</summary>
internal enum OpenRequest : byte
{
    /// <summary>No such request is open.</summary>
    None,
    Share,
    Login,
    Subscribe,
    Other,
}

/// <summary>The last few of something, found by a 64-bit digest of its name; the newest is looked at first.</summary>
internal struct WorkRing(int capacity)
{
    private readonly Entry[] _entries = new Entry[capacity];
    private int _next;

    public readonly bool IsMade => _entries is not null;

    public void Add(ulong key, double work, OpenRequest kind = OpenRequest.None)
    {
        _entries[_next] = new Entry(key, work, kind);
        _next = _next + 1 == _entries.Length ? 0 : _next + 1;
    }

    public readonly int Find(ulong key)
    {
        var at = _next;
        for (var i = 0; i < _entries.Length; i++)
        {
            at = at == 0 ? _entries.Length - 1 : at - 1;
            if (_entries[at].Key == key)
            {
                return at;
            }
        }

        return -1;
    }

    public readonly double Work(int at) => _entries[at].Work;

    public readonly OpenRequest Kind(int at) => _entries[at].Kind;

    public readonly void Remove(int at) => _entries[at] = default;

    public readonly void Scale(double factor)
    {
        for (var i = 0; i < _entries.Length; i++)
        {
            _entries[i] = _entries[i] with { Work = _entries[i].Work * factor };
        }
    }

    /// <summary>Digest of a name; never 0, which marks a free place. Names come from the wire, so a collision can only spoil its own session.</summary>
    public static ulong KeyOf(ReadOnlySpan<byte> name)
    {
        var hash = 0x9E37_79B9_7F4A_7C15ul ^ (ulong)name.Length;
        while (name.Length >= 8)
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(name));
            name = name[8..];
        }

        ulong rest = 0;
        foreach (var b in name)
        {
            rest = (rest << 8) | b;
        }

        return Mix(hash ^ rest) | 1;
    }

    // Multiply and fold: the finaliser of SplitMix64 without its first step.
    private static ulong Mix(ulong value)
    {
        value *= 0xBF58_476D_1CE4_E5B9;
        return value ^ (value >> 29);
    }

    private readonly record struct Entry(ulong Key, double Work, OpenRequest Kind);
}
