using System.Diagnostics;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Exchange;

namespace MinerFlow.Sensor.Hosting;

/// <summary>
/// The thread between capture and spool: names events, joins them to sightings, and puts each window's on disk when every worker has told of it. A spool that
/// fails makes sightings wait in memory, within bounds.
/// </summary>
internal sealed class SightingGatherer
{
    /// <summary>Rest when no event waits; windows end and the spool is tried again this often.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    private readonly ServiceSettings _settings;
    private readonly EventQueue _events;
    private readonly Func<IReadOnlyList<CaptureSnapshot>> _snapshots;
    private readonly SightingSpool _spool;
    private readonly LedgerWriter _ledger;
    private readonly CoverageWatch _coverage;
    private readonly ServiceLog _log;
    private readonly ServiceTexts _texts;
    private readonly SightingAggregator _aggregator;
    private readonly long _window;
    private readonly List<Sighting> _waiting = [];

    /// <summary>Hits whose subscribers are looked for later, with the moment from which on: logs come after packets.</summary>
    private readonly Queue<(long NameAt, MiningEvent Event)> _unnamed = [];
    private readonly TimeSpan _nameAfter;
    private LoadedSources _sources;
    private PacketTime _toldUpTo = PacketTime.None;
    private long _foldedTold;
    private long _floodToldIn = long.MinValue;
    private bool _spoolFails;
    private bool _spoolIsFull;

    public SightingGatherer(
        ServiceSettings settings, EventQueue events, Func<IReadOnlyList<CaptureSnapshot>> snapshots, LoadedSources sources, SightingSpool spool, LedgerWriter ledger, CoverageWatch coverage, ServiceLog log, ServiceTexts texts)
    {
        _coverage = coverage;
        _settings = settings;
        _events = events;
        _snapshots = snapshots;
        _sources = sources;
        _spool = spool;
        _ledger = ledger;
        _log = log;
        _texts = texts;
        _nameAfter = settings.Store is null ? TimeSpan.Zero : TimeSpan.FromSeconds(settings.Subscribers.NameAfterSeconds);
        _window = settings.Sightings.WindowSeconds * PacketTime.NanosecondsPerSecond;
        _aggregator = new SightingAggregator(new SightingOptions
        {
            Sensor = settings.Sensor.Name,
            Window = TimeSpan.FromSeconds(settings.Sightings.WindowSeconds),
            MaxSightings = settings.Sightings.MaxSightings,
            MaxAttempts = settings.Sightings.MaxAttempts,
            Devices = sources.Devices,
        });
    }

    public GathererCounters Counters { get; } = new();

    /// <summary>Events from now on are named by these; any thread may call.</summary>
    public void Use(LoadedSources sources) => Volatile.Write(ref _sources, sources);

    /// <summary>Runs until the queue is completed and everything of it is in the spool, or cannot be.</summary>
    public void Run()
    {
        while (!_events.Reader.Completion.IsCompleted)
        {
            Turn();
            WaitForEvents();
        }

        Name(all: true);
        Take(_aggregator.Complete());
        TellOfFlood();
        Keep();
        if (_waiting.Count > 0)
        {
            Lose(_waiting.Count, "spool_disk");
            _waiting.Clear();
        }
        else
        {
            // Every window is complete.
            _coverage.Settle(new PacketTime(long.MaxValue), _spool.Last);
        }

        _coverage.Hurry();
        Publish();
    }

    private void Turn()
    {
        // Read before the queue is: what they say has been told is then among the events below.
        var snapshots = _snapshots();
        for (var left = _events.Reader.Count; left > 0 && _events.Reader.TryRead(out var miningEvent); left--)
        {
            Add(miningEvent);
        }

        Name(all: snapshots.Count > 0 && snapshots.All(snapshot => snapshot.HasEnded));
        EndWindows(snapshots);
        Keep();
        Publish();
        if (_waiting.Count == 0 && !_toldUpTo.IsNone)
        {
            _coverage.Settle(new PacketTime(_toldUpTo.UnixNanoseconds / _window * _window), _spool.Last);
        }
    }

    private void WaitForEvents()
    {
        var more = _events.Reader.WaitToReadAsync().AsTask();
        if (!more.IsCompleted)
        {
            Task.WaitAny([more], Rest);
        }
    }

    private void Add(MiningEvent miningEvent)
    {
        Counters.Count(miningEvent);
        if (miningEvent.Role.IsHit())
        {
            _unnamed.Enqueue((Stopwatch.GetTimestamp() + (long)(_nameAfter.TotalSeconds * Stopwatch.Frequency), miningEvent));
        }
    }

