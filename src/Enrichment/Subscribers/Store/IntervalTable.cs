using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>
/// Versions of intervals that are in the write-ahead log and in no segment yet: their bytes one behind the other, a hash chain for each prefix,
/// and for the flush an order. Adding a row allocates nothing but, now and then, a block.
/// </summary>
internal sealed class IntervalTable(long told)
{
    private const int BlockLength = 1 << 20;
    private readonly List<byte[]> _blocks = [];
    private readonly bool[] _hasLength = new bool[129];
    private readonly byte[] _names = new byte[RowFrame.NamesLength];
    private Entry[] _entries = new Entry[1024];
    private int[] _buckets = NewBuckets(2048);
    private Entry[] _order = [];
    private int _block = -1;
    private int _used = BlockLength;

    public long Told { get; private set; } = told;

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Adds a version, its bytes as <see cref="IntervalRowCodec"/> writes them with a prefix before of zero and <see cref="RowFrame.Alone"/>.</summary>
    public void Add(UInt128 prefix, byte prefixLength, ushort firstPort, long start, ReadOnlySpan<byte> bytes)
    {
        if (_used + bytes.Length > BlockLength)
        {
            if (++_block == _blocks.Count)
            {
                _blocks.Add(new byte[BlockLength]);
            }

            _used = 0;
        }

        bytes.CopyTo(_blocks[_block].AsSpan(_used));
        if (Count == _entries.Length)
        {
            Grow();
        }

        ref var bucket = ref BucketOf(prefix, prefixLength);
        _entries[Count] = new Entry((ulong)(prefix >> 64), (ulong)prefix, start, _block, _used, bucket, firstPort, prefixLength);
        bucket = Count++;
        _hasLength[prefixLength] = true;
        _used += bytes.Length;
        Bytes += bytes.Length;
    }

    /// <summary>Empties the table for the next rows, in the memory it has.</summary>
    public void Clear(long told)
    {
        Array.Fill(_buckets, -1);
        Array.Clear(_hasLength);
        (Told, Count, Bytes, _block, _used) = (told, 0, 0, -1, BlockLength);
    }

    /// <summary>Offers every version of an interval that holds the address, the newest first.</summary>
    public void Visit(IpAddress address, FoundRows found)
    {
        for (var length = 0; length < _hasLength.Length; length++)
        {
            if (_hasLength[length])
            {
                Visit(IntervalRow.PrefixOf(address, length), length, address, found);
            }
        }
    }

    private void Visit(UInt128 prefix, int length, IpAddress address, FoundRows found)
    {
        for (var i = BucketOf(prefix, (byte)length); i >= 0; i = _entries[i].Next)
        {
            if (_entries[i].Prefix == prefix && _entries[i].PrefixLength == length && MayAnswer(_entries[i], found) && Read(_entries[i]) is var row && row.Range.Contains(address))
            {
                found.Offer(row);
            }
        }
    }

    /// <summary>Every interval in the order of <see cref="IntervalRow.Compare"/>, each in its winning version.</summary>
    public IEnumerable<IntervalRow> InOrder()
    {
        if (_order.Length < Count)
        {
            _order = new Entry[_entries.Length];
        }

        var order = _order;
        _entries.AsSpan(0, Count).CopyTo(order);
        Array.Sort(order, 0, Count);
        var same = new List<IntervalRow>();
        for (var i = 0; i < Count;)
        {
            same.Clear();
            var first = order[i];
            while (i < Count && first.SharesStart(order[i]))
            {
                same.Add(Read(order[i++]));
            }

            if (same.Count == 1)
            {
                yield return same[0];
                continue;
            }

            foreach (var winner in Winners(same))
            {
                yield return winner;
            }
        }
    }

    /// <summary>Of each interval the version that wins; of equal ones the later added.</summary>
    private static List<IntervalRow> Winners(List<IntervalRow> added)
    {
        var winners = new List<IntervalRow>();
        foreach (var row in added)
        {
            var known = winners.FindIndex(winner => IntervalRow.Compare(winner, row) == 0);
            if (known < 0)
            {
                winners.Add(row);
            }
            else if (!winners[known].Supersedes(row))
            {
                winners[known] = row;
            }
        }

        winners.Sort((left, right) => IntervalRow.Compare(left, right));
        return winners;
    }

    private bool MayAnswer(in Entry entry, FoundRows found)
    {
        var asked = default(IntervalRow);
        return IntervalRowCodec.TryReadAsked(_blocks[entry.Block].AsSpan(entry.At), StorePartition.OpenBaseTime, ref asked) && found.Wants(asked);
    }

    /// <summary>Names lie in the table's own bytes: with no reference there is nothing to put together.</summary>
    private IntervalRow Read(in Entry entry)
    {
        var bytes = _blocks[entry.Block].AsMemory(entry.At);
        if (!IntervalRowCodec.TryReadLength(bytes.Span, out var length)
            || !IntervalRowCodec.TryRead(bytes[..length], UInt128.Zero, entry.PrefixLength, new RowFrame { BaseTime = StorePartition.OpenBaseTime, Told = Told }, _names, out var row))
        {
            throw new InvalidOperationException("A row in memory cannot be read.");
        }

        return row;
    }

    private ref int BucketOf(UInt128 prefix, byte prefixLength) => ref _buckets[AddressFilter.Hash(prefix, prefixLength) & (ulong)(_buckets.Length - 1)];

    private void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        _buckets = NewBuckets(_entries.Length * 2);
        for (var i = 0; i < Count; i++)
        {
            ref var bucket = ref BucketOf(_entries[i].Prefix, _entries[i].PrefixLength);
            _entries[i] = _entries[i] with { Next = bucket };
            bucket = i;
        }
    }

    private static int[] NewBuckets(int count)
    {
        var buckets = new int[count];
        Array.Fill(buckets, -1);
        return buckets;
    }

    private readonly record struct Entry(ulong Upper, ulong Lower, long Start, int Block, int At, int Next, ushort FirstPort, byte PrefixLength) : IComparable<Entry>
    {
        public UInt128 Prefix => new(Upper, Lower);

        public bool SharesStart(in Entry other) =>
            Start == other.Start && FirstPort == other.FirstPort && Lower == other.Lower && Upper == other.Upper && PrefixLength == other.PrefixLength;

        /// <summary>By prefix, first port and start, then in the order they were added.</summary>
        public int CompareTo(Entry other)
        {
            var order = PrefixLength.CompareTo(other.PrefixLength);
            order = order != 0 ? order : Upper.CompareTo(other.Upper);
            order = order != 0 ? order : Lower.CompareTo(other.Lower);
            order = order != 0 ? order : FirstPort.CompareTo(other.FirstPort);
            order = order != 0 ? order : Start.CompareTo(other.Start);
            order = order != 0 ? order : Block.CompareTo(other.Block);
            return order != 0 ? order : At.CompareTo(other.At);
        }
    }
}
