using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Resolution;

/// <summary>From one moment to another, both included.</summary>
internal readonly record struct TimeWindow(PacketTime From, PacketTime To)
{
    /// <summary>Begins earlier and ends later, as far as there are moments.</summary>
    public TimeWindow Widen(long earlierNanoseconds, long laterNanoseconds) => new(
        new PacketTime(From.UnixNanoseconds < long.MinValue + earlierNanoseconds ? long.MinValue : From.UnixNanoseconds - earlierNanoseconds),
        new PacketTime(To.UnixNanoseconds > long.MaxValue - 1 - laterNanoseconds ? long.MaxValue - 1 : To.UnixNanoseconds + laterNanoseconds));

    public bool Overlaps(PacketTime from, PacketTime to) => from <= To && to > From;

    /// <summary>The part within an interval; null when nothing of it is.</summary>
    public TimeWindow? Within(PacketTime from, PacketTime to) =>
        Overlaps(from, to) ? new TimeWindow(from > From ? from : From, to == AddressInterval.Open || to > To ? To : new PacketTime(to.UnixNanoseconds - 1)) : null;
}
