using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment;

/// <summary>Gathers the events of one sighting. Most are of one connection and have one, so sets of their parts are only made for a second.</summary>
internal sealed class SightingBuilder(SightingGroup group)
{
    private const int MaxPorts = 64;

    /// <summary>Room for the text that a key is the digest of; only a sensor of a long name needs more.</summary>
    private const int UsualKeyBytes = 768;

    private ushort[] _ports = [];
    private ulong _firstFlow;
    private HashSet<ulong>? _flows;
    private (string? Algorithm, string Unit) _firstKind;
    private WorkSum? _firstWork;
    private Dictionary<(string? Algorithm, string Unit), WorkSum>? _furtherWork;
    private SubjectJoin? _subjects;
    private bool _isOneEvent;
    private EnrichedEvent? _best;
    private PacketTime _first = new(long.MaxValue);
    private PacketTime _last = PacketTime.None;
    private long _submitted;
    private long _accepted;
    private long _rejected;
    private long _stale;
    private long _jobs;
    private double _unratedWork;

    public SightingGroup Group => group;

    /// <summary>No pool ever answered.</summary>
    public bool IsAttempt => _best!.Event.State == MiningState.Attempted;

    /// <summary>What an attempt has to show, most first: shares handed in where only the miner's side is seen, then confidence, then how often it came.</summary>
    public (long Shares, double Confidence, int Connections) Weight => (_submitted, _best!.Event.Confidence, Connections);

    private int Connections => _flows?.Count ?? 1;

    /// <param name="enriched">An event that states the totals of its connection so far.</param>
    /// <param name="before">The event of the same connection before it; null for the first.</param>
    public void Add(EnrichedEvent enriched, MiningEvent? before)
    {
        var now = enriched.Event;
        AddPort(now.Client.Port);
        AddFlow(now.FlowId);
        _isOneEvent = _best is null && before is null;
        _best = _best is null || IsStronger(enriched, _best) ? enriched : _best;
        var first = before?.LastSeen ?? now.FirstSeen;
        _first = first < _first ? first : _first;
        _last = now.LastSeen > _last ? now.LastSeen : _last;
        _submitted += now.SharesSubmitted - (before?.SharesSubmitted ?? 0);
        _accepted += now.SharesAccepted - (before?.SharesAccepted ?? 0);
        _rejected += now.SharesRejected - (before?.SharesRejected ?? 0);
        _stale += now.SharesStale - (before?.SharesStale ?? 0);
        _jobs += now.Jobs - (before?.Jobs ?? 0);
        if (enriched.Attribution is { } attribution)
        {
            (_subjects ??= new SubjectJoin()).Add(attribution);
        }

        AddWork(now, before, first);
    }

    /// <param name="options">Name of the sensor, and devices.</param>
    /// <param name="window">Its length in nanoseconds; 0 for the whole capture.</param>
    /// <param name="furtherAttempts">See <see cref="Sighting.FurtherAttempts"/>.</param>
    public Sighting Build(SightingOptions options, long window, long? furtherAttempts)
    {
        return new Sighting
        {
            Key = Key(options.Sensor, window),
            Sensor = options.Sensor,
            Client = group.Client,
            ClientPorts = _ports,
            Server = group.Server,
            Transport = group.Transport,
            WindowStart = window == 0 ? _first : new PacketTime(group.WindowStart),
            WindowEnd = window == 0 ? new PacketTime(_last.UnixNanoseconds + 1) : new PacketTime(group.WindowStart + window),
            FirstSeen = _first,
            LastSeen = _last,
            Connections = Connections,
            FurtherAttempts = furtherAttempts,
            Best = _isOneEvent && _subjects is null ? _best! : Joined(options),
        };
    }

    /// <summary>The strongest event, with the sums of all.</summary>
    private EnrichedEvent Joined(SightingOptions options)
    {
        var best = _best!;
        var (algorithm, rate, work) = Strongest(best.Event);
        return best with
        {
            Event = best.Event with
            {
                SharesSubmitted = _submitted,
                SharesAccepted = _accepted,
                SharesRejected = _rejected,
                SharesStale = _stale,
                Jobs = _jobs,
                AcceptedWork = work,
                Algorithm = best.Event.Algorithm ?? algorithm,
                Hashrate = rate,
            },
            Attribution = _subjects?.Join(),
            Power = rate is not null && rate == best.Event.Hashrate ? best.Power : options.Devices?.Estimate(best.Event.Agent, algorithm, rate),
        };
    }

