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

    /// <summary>No question will ask for the segment again: its pages are let go of and overwritten.</summary>
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
        private readonly List<(Key Key, byte[] Plain)> _pages = [];
        private int _oldest;

        public bool TryRead(Key key, Span<byte> plain)
        {
            lock (_gate)
            {
                if (!_places.TryGetValue(key, out var place))
                {
                    return false;
                }

                _pages[place].Plain.CopyTo(plain);
                return true;
            }
        }

        public void Keep(Key key, ReadOnlySpan<byte> plain)
        {
            lock (_gate)
            {
                var isFull = _pages.Count == pages;
                if (!_places.TryAdd(key, isFull ? _oldest : _pages.Count))
                {
                    return;
                }

                if (!isFull)
                {
                    _pages.Add((key, plain.ToArray()));
                    return;
                }

                var (before, page) = _pages[_oldest];
                _places.Remove(before);
                _pages[_oldest] = (key, page);
                plain.CopyTo(page);
                _oldest = (_oldest + 1) % pages;
            }
        }

        public void Forget(Segment segment)
        {
            lock (_gate)
            {
                for (var place = 0; place < _pages.Count; place++)
                {
                    var (key, page) = _pages[place];
                    if (key.Segment == segment)
                    {
                        _places.Remove(key);
                        _pages[place] = (default, page);
                        page.AsSpan().Clear();
                    }
                }
            }
        }
    }
}
