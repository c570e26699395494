using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>What is learnt about one translator from its own log.</summary>
internal sealed class NatTranslator(LogSource log)
{
    // The first gaps of a log tell its habit; more do not tell it better.
    private const int MostGaps = 1_024;
    private const int LeastGaps = 8;

    private readonly List<long> _aliveGaps = [];
    private long? _median;

    public LogSource Log => log;

    public string Name => log.Device;

    public PacketTime LastEvent { get; private set; } = PacketTime.None;

    /// <summary>How often it repeats that ports are allocated; null when it does not.</summary>
    public TimeSpan? AliveInterval => _aliveGaps.Count >= LeastGaps ? TimeSpan.FromTicks((_median ??= Median()) / 100) : null;

    public void Saw(in NatEvent happened)
    {
        log.Saw(happened.Time, happened.Received.IsNone ? null : happened.Received);
        LastEvent = happened.Time > LastEvent ? happened.Time : LastEvent;
    }

    public void SawAlive(TimeSpan gap)
    {
        if (gap > TimeSpan.Zero && _aliveGaps.Count < MostGaps)
        {
            _aliveGaps.Add(gap.Ticks * 100);
            _median = null;
        }
    }

    /// <summary>The latest moment at which ports last proved at <paramref name="proof"/> can be thought allocated: one and a half keepalives later.</summary>
    public PacketTime LatestEnd(PacketTime proof) =>
        AliveInterval is { } interval ? new PacketTime(proof.UnixNanoseconds + (interval.Ticks * 150)) : AddressInterval.Open;

    private long Median()
    {
        var sorted = _aliveGaps.ToArray();
        Array.Sort(sorted);
        return sorted[sorted.Length / 2];
    }
}