    /// <summary>Keeps the lowest ones.</summary>
    private void AddPort(ushort port)
    {
        var place = ~Array.BinarySearch(_ports, port);
        if (place >= 0 && place < MaxPorts)
        {
            _ports = [.. _ports.AsSpan(0, place), port, .. _ports.AsSpan(place, Math.Min(_ports.Length, MaxPorts - 1) - place)];
        }
    }

    private void AddFlow(ulong flow)
    {
        if (_best is null)
        {
            _firstFlow = flow;
        }
        else if (_flows is not null || flow != _firstFlow)
        {
            (_flows ??= [_firstFlow]).Add(flow);
        }
    }

    private void AddWork(MiningEvent now, MiningEvent? before, PacketTime first)
    {
        if (now.Hashrate is not { } rate)
        {
            _unratedWork += now.AcceptedWork - (before?.AcceptedWork ?? 0);
            return;
        }

        var sum = WorkOf((now.Algorithm, rate.Unit));

        // The rate's own window ends with the connection's last packet so far; what an earlier event told lies before "first".
        var start = new PacketTime(now.LastSeen.UnixNanoseconds - (long)(rate.WindowSeconds * PacketTime.NanosecondsPerSecond));
        sum.Add(now.AcceptedWork - (before?.AcceptedWork ?? 0), rate.Shares - (before?.Hashrate?.Shares ?? 0), start > first ? start : first, now.LastSeen, before is null ? rate : null);
    }

    private WorkSum WorkOf((string? Algorithm, string Unit) kind)
    {
        if (_firstWork is null || kind == _firstKind)
        {
            _firstKind = kind;
            return _firstWork ??= new WorkSum();
        }

        _furtherWork ??= [];
        return _furtherWork.TryGetValue(kind, out var sum) ? sum : _furtherWork[kind] = new WorkSum();
    }

    /// <summary>Rates of different algorithms are never added: the one of the strongest event is told, else the one with most shares.</summary>
    private (string? Algorithm, Hashrate? Rate, double Work) Strongest(MiningEvent best)
    {
        if (_firstWork is null)
        {
            return (best.Algorithm, null, _unratedWork);
        }

        var ((algorithm, unit), sum) = (_furtherWork ?? [])
            .Prepend(KeyValuePair.Create(_firstKind, _firstWork))
            .OrderByDescending(work => best.Hashrate is { } rate && work.Key == (best.Algorithm, rate.Unit))
            .ThenByDescending(work => work.Value.Shares)
            .ThenBy(work => work.Key.Unit, StringComparer.Ordinal)
            .ThenBy(work => work.Key.Algorithm, StringComparer.Ordinal)
            .First();
        return (algorithm, sum.Rate(unit), sum.Work);
    }

    private string Key(string sensor, long window)
    {
        // The traffic's own times count, not the file's name: a copy elsewhere is the same, and a name may be used again. A window that is taken in parts, because
        // the sensor stopped in its midst or a clock was set back, has parts that begin at different times.
        var time = window == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{_first.UnixNanoseconds}-{_last.UnixNanoseconds}")
            : string.Create(CultureInfo.InvariantCulture, $"{group.WindowStart}+{window} {_first.UnixNanoseconds}");
        var text = $"{sensor}\n{group.Client}\n{group.Server}\n{group.Transport}\n{group.Dialect}\n{group.Role.ToWord()}\n{time}";
        var longest = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = longest <= UsualKeyBytes ? stackalloc byte[UsualKeyBytes] : new byte[longest];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], digest);
        return Convert.ToHexStringLower(digest);
    }

    private static bool IsStronger(EnrichedEvent left, EnrichedEvent right)
    {
        var (a, b) = (left.Event, right.Event);
        if (a.State != b.State)
        {
            return Strength(a.State) > Strength(b.State);
        }

        if (Math.Abs(a.Confidence - b.Confidence) > 1e-9)
        {
            return a.Confidence > b.Confidence;
        }

        // The later event of one connection tells more of it.
        return a.FlowId == b.FlowId ? a.LastSeen >= b.LastSeen : a.FirstSeen != b.FirstSeen ? a.FirstSeen < b.FirstSeen : a.FlowId < b.FlowId;
    }

    /// <summary>A refusal still proves a pool on the other side; an attempt proves less.</summary>
    private static int Strength(MiningState state) => state switch
    {
        MiningState.Accepted => 2,
        MiningState.Rejected => 1,
        _ => 0,
    };
}
