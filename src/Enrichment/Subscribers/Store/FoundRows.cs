namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>
/// What a question has found so far: of each interval the winning version, with bytes of its own. Two passes fill it: the first takes the versions
/// that overlap the time asked, the second looks whether those that may change have a version that says otherwise.
/// </summary>
internal sealed class FoundRows
{
    private IntervalRow[] _rows = new IntervalRow[16];
    private int[] _next = new int[16];
    private int[] _buckets = new int[16];
    private int _bucketsUsed = 16;
    private byte[] _names = new byte[16 * 1024];
    private int _namesUsed;
    private bool _onlyNewer;

    public int Count { get; private set; }

    /// <summary>Whether one of them may have a later version with other times.</summary>
    public bool MayChange
    {
        get
        {
            for (var i = 0; i < Count; i++)
            {
                if (_rows[i].MayChange)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public ref readonly IntervalRow this[int index] => ref _rows[index];

    /// <summary>The time asked, in nanoseconds, both moments included.</summary>
    public long From { get; private set; }

    public long To { get; private set; }

    /// <summary>Rows without this port are passed over; null takes all.</summary>
    public ushort? Port { get; private set; }

    public void Begin(ushort? port, long from, long to)
    {
        (Port, From, To, Count, _namesUsed, _onlyNewer) = (port, from, to, 0, 0, false);

        // Few rows answer most questions: only as many buckets as they need are emptied.
        _bucketsUsed = 16;
        _buckets.AsSpan(0, _bucketsUsed).Fill(-1);
    }

    /// <summary>From here on only versions of what is found are taken, whatever time they overlap. Their ports are the same.</summary>
    public void OnlyNewerVersions() => _onlyNewer = true;

    /// <summary>Whether a row with these times and ports is to be offered.</summary>
    public bool Wants(in IntervalRow row) =>
        (_onlyNewer || (row.From <= To && row.To > From)) && (Port is not { } port || (row.FirstPort <= port && port <= row.LastPort));

    public void Offer(in IntervalRow row)
    {
        if (!Wants(row))
        {
            return;
        }

        ref var bucket = ref BucketOf(row);
        for (var i = bucket; i >= 0; i = _next[i])
        {
            if (IntervalRow.Compare(_rows[i], row) == 0)
            {
                if (row.Supersedes(_rows[i]))
                {
                    _rows[i] = Own(row);
                }

                return;
            }
        }

        if (!_onlyNewer)
        {
            if (Count == _bucketsUsed)
            {
                Grow();
                bucket = ref BucketOf(row);
            }

            _rows[Count] = Own(row);
            (_next[Count], bucket) = (bucket, Count);
            Count++;
        }
    }

    private ref int BucketOf(in IntervalRow row) => ref _buckets[HashCode.Combine(row.Start, row.FirstPort, row.Inner) & (_bucketsUsed - 1)];

    private void Grow()
    {
        _bucketsUsed = Count * 2;
        if (_bucketsUsed > _rows.Length)
        {
            Array.Resize(ref _rows, _bucketsUsed);
            Array.Resize(ref _next, _bucketsUsed);
            _buckets = new int[_bucketsUsed];
        }

        _buckets.AsSpan(0, _bucketsUsed).Fill(-1);
        for (var i = 0; i < Count; i++)
        {
            ref var bucket = ref BucketOf(_rows[i]);
            (_next[i], bucket) = (bucket, i);
        }
    }

    private IntervalRow Own(in IntervalRow row)
    {
        var length = row.Realm.Length + row.Account.Length + row.AccessPort.Length;
        if (_namesUsed + length > _names.Length)
        {
            // Rows found so far keep the block they lie in.
            _names = new byte[Math.Max(_names.Length * 2, length)];
            _namesUsed = 0;
        }

        var own = row;
        own.Realm = Own(row.Realm);
        own.Account = Own(row.Account);
        own.AccessPort = Own(row.AccessPort);
        return own;
    }

    private ReadOnlyMemory<byte> Own(ReadOnlyMemory<byte> name)
    {
        name.CopyTo(_names.AsMemory(_namesUsed));
        _namesUsed += name.Length;
        return _names.AsMemory(_namesUsed - name.Length, name.Length);
    }
}
