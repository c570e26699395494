using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
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

/// <summary>The work behind the last jobs, found by a digest of their names; the newest is looked at first.</summary>
internal struct JobRing
{
    /// <summary>
    /// 8: it matters only while jobs of two difficulties are worked on, and the fastest pools (Kaspa, several jobs a second) take shares of old
    /// jobs for a second or two.
    /// </summary>
    private const int Capacity = 8;

    private Places _places;
    private int _next;

    public void Add(ulong key, double work)
    {
        _places[_next] = new Place(key, work);
        _next = (_next + 1) % Capacity;
    }

    /// <summary>0 when the job is not known or had no difficulty.</summary>
    public readonly double WorkOf(ulong key)
    {
        for (var i = 1; i <= Capacity; i++)
        {
            ref readonly var place = ref _places[(_next + Capacity - i) % Capacity];
            if (place.Key == key)
            {
                return place.Work;
            }
        }

        return 0;
    }

    public void Scale(double factor)
    {
        for (var i = 0; i < Capacity; i++)
        {
            _places[i] = new Place(_places[i].Key, _places[i].Work * factor);
        }
    }

    private readonly record struct Place(ulong Key, double Work);

    [InlineArray(Capacity)]
    private struct Places
    {
        private Place _first;
    }
}

/// <summary>
/// Requests that wait for their answer, oldest first, since answers come in that order. Grows while answers are on the way and is bounded:
/// a miner whose pool is not in the capture overwrites its oldest.
/// </summary>
internal struct RequestRing
{
    /// <summary>4: a single miner has one share on the way, and three requests at its start.</summary>
    private const int First = 4;

    /// <summary>1,024: ten thousand miners behind one agent hand in some hundred shares a second, answered within a second or two.</summary>
    private const int Largest = 1_024;

    // Most sessions never need more than the first places: these lie in the session itself.
    private FirstPlaces _first;
    private Place[]? _more;
    private int _start;
    private int _count;

    [UnscopedRef]
    private Span<Place> Places => _more is null ? _first : _more;

    public void Add(ulong key, double work, OpenRequest kind, bool mayGrow)
    {
        var places = Places;
        if (_count == places.Length)
        {
            // An unanswered notice is no reason: miners send some that pools ignore.
            if (mayGrow && _count < Largest && places[_start].Kind == OpenRequest.Share)
            {
                places = Grow(places);
            }
            else
            {
                _start = (_start + 1) & (places.Length - 1);
                _count--;
            }
        }

        places[(_start + _count++) & (places.Length - 1)] = new Place(key, kind, work);
    }

    /// <summary>Place of the oldest open request with this key; -1 when there is none.</summary>
    public int Find(ulong key)
    {
        var places = Places;
        for (var i = 0; i < _count; i++)
        {
            var at = (_start + i) & (places.Length - 1);
            if (places[at].IsOf(key))
            {
                return at;
            }
        }

        return -1;
    }

    public double WorkAt(int place) => Places[place].Work;

    public OpenRequest KindAt(int place) => Places[place].Kind;

    /// <summary>Closes the request; places at the front that are closed are given back.</summary>
    public void Remove(int place)
    {
        var places = Places;
        places[place] = default;
        while (_count > 0 && places[_start].Kind == OpenRequest.None)
        {
            _start = (_start + 1) & (places.Length - 1);
            _count--;
        }
    }

    public void Scale(double factor)
    {
        foreach (ref var place in Places)
        {
            place = place with { Work = place.Work * factor };
        }
    }

    private Place[] Grow(ReadOnlySpan<Place> places)
    {
        var larger = new Place[places.Length * 2];
        for (var i = 0; i < _count; i++)
        {
            larger[i] = places[(_start + i) & (places.Length - 1)];
        }

        _start = 0;
        return _more = larger;
    }

    /// <summary>The kind stands in the lowest bits of the key, where names have nothing to tell apart.</summary>
    private readonly record struct Place(ulong KeyAndKind, double Work)
    {
        private const ulong KindBits = 7;

        public Place(ulong key, OpenRequest kind, double work)
            : this((key & ~KindBits) | (byte)kind, work)
        {
        }

        public OpenRequest Kind => (OpenRequest)(KeyAndKind & KindBits);

        public bool IsOf(ulong key) => ((KeyAndKind ^ key) & ~KindBits) == 0 && Kind != OpenRequest.None;
    }

    [InlineArray(First)]
    private struct FirstPlaces
    {
        private Place _first;
    }
}

/// <summary>Names as 64-bit digests: what is compared with every message and never shown.</summary>
internal static class NameKey
{
    /// <summary>Digest of a name; never 0, which marks a free place. Names come from the wire, so a collision can only spoil its own session.</summary>
    public static ulong Of(ReadOnlySpan<byte> name)
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
}
