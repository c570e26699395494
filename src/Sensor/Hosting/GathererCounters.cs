using System.Collections.Concurrent;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;

namespace MinerFlow.Sensor.Hosting;

/// <summary>What the gatherer counts, on its thread; any thread may read.</summary>
internal sealed class GathererCounters
{
    private readonly ConcurrentDictionary<(MiningRole Role, MiningState State, bool IsFinal), long> _events = new();
    private readonly ConcurrentDictionary<(string Outcome, string Grade), long> _attributions = new();
    private readonly ConcurrentDictionary<string, long> _lost = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<(MiningRole Role, MiningState State, bool IsFinal), long> Events => _events;

    public IReadOnlyDictionary<(string Outcome, string Grade), long> Attributions => _attributions;

    /// <summary>Sightings lost, by reason.</summary>
    public IReadOnlyDictionary<string, long> LostByReason => _lost;

    public long Lost => _lost.Values.Sum();

    public ShareTotals Shares { get; private set; }

    /// <summary>Sightings that are safe on disk since the start.</summary>
    public long Kept { get; private set; }

    public int Open { get; private set; }

    /// <summary>Sightings in memory because the spool fails.</summary>
    public int Waiting { get; private set; }

    public bool SpoolFails { get; private set; }

    public long EventsDropped { get; private set; }

    public long EventsPostponed { get; private set; }

    public long ClockSteps { get; set; }

    /// <summary>Sightings of attempts that were only counted.</summary>
    public long Folded { get; set; }

    /// <summary>Turns of the loop: it lives while this grows.</summary>
    public long Turns { get; private set; }

    /// <summary>Last packet of the sightings last put on disk.</summary>
    public PacketTime LastSeen { get; private set; } = PacketTime.None;

    public void Count(MiningEvent miningEvent) =>
        _events.AddOrUpdate((miningEvent.Role, miningEvent.State, miningEvent.IsFinal), 1, static (_, count) => count + 1);

    public void CountKept(IEnumerable<Sighting> sightings)
    {
        foreach (var sighting in sightings)
        {
            Kept++;
            LastSeen = sighting.LastSeen > LastSeen ? sighting.LastSeen : LastSeen;
            if (sighting.Best.Attribution is { } answer)
            {
                _attributions.AddOrUpdate((answer.Outcome.ToString(), answer.Grade?.ToString() ?? ""), 1, static (_, count) => count + 1);
            }
        }
    }

    public void CountLost(string reason, int count) => _lost.AddOrUpdate(reason, count, (_, before) => before + count);

    public void Publish(SightingAggregator aggregator, int waiting, bool spoolFails)
    {
        Shares = aggregator.Shares;
        Open = aggregator.Open;
        EventsDropped = aggregator.Dropped;
        EventsPostponed = aggregator.Postponed;
        Waiting = waiting;
        SpoolFails = spoolFails;
        Turns++;
    }
}
