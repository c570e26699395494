using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>One translator: its log, and its events on their way into the order of time.</summary>
internal sealed class NatTranslator(LogSource log)
{
    // Most events come in order: they need no heap.
    private readonly Queue<(Order Order, Waiting Waiting)> _inOrder = new();
    private readonly PriorityQueue<Waiting, Order> _others = new();
    private Order _last;
    private long _sequence;

    public LogSource Log => log;

    public string Name => log.Device;

    public PacketTime LastEvent { get; private set; } = PacketTime.None;

    /// <summary>The latest time among events that were taken, joined or not.</summary>
    public PacketTime Newest { get; private set; } = PacketTime.None;

    /// <summary><see cref="LogSource.JoinedUntil"/> when this run began: what a file says of before and was read by an earlier run is in the store.</summary>
    public PacketTime JoinedBefore { get; } = log.JoinedUntil;

    /// <summary>Releases of the moment that is being joined without a holding, and those that had one.</summary>
    public List<NatEvent> ReleasesOfThisMoment { get; } = [];

    public List<NatEvent> ClosedInThisMoment { get; } = [];

    /// <summary>Time of the event that is next; <see cref="AddressInterval.Open"/> when none waits.</summary>
    public PacketTime Next =>
        NextIsOther ? new PacketTime(_others.TryPeek(out _, out var other) ? other.Time : 0)
        : _inOrder.TryPeek(out var next) ? new PacketTime(next.Order.Time)
        : AddressInterval.Open;

    /// <summary>No event came since this was set.</summary>
    public bool IsQuiet { get; set; }

    public IEnumerable<LinePlace> WaitingPlaces => _inOrder.Select(item => item.Waiting.Place).Concat(_others.UnorderedItems.Select(item => item.Element.Place));

    private bool NextIsOther => _others.TryPeek(out _, out var other) && !(_inOrder.TryPeek(out var first) && first.Order.CompareTo(other) < 0);

    public void Wait(in NatEvent happened, LinePlace place)
    {
        IsQuiet = false;
        Newest = happened.Time > Newest ? happened.Time : Newest;
        var order = new Order(happened.Time.UnixNanoseconds, Rank(happened.Kind), _sequence++);
        if (_inOrder.Count == 0 || order.CompareTo(_last) > 0)
        {
            _inOrder.Enqueue((_last = order, new Waiting(happened, place)));
        }
        else
        {
            _others.Enqueue(new Waiting(happened, place), order);
        }
    }

    public NatEvent TakeNext() =>
        NextIsOther ? _others.Dequeue().Event : _inOrder.Dequeue().Waiting.Event;

    public void Saw(in NatEvent happened)
    {
        log.Saw(happened.Time, happened.Received.IsNone ? null : happened.Received);
        LastEvent = happened.Time > LastEvent ? happened.Time : LastEvent;
    }

    /// <summary>At one moment ports are given back before they are given out again.</summary>
    private static int Rank(NatEventKind kind) => kind == NatEventKind.DeviceRestarted ? 0 : kind.Closes() ? 1 : kind.Opens() ? 2 : 3;

    private readonly record struct Waiting(NatEvent Event, LinePlace Place);

    private readonly record struct Order(long Time, int Rank, long Sequence) : IComparable<Order>
    {
        public int CompareTo(Order other) =>
            Time != other.Time ? Time.CompareTo(other.Time) : Rank != other.Rank ? Rank.CompareTo(other.Rank) : Sequence.CompareTo(other.Sequence);
    }
}
