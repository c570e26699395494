namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>
/// Decrypted pages of the last questions, for who asks about an address asks again. In parts with a lock each, so that threads seldom meet; in a full part the page that came
/// first makes room. Memory is taken as pages come. Any number of threads.
/// </summary>
internal sealed class PageCache
{
    private const int MebibytesOfPart = 8;
    private readonly Part[] _parts;

    /// <param name="mebibytes">Room for pages; 0 keeps none.</param>
    public PageCache(int mebibytes)
    {
        _parts = new Part[(mebibytes + MebibytesOfPart - 1) / MebibytesOfPart];
        for (var i = 0; i < _parts.Length; i++)
        {
            _parts[i] = new Part((int)(((long)mebibytes << 20) / _parts.Length / SegmentFormat.PageLength));
        }
    }

    /// <summary>Copies a page that is kept; false when it is not.</summary>
    public bool TryRead(Segment segment, int number, Span<byte> plain)
    {
        var key = new Key(segment, number);
        return _parts.Length > 0 && PartOf(key).TryRead(key, plain);
    }

    public void Keep(Segment segment, int number, ReadOnlySpan<byte> plain)
    {
        if (_parts.Length > 0)
        {
            var key = new Key(segment, number);
            PartOf(key).Keep(key, plain);
        }
    }

    /// <summary>No question will ask for the segment again: nothing of it stays in memory.</summary>
    public void Forget(Segment segment)
    {
        foreach (var part in _parts)
        {
            part.Forget(segment);
        }
    }

    private Part PartOf(Key key) => _parts[(uint)key.GetHashCode() % (uint)_parts.Length];

    private readonly record struct Key(Segment? Segment, int Number);

    private sealed class Part(int pages)
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<Key, int> _places = [];
        private readonly List<Key> _keys = [];
        private byte[] _bytes = [];
        private int _oldest;

        public bool TryRead(Key key, Span<byte> plain)
        {
            lock (_gate)
            {
                if (!_places.TryGetValue(key, out var place))
                {
                    return false;
                }

                BytesAt(place).CopyTo(plain);
                return true;
            }
        }

        public void Keep(Key key, ReadOnlySpan<byte> plain)
        {
            lock (_gate)
            {
                var place = _keys.Count < pages ? _keys.Count : _oldest;
                if (!_places.TryAdd(key, place))
                {
                    return;
                }

                if (place == _keys.Count)
                {
                    _keys.Add(key);
                }
                else
                {
                    _places.Remove(_keys[place]);
                    _keys[place] = key;
                    _oldest = (_oldest + 1) % pages;
                }

                if (_bytes.Length == 0)
                {
                    // Not filled with zeros: the system gives memory as it is written to.
                    _bytes = GC.AllocateUninitializedArray<byte>(pages * SegmentFormat.PlainPageLength);
                }

                plain.CopyTo(BytesAt(place));
            }
        }

        public void Forget(Segment segment)
        {
            lock (_gate)
            {
                for (var place = 0; place < _keys.Count; place++)
                {
                    if (_keys[place].Segment == segment)
                    {
                        _places.Remove(_keys[place]);
                        _keys[place] = default;
                        BytesAt(place).Clear();
                    }
                }
            }
        }

        private Span<byte> BytesAt(int place) => _bytes.AsSpan(place * SegmentFormat.PlainPageLength, SegmentFormat.PlainPageLength);
    }
}
