using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>
/// Events of one translator on their way into the order of time: by time, at one moment what is given back before what is given out, then as they came.
/// </summary>
/// <remarks>An event is large: it is written once to a place of its own, and only its order and the number of its place are moved about.</remarks>
internal sealed class WaitingEvents
{
    // Most events come in order: they need no heap.
    private readonly Queue<(Order Order, int Place)> _inOrder = new();
    private readonly PriorityQueue<int, Order> _others = new();
    private readonly Stack<int> _free = new();
    private (NatEvent Event, LinePlace Line)[] _places = new (NatEvent, LinePlace)[16];
    private int _used;
    private Order _last;
    private long _sequence;

    public int Count => _inOrder.Count + _others.Count;

    private bool NextIsOther => _others.TryPeek(out _, out var other) && !(_inOrder.TryPeek(out var first) && first.Order.CompareTo(other) < 0);

    public void Add(in NatEvent happened, LinePlace line)
    {
        var place = _free.TryPop(out var free) ? free : NewPlace();
        _places[place] = (happened, line);
        var order = new Order(happened.Time.UnixNanoseconds, Rank(happened.Kind), _sequence++);
        if (_inOrder.Count == 0 || order.CompareTo(_last) > 0)
        {
            _inOrder.Enqueue((_last = order, place));
        }
        else
        {
            _others.Enqueue(place, order);
        }
    }

    /// <summary>Time of the event that is next; false when none waits.</summary>
    public bool TryPeekTime(out PacketTime time)
    {
        time = NextIsOther ? new PacketTime(_others.TryPeek(out _, out var other) ? other.Time : 0)
            : _inOrder.TryPeek(out var next) ? new PacketTime(next.Order.Time)
            : PacketTime.None;
        return Count > 0;
    }

    /// <summary>The next event, on loan until one is added.</summary>
    public ref readonly NatEvent Take()
    {
        var place = NextIsOther ? _others.Dequeue() : _inOrder.Dequeue().Place;
        _free.Push(place);
        return ref _places[place].Event;
    }

    /// <summary>Of each input the first line of an event that waits, where it is before the one that is there.</summary>
    public void FirstLines(Dictionary<int, long> offsets)
    {
        // Events come one after the other from one input: a word with the table for each run of them, not for each.
        var first = default(LinePlace);
        foreach (var (_, place) in _inOrder)
        {
            Earlier(ref first, _places[place].Line, offsets);
        }

        foreach (var (place, _) in _others.UnorderedItems)
        {
            Earlier(ref first, _places[place].Line, offsets);
        }

        Tell(first, offsets);
    }

    private static void Earlier(ref LinePlace first, LinePlace line, Dictionary<int, long> offsets)
    {
        if (line.Input != first.Input)
        {
            Tell(first, offsets);
            first = line;
        }
        else if (line.Offset < first.Offset)
        {
            first = line;
        }
    }

    private static void Tell(LinePlace first, Dictionary<int, long> offsets)
    {
        if (!offsets.TryGetValue(first.Input, out var known) || first.Offset < known)
        {
            offsets[first.Input] = first.Offset;
        }
    }

    private int NewPlace()
    {
        if (_used == _places.Length)
        {
            Array.Resize(ref _places, _used * 2);
        }

        return _used++;
    }

    /// <summary>The order of events at one moment.</summary>
    public static int Rank(NatEventKind kind) => kind == NatEventKind.DeviceRestarted ? 0 : kind.Closes() ? 1 : kind.Opens() ? 2 : 3;

    private readonly record struct Order(long Time, int Rank, long Sequence) : IComparable<Order>
    {
        public int CompareTo(Order other) =>
            Time != other.Time ? Time.CompareTo(other.Time) : Rank != other.Rank ? Rank.CompareTo(other.Rank) : Sequence.CompareTo(other.Sequence);
    }
}
