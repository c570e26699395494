namespace MinerFlow.Connections.Flows;

/// <summary>The connections of one worker by index. An index is used again after its connection is removed.</summary>
internal sealed class ConnectionTable
{
    private readonly Stack<int> _free = [];
    private Connection?[] _connections = new Connection?[16];
    private int _used;

    public int Count { get; private set; }

    /// <summary>Indices that were ever used; those of removed connections are empty.</summary>
    public int Used => _used;

    public Connection? this[int index] => _connections[index];

    /// <summary>Asks for the memory that the next <see cref="this"/> of this index reads.</summary>
    public void FetchReference(int index) => MemoryHints.Fetch(ref _connections[index]);

    public int Add(Connection connection)
    {
        if (!_free.TryPop(out var index))
        {
            if (_used == _connections.Length)
            {
                Array.Resize(ref _connections, _connections.Length * 2);
            }

            index = _used++;
        }

        _connections[index] = connection;
        Count++;
        return index;
    }

    public void Remove(int index)
    {
        _connections[index] = null;
        _free.Push(index);
        Count--;
    }

    /// <summary>All connections in the order of their first frames.</summary>
    public Connection[] InOrder()
    {
        var all = new Connection[Count];
        var count = 0;
        for (var index = 0; index < _used; index++)
        {
            if (_connections[index] is { } connection)
            {
                all[count++] = connection;
            }
        }

        Array.Sort(all, static (left, right) => left.FirstFrame.CompareTo(right.FirstFrame));
        return all;
    }

    public void Clear()
    {
        Array.Clear(_connections, 0, _used);
        _free.Clear();
        _used = 0;
        Count = 0;
    }
}
