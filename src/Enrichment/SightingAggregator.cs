using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment;

/// <summary>
/// Joins events to sightings: one for each client, pool endpoint, transport, dialect, role, window and capture. An event lies in the window of its last packet.
/// Events of a connection state its totals so far, so each adds what came since the one before it. Not safe for several threads at once.
/// </summary>
public sealed class SightingAggregator
{
    private readonly SightingOptions _options;
    private readonly long _window;
    private readonly Dictionary<SightingGroup, SightingBuilder> _open = [];
    private readonly Dictionary<(string Capture, ulong FlowId), MiningEvent> _running = [];

    public SightingAggregator(SightingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Window < TimeSpan.Zero || options.MaxSightings < 1)
        {
            throw new ArgumentException("The window must not be negative and at least one sighting must fit.", nameof(options));
        }

        _options = options;
        _window = options.Window.Ticks * 100;
    }

    /// <summary>Sightings not yet taken.</summary>
    public int Open => _open.Count;

    /// <summary>Events that found no room.</summary>
    public long Dropped { get; private set; }

    public void Add(EnrichedEvent enriched)
    {
        ArgumentNullException.ThrowIfNull(enriched);
        var now = enriched.Event;
        var flow = (now.CaptureFile, now.FlowId);
        _running.TryGetValue(flow, out var before);
        var group = new SightingGroup(
            now.Client.Address, now.Server, now.Transport, now.Dialect, now.Role, now.CaptureFile, _window == 0 ? 0 : Floor(now.LastSeen.UnixNanoseconds));
        if (!_open.TryGetValue(group, out var sighting))
        {
            if (_open.Count >= _options.MaxSightings)
            {
                Dropped++;
                return;
            }

            _open.Add(group, sighting = new SightingBuilder(group));
        }

        sighting.Add(enriched, before);
        if (now.IsFinal)
        {
            _running.Remove(flow);
        }
        else if (before is not null || _running.Count < _options.MaxSightings)
        {
            _running[flow] = now;
        }
    }

    /// <summary>Takes every sighting, in the order of window, client, server, dialect, role, capture.</summary>
    public IReadOnlyList<Sighting> Complete() => Take(_ => true);

    /// <summary>Takes the sightings whose window ended at or before <paramref name="now"/>; none of a whole capture.</summary>
    public IReadOnlyList<Sighting> TakeEnded(PacketTime now) =>
        _window == 0 ? [] : Take(group => group.WindowStart + _window <= now.UnixNanoseconds);

    private List<Sighting> Take(Predicate<SightingGroup> ended)
    {
        var groups = _open.Keys.Where(group => ended(group)).ToList();
        groups.Sort(SightingGroup.Compare);
        return groups.ConvertAll(group =>
        {
            _open.Remove(group, out var builder);
            return builder!.Build(_options, _window);
        });
    }

    private long Floor(long time)
    {
        var into = time % _window;
        return time - (into < 0 ? into + _window : into);
    }
}

/// <summary>What events of one sighting have in common.</summary>
internal readonly record struct SightingGroup(
    IpAddress Client, Endpoint Server, Transport Transport, string Dialect, MiningRole Role, string Capture, long WindowStart)
{
    public static int Compare(SightingGroup left, SightingGroup right)
    {
        var order = left.WindowStart.CompareTo(right.WindowStart);
        order = order != 0 ? order : left.Client.CompareTo(right.Client);
        order = order != 0 ? order : left.Server.CompareTo(right.Server);
        order = order != 0 ? order : string.CompareOrdinal(left.Dialect, right.Dialect);
        order = order != 0 ? order : left.Role.CompareTo(right.Role);
        order = order != 0 ? order : left.Transport.CompareTo(right.Transport);
        return order != 0 ? order : string.CompareOrdinal(left.Capture, right.Capture);
    }
}
