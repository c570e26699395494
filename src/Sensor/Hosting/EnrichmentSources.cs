using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Enrichment.Devices;
using MinerFlow.Enrichment.Places;
using MinerFlow.Enrichment.Pools;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Sensor.Commands;

namespace MinerFlow.Sensor.Hosting;

/// <summary>
/// What findings are named by. Subscriber and geo sources are read before the first packet, so that a run over hours does not end in
/// a surprise; pools and devices only when something was found, for most runs find nothing.
/// </summary>
internal sealed class EnrichmentSources
{
    private readonly ReplayOptions _options;
    private readonly Messages _messages;
    private readonly SubscriberDirectory? _subscribers;
    private readonly PlaceDirectory? _places;
    private EventEnricher? _enricher;
    private DeviceTable? _devices;

    public EnrichmentSources(ReplayOptions options, Messages messages)
    {
        _options = options;
        _messages = messages;
        _subscribers = Subscribers();
        _places = Places();
    }

    public DeviceTable Devices => _devices ??= Load(DeviceTable.Load);

    public EventEnricher Enricher => _enricher ??= new EventEnricher(Load(PoolDirectory.Load), Devices, _places, _subscribers);

    /// <summary>Paths of the sources as the user named them.</summary>
    public IReadOnlyList<string> Names => [.. _options.Subscribers, .. _options.Radius, .. _options.Geo is { } geo ? [geo] : Array.Empty<string>(), _options.Rules];

    private SubscriberDirectory? Subscribers()
    {
        var problems = new List<Problem>();
        var directory = SubscriberFiles.Load(
            new SourceOptions { Subscribers = _options.Subscribers, Radius = _options.Radius, OwnPrefixes = _options.OwnPrefixes }, logs: null, problems, out _);
        _messages.Tell(problems);
        return directory;
    }

    private PlaceDirectory? Places()
    {
        if (_options.Geo is null)
        {
            return null;
        }

        try
        {
            return PlaceDirectory.Open(_options.Geo);
        }
        catch (MmdbException problem)
        {
            _messages.Failure(problem.Message);
            return null;
        }
    }

    private T Load<T>(Func<string, ICollection<Problem>, T> load)
    {
        var problems = new List<Problem>();
        var loaded = load(_options.Rules, problems);
        _messages.Tell(problems);
        return loaded;
    }
}
