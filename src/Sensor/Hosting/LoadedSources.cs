using MinerFlow.Abstractions;
using MinerFlow.Detection.Protocols;
using MinerFlow.Detection.Rules;
using MinerFlow.Enrichment;
using MinerFlow.Enrichment.Devices;
using MinerFlow.Enrichment.Places;
using MinerFlow.Enrichment.Pools;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Rules, pools, devices, subscribers and places as they were read together; replaced whole, never changed.</summary>
internal sealed class LoadedSources
{
    private LoadedSources(RuleSet rules, DeviceTable devices, EventEnricher enricher, int intervals)
    {
        Rules = rules;
        Devices = devices;
        Enricher = enricher;
        Intervals = intervals;
    }

    public RuleSet Rules { get; }

    public DeviceTable Devices { get; }

    public EventEnricher Enricher { get; }

    /// <summary>Rows of the subscriber index.</summary>
    public int Intervals { get; }

    /// <summary>Lines of subscriber sources that cannot be used: logs always have some, and they are no reason to refuse the rest.</summary>
    public int LinesLeftOut { get; private init; }

    /// <summary>Reads everything anew.</summary>
    /// <param name="options">What to read.</param>
    /// <param name="catalog">The protocols that rules may name.</param>
    /// <param name="problems">Takes what makes the whole unusable; then the result is not to be used.</param>
    /// <param name="logs">Intervals that the service keeps itself; null for those of files.</param>
    public static LoadedSources Load(SourceOptions options, ProtocolCatalog catalog, ICollection<Problem> problems, IAddressIntervals? logs = null)
    {
        var rules = RuleSet.Load(options.Rules, catalog, problems);
        var pools = PoolDirectory.Load(options.Rules, problems);
        var devices = DeviceTable.Load(options.Rules, problems);
        var lines = new List<Problem>();
        var subscribers = SubscriberFiles.Load(options, logs, lines, out var intervals);
        var places = Places(options, problems);
        foreach (var problem in lines.Where(problem => problem.Line == 0))
        {
            problems.Add(problem);
        }

        return new LoadedSources(rules, devices, new EventEnricher(pools, devices, places, subscribers), intervals)
        {
            LinesLeftOut = lines.Count(problem => problem.Line > 0),
        };
    }

    private static PlaceDirectory? Places(SourceOptions options, ICollection<Problem> problems)
    {
        if (string.IsNullOrEmpty(options.Geo))
        {
            return null;
        }

        try
        {
            return PlaceDirectory.Open(options.Geo);
        }
        catch (MmdbException problem)
        {
            problems.Add(new Problem(options.Geo, 0, 0, problem.Message));
            return null;
        }
    }
}