    /// <summary>Names what has waited long enough; as many wait as the queue before holds.</summary>
    private void Name(bool all)
    {
        var now = Stopwatch.GetTimestamp();
        while (_unnamed.TryPeek(out var next) && (all || next.NameAt <= now || _unnamed.Count > _settings.Sightings.QueuedEvents))
        {
            _aggregator.Add(Volatile.Read(ref _sources).Enricher.Enrich(_unnamed.Dequeue().Event));
        }
    }

    private void EndWindows(IReadOnlyList<CaptureSnapshot> snapshots)
    {
        if (snapshots.Count > 0 && snapshots.All(snapshot => snapshot.HasEnded))
        {
            Take(_aggregator.Complete());
            return;
        }

        var told = snapshots.Where(snapshot => !snapshot.HasEnded && !snapshot.ToldUpTo.IsNone).Select(snapshot => snapshot.ToldUpTo.UnixNanoseconds).DefaultIfEmpty(_toldUpTo.UnixNanoseconds).Min();
        if (_unnamed.TryPeek(out var unnamed))
        {
            // Its window waits for it.
            told = Math.Max(_toldUpTo.UnixNanoseconds, Math.Min(told, unnamed.Event.LastSeen.UnixNanoseconds));
        }

        if (told == _toldUpTo.UnixNanoseconds)
        {
            return;
        }

        if (!_toldUpTo.IsNone && told < _toldUpTo.UnixNanoseconds - _window)
        {
            _log.Warn(_texts.ClockWentBack, (_toldUpTo.UnixNanoseconds - told) / PacketTime.NanosecondsPerSecond);
            Counters.ClockSteps++;
            Take(_aggregator.Complete());
        }

        _toldUpTo = new PacketTime(told);
        _aggregator.Use(Volatile.Read(ref _sources).Devices);
        Take(_aggregator.TakeEnded(_toldUpTo));
    }

    private void Take(IReadOnlyList<Sighting> ended)
    {
        _waiting.AddRange(ended);
        if (_aggregator.Folded > Counters.Folded)
        {
            // Who was only counted cannot be cleared by not having been seen.
            _coverage.OnLoss();
            Counters.Folded = _aggregator.Folded;
        }

        if (_toldUpTo.UnixNanoseconds / _window != _floodToldIn)
        {
            TellOfFlood();
        }
    }

    /// <summary>A line for each window in which something was only counted.</summary>
    private void TellOfFlood()
    {
        if (Counters.Folded > _foldedTold)
        {
            _log.Warn(_texts.AttemptsFolded, Counters.Folded - _foldedTold, _aggregator.Flooded, _settings.Sightings.MaxAttempts);
            (_foldedTold, _floodToldIn) = (Counters.Folded, _toldUpTo.UnixNanoseconds / _window);
        }
    }

    /// <summary>Brings what waits into the spool.</summary>
    private void Keep()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        try
        {
            var taken = _spool.Append(_waiting);
            Counters.CountKept(_waiting.Take(taken));
            _waiting.RemoveRange(0, taken);
            if (_spoolFails)
            {
                _log.Say(_texts.SpoolWorks);
                _spoolFails = false;
            }

            if (_waiting.Count > 0)
            {
                Lose(_waiting.Count, "spool_full");
                _waiting.Clear();
            }
            else
            {
                _spoolIsFull = false;
            }

            _ledger.Wake();
        }
        catch (SpoolException problem)
        {
            OnSpoolFailed(problem);
        }
    }

    private void OnSpoolFailed(SpoolException problem)
    {
        if (!_spoolFails)
        {
            _spoolFails = true;
            _log.Fail(_texts.SpoolFails, problem.Message);
        }

        var surplus = _waiting.Count - _settings.Sightings.MaxSightings;
        if (surplus > 0)
        {
            Lose(surplus, "spool_disk");
            _waiting.RemoveRange(_settings.Sightings.MaxSightings, surplus);
        }
    }

    private void Lose(int count, string reason)
    {
        Counters.CountLost(reason, count);
        _coverage.OnLoss();
        if (reason != "spool_full" || !_spoolIsFull)
        {
            // A spool that stays full loses something with every window: told once, counted always.
            _log.Warn(_texts.SightingsLost, count, reason, Counters.Lost);
        }

        _spoolIsFull |= reason == "spool_full";
    }

    private void Publish() => Counters.Publish(_aggregator, _waiting.Count, _spoolFails);
}
