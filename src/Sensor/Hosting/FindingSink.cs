using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Reporting.Findings;
using MinerFlow.Sensor.Commands;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Takes the events of a replay on the thread that reads, names and counts them, and hands them to the outputs that were asked for.</summary>
internal sealed class FindingSink(ReplayOptions options, EnrichmentSources sources, FindingJsonWriter? json, string target) : IMiningEventSink
{
    private readonly long[] _events = new long[Enum.GetValues<MiningRole>().Length];
    private SightingAggregator? _sightings;

    /// <summary>First and last moment of any finding.</summary>
    public PacketTime First { get; private set; } = PacketTime.None;

    public PacketTime Last { get; private set; } = PacketTime.None;

    public long Dropped => _sightings?.Dropped ?? 0;

    /// <summary>Events of one role.</summary>
    public long this[MiningRole role] => _events[(int)role];

    public void OnEvent(MiningEvent miningEvent)
    {
        ArgumentNullException.ThrowIfNull(miningEvent);
        _events[(int)miningEvent.Role]++;
        First = First.IsNone || miningEvent.FirstSeen < First ? miningEvent.FirstSeen : First;
        Last = miningEvent.LastSeen > Last ? miningEvent.LastSeen : Last;
        var isHit = miningEvent.Role.IsHit();
        var inJson = json is not null && (isHit || options.AllRolesInJson);
        var inLists = options.WantsSightings && (isHit || options.AllRolesInLists);
        if (!inJson && !inLists)
        {
            return;
        }

        var enriched = sources.Enricher.Enrich(miningEvent);
        if (inLists)
        {
            Sightings.Add(enriched);
        }

        if (inJson)
        {
            WriteJson(enriched);
        }
    }

    /// <summary>All sightings, in their own order.</summary>
    public IReadOnlyList<Sighting> Complete() => _sightings?.Complete() ?? [];

    private SightingAggregator Sightings =>
        _sightings ??= new SightingAggregator(new SightingOptions { Sensor = options.Sensor, Window = TimeSpan.Zero, Devices = sources.Devices });

    private void WriteJson(EnrichedEvent enriched)
    {
        try
        {
            json!.Write(enriched);
            if (options.Input.Follow)
            {
                json.Flush();
            }
        }
        catch (IOException problem)
        {
            throw OutputException.At(target, problem);
        }
    }
}
