using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>One translator: its log, and its events on their way into the order of time.</summary>
internal sealed class NatTranslator(LogSource log)
{
    private readonly PriorityQueue<Waiting, (long Time, int Rank, long Sequence)> _waiting = new();
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
    public PacketTime Next => _waiting.TryPeek(out _, out var order) ? new PacketTime(order.Time) : AddressInterval.Open;

    /// <summary>No event came since this was set.</summary>
    public bool IsQuiet { get; set; }

    public IEnumerable<LinePlace> WaitingPlaces => _waiting.UnorderedItems.Select(item => item.Element.Place);

    public void Wait(in NatEvent happened, LinePlace place)
    {
        IsQuiet = false;
        Newest = happened.Time > Newest ? happened.Time : Newest;
        _waiting.Enqueue(new Waiting(happened, place), (happened.Time.UnixNanoseconds, Rank(happened.Kind), _sequence++));
    }

    public NatEvent TakeNext() => _waiting.Dequeue().Event;

    public void Saw(in NatEvent happened)
    {
        log.Saw(happened.Time, happened.Received.IsNone ? null : happened.Received);
        LastEvent = happened.Time > LastEvent ? happened.Time : LastEvent;
    }

    /// <summary>At one moment ports are given back before they are given out again.</summary>
    private static int Rank(NatEventKind kind) => kind == NatEventKind.DeviceRestarted ? 0 : kind.Closes() ? 1 : kind.Opens() ? 2 : 3;

    private readonly record struct Waiting(NatEvent Event, LinePlace Place);
}
