using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>One translator: its log, and its events that wait for their turn.</summary>
internal sealed class NatTranslator(LogSource log)
{
    public LogSource Log => log;

    public string Name => log.Device;

    public WaitingEvents Waiting { get; } = new();

    public PacketTime LastEvent { get; private set; } = PacketTime.None;

    /// <summary>The latest time among events that were taken, joined or not.</summary>
    public PacketTime Newest { get; private set; } = PacketTime.None;

    /// <summary><see cref="LogSource.JoinedUntil"/> when this run began: what a file says of before and was read by an earlier run is in the store.</summary>
    public PacketTime JoinedBefore { get; } = log.JoinedUntil;

    /// <summary>Releases of the moment that is being joined without a holding, and those that had one.</summary>
    public List<NatEvent> ReleasesOfThisMoment { get; } = [];

    public List<NatEvent> ClosedInThisMoment { get; } = [];

    /// <summary>Time of the event that is next; <see cref="AddressInterval.Open"/> when none waits.</summary>
    public PacketTime Next => Waiting.TryPeekTime(out var time) ? time : AddressInterval.Open;

    /// <summary>No event came since this was set.</summary>
    public bool IsQuiet { get; set; }

    public void Wait(in NatEvent happened, LinePlace line)
    {
        IsQuiet = false;
        Newest = happened.Time > Newest ? happened.Time : Newest;
        Waiting.Add(happened, line);
    }

    public void Saw(in NatEvent happened)
    {
        log.Saw(happened.Time, happened.Received.IsNone ? null : happened.Received);
        LastEvent = happened.Time > LastEvent ? happened.Time : LastEvent;
    }
}
