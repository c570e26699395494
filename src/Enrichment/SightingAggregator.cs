using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Devices;

namespace MinerFlow.Enrichment;

/// <summary>
/// Joins events to sightings: one for each client, pool endpoint, transport, dialect, role, window and capture. An event lies in the window of its last packet.
/// Events of a connection state its totals so far, so each adds what came since the one before it. Not safe for several threads at once.
/// </summary>
public sealed class SightingAggregator
{
    private SightingOptions _options;
    private readonly long _window;
    private readonly Dictionary<SightingGroup, SightingBuilder> _open = [];
    private readonly Dictionary<(string Capture, ulong FlowId), MiningEvent> _running = [];

    /// <summary>The window in which sightings are taken now, and the attempts among them.</summary>
    private long _attemptsOf = long.MinValue;
    private int _attemptsTaken;

    /// <summary>Of those only counted, what no sighting says yet.</summary>
    private long _foldedUntold;

    public SightingAggregator(SightingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Window < TimeSpan.Zero || options.MaxSightings < 1 || options.MaxAttempts < 1)
        {
            throw new ArgumentException("The window must not be negative, and at least one sighting and one attempt must fit.", nameof(options));
        }

        _options = options;
        _window = options.Window.Ticks * 100;
    }

    /// <summary>Sightings not yet taken.</summary>
    public int Open => _open.Count;

    /// <summary>Events that found no room; an interim one is not lost, for the next of its connection states totals.</summary>
    public long Dropped { get; private set; }

    /// <summary>Shares that the events told of, each once.</summary>
    public ShareTotals Shares { get; private set; }

    /// <summary>Interim events of more connections than <see cref="SightingOptions.MaxSightings"/>: what they told comes with their ends.</summary>
    public long Postponed { get; private set; }

    /// <summary>Sightings that were only counted, beyond <see cref="SightingOptions.MaxAttempts"/>.</summary>
    public long Folded { get; private set; }

    /// <summary>The server that most of those that were counted last went to.</summary>
    public Endpoint Flooded { get; private set; }

    /// <summary>Rates are turned into power by this table from now on.</summary>
    public void Use(DeviceTable devices) => _options = _options with { Devices = devices };

    public void Add(EnrichedEvent enriched)
    {
        ArgumentNullException.ThrowIfNull(enriched);
        var now = enriched.Event;
        var flow = (now.CaptureFile, now.FlowId);
        if (!_running.TryGetValue(flow, out var before) && !now.IsFinal && _running.Count >= _options.MaxSightings)
        {
            // Without room to remember what was told, the connection is told whole at its end.
            Postponed++;
            return;
        }

        var group = new SightingGroup(
            now.Client.Address, now.Server, now.Transport, now.Dialect, now.Role, now.CaptureFile, _window == 0 ? 0 : Floor(now.LastSeen.UnixNanoseconds));
        var isTaken = Place(group, enriched, before);
        if (now.IsFinal)
        {
            _running.Remove(flow);
        }
        else if (isTaken)
        {
            _running[flow] = now;
        }
    }

    /// <summary>Takes every sighting, in the order of window, client, server, dialect, role, capture.</summary>
    public IReadOnlyList<Sighting> Complete() => Take(_ => true, Math.Max(1, _options.MaxAttempts - _attemptsTaken));

    /// <summary>Takes the sightings whose window ended at or before <paramref name="now"/>; none of a whole capture.</summary>
    public IReadOnlyList<Sighting> TakeEnded(PacketTime now)
    {
        if (_window == 0)
        {
            return [];
        }

        // What is told late, such as a stream that stayed silent, shares the bound of the time in which it is told.
        if (Floor(now.UnixNanoseconds) is var current && current != _attemptsOf)
        {
            (_attemptsOf, _attemptsTaken) = (current, 0);
        }

        return Take(group => group.WindowStart + _window <= now.UnixNanoseconds, _options.MaxAttempts - _attemptsTaken);
    }

    /// <returns>False when there is no room.</returns>
    private bool Place(SightingGroup group, EnrichedEvent enriched, MiningEvent? before)
    {
        if (!_open.TryGetValue(group, out var sighting))
        {
            if (before is not null && SaysTheSame(before, enriched.Event))
            {
                // The end of a connection that was silent since its window was taken.
                return true;
            }

            if (_open.Count >= _options.MaxSightings)
            {
                Dropped++;
                return false;
            }

            _open.Add(group, sighting = new SightingBuilder(group));
        }

        sighting.Add(enriched, before);
        Shares = Shares.Plus(enriched.Event, before);
        return true;
    }

    /// <summary>Counts are compared as well: a message that was cut is read when the connection ends, without another frame.</summary>
    private static bool SaysTheSame(MiningEvent before, MiningEvent now) =>
        (before.LastFrame, before.LastSeen, before.Jobs) == (now.LastFrame, now.LastSeen, now.Jobs)
        && (before.SharesSubmitted, before.SharesAccepted, before.SharesRejected, before.SharesStale) == (now.SharesSubmitted, now.SharesAccepted, now.SharesRejected, now.SharesStale);

    private List<Sighting> Take(Predicate<SightingGroup> ended, int mostAttempts)
    {
        var builders = _open.Values.Where(builder => ended(builder.Group)).Select(builder => new Ended(builder)).ToList();
        builders.Sort();
        if (builders.Count == _open.Count)
        {
            _open.Clear();
        }
        else
        {
            builders.ForEach(builder => _open.Remove(builder.Sighting.Group));
        }

        var surplus = Surplus(builders, mostAttempts);
        var sightings = new List<Sighting>(builders.Count - surplus.Count);
        foreach (var (_, _, builder) in builders)
        {
            if (surplus.Contains(builder))
            {
                continue;
            }

            long? further = null;
            if (builder.IsAttempt)
            {
                _attemptsTaken++;
                (further, _foldedUntold) = (_foldedUntold > 0 ? _foldedUntold : null, 0);
            }

            sightings.Add(builder.Build(_options, _window, further));
        }

        return sightings;
    }

    /// <summary>
    /// The attempts that are too many. Each server keeps its strongest before another keeps its second, so that a flood towards one hides nobody at the others.
    /// </summary>
    private HashSet<SightingBuilder> Surplus(List<Ended> builders, int most)
    {
        var attempts = builders.Select(builder => builder.Sighting).Where(sighting => sighting.IsAttempt).ToList();
        if (attempts.Count <= most)
        {
            return [];
        }

        HashSet<SightingBuilder> surplus =
        [
            .. attempts
                .GroupBy(builder => builder.Group.Server)
                .SelectMany(server => server.OrderByDescending(builder => builder.Weight).Select((builder, rank) => (Rank: rank, Builder: builder)))
                .OrderBy(ranked => ranked.Rank)
                .Skip(most)
                .Select(ranked => ranked.Builder),
        ];
        Folded += surplus.Count;
        _foldedUntold += surplus.Count;
        Flooded = surplus.CountBy(builder => builder.Group.Server).MaxBy(server => server.Value).Key;
        return surplus;
    }

    private long Floor(long time)
    {
        var into = time % _window;
        return time - (into < 0 ? into + _window : into);
    }

    /// <summary>Window and client, by which nearly all are put in order, lie in the list that is sorted.</summary>
    private readonly record struct Ended(long WindowStart, IpAddress Client, SightingBuilder Sighting) : IComparable<Ended>
    {
        public Ended(SightingBuilder sighting)
            : this(sighting.Group.WindowStart, sighting.Group.Client, sighting)
        {
        }

        public int CompareTo(Ended other)
        {
            var order = WindowStart.CompareTo(other.WindowStart);
            order = order != 0 ? order : Client.CompareTo(other.Client);
            return order != 0 ? order : SightingGroup.CompareWithinClient(Sighting.Group, other.Sighting.Group);
        }
    }
}

/// <summary>What events of one sighting have in common.</summary>
internal readonly record struct SightingGroup(
    IpAddress Client, Endpoint Server, Transport Transport, string Dialect, MiningRole Role, string Capture, long WindowStart)
{
    /// <summary>The order of groups of one window and client.</summary>
    public static int CompareWithinClient(in SightingGroup left, in SightingGroup right)
    {
        var order = left.Server.CompareTo(right.Server);
        order = order != 0 ? order : string.CompareOrdinal(left.Dialect, right.Dialect);
        order = order != 0 ? order : left.Role.CompareTo(right.Role);
        order = order != 0 ? order : left.Transport.CompareTo(right.Transport);
        return order != 0 ? order : string.CompareOrdinal(left.Capture, right.Capture);
    }
}
