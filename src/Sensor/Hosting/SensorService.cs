using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Detection;
using MinerFlow.Detection.Protocols;
using MinerFlow.Exchange;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Sensor.Hosting;

/// <summary>
/// The service put together: capture threads, a bounded queue, the gatherer, the spool, the ledger writer; beside them reload and watchdog. It stops in the
/// same order, each stage after the one before it has handed over everything.
/// </summary>
internal sealed class SensorService : IHostedService, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StatusEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LogsEvery = TimeSpan.FromMinutes(1);

    private readonly ServiceSettings _settings;
    private readonly ProtocolCatalog _catalog;
    private readonly ServiceLog _log;
    private readonly ServiceTexts _texts;
    private readonly SystemdNotifier _supervisor;
    private readonly CancellationTokenSource _stop = new();
    private readonly EventQueue _events;
    private readonly SightingSpool _spool;
    private readonly SightingGatherer _gatherer;
    private readonly List<Thread> _threads = [];
    private Timer? _timer;
    private LoadedSources _sources;
    private long _statusAt;
    private long _packetsAtStatus;
    private bool _isSilent;
    private readonly CoverageWatch _coverage;
    private readonly ListeningCheck _listening;
    private readonly TimeProvider _time;
    private string? _notListening = "";
    private long _eventsLost;
    private long _heardAt;

    /// <param name="settings">Checked.</param>
    /// <param name="sources">Without problems.</param>
    /// <param name="catalog">The protocols.</param>
    /// <param name="spool">Open; closed with the service.</param>
    /// <param name="evidence">Keeps frames of hits; closed with the service. Null when nobody asked for them.</param>
    /// <param name="surroundings">Log, texts, clock and environment.</param>
    /// <param name="subscribers">Reads subscriber logs; closed with the service. Null for none.</param>
    public SensorService(
        ServiceSettings settings,
        LoadedSources sources,
        ProtocolCatalog catalog,
        SightingSpool spool,
        EvidenceFiles? evidence,
        ServiceSurroundings surroundings,
        SubscriberLogs? subscribers = null)
    {
        Subscribers = subscribers;
        _settings = settings;
        _catalog = catalog;
        _sources = sources;
        _spool = spool;
        (_log, _texts) = (surroundings.Log, surroundings.Texts);
        _supervisor = new SystemdNotifier(surroundings.Environment);
        _events = new EventQueue(settings.Sightings.QueuedEvents) { Waits = settings.Capture.Interfaces.Count == 0 };
        Evidence = evidence;
        Capture = new CaptureSet(settings, Detector, evidence, _log, _texts);
        _time = surroundings.Time;
        _coverage = new CoverageWatch(settings.Sensor.Name);
        _listening = new ListeningCheck(Capture.Snapshots, Capture.DownLinks, settings.Flows.SampleOneFlowIn > 1, _texts);
        Ledger = new LedgerWriter(settings.Ledger, spool, _coverage, _log, _texts);
        Feeds = new FeedSet(settings, _log, _texts);
        _gatherer = new SightingGatherer(settings, _events, Capture.Snapshots, sources, spool, Ledger, _coverage, _log, _texts);
        Reload = new SourceReload(settings.Sources, problems => LoadedSources.Load(settings.Sources, catalog, problems, subscribers?.Store), Use, _log, _texts, surroundings.Time);
        var patience = _supervisor.Watchdog is { } watchdog && watchdog * 0.75 > Patience ? watchdog * 0.75 : Patience;
        Watchdog = new Watchdog(patience, Capture.Snapshots, () => _gatherer.Counters.Turns, () => Ledger.Turns, surroundings.Time);
    }

    public CaptureSet Capture { get; }

    /// <summary>The evidence captures; null when there are none.</summary>
    public EvidenceFiles? Evidence { get; }

    /// <summary>Null when no store is named.</summary>
    public SubscriberLogs? Subscribers { get; }

    public GathererCounters Gathered => _gatherer.Counters;

    public LedgerWriter Ledger { get; }

    public FeedSet Feeds { get; }

    public SourceReload Reload { get; }

    public Watchdog Watchdog { get; }

    public SightingSpool Spool => _spool;

    /// <summary>Where what is found is kept on this machine's disks, by what it is.</summary>
    public IEnumerable<(string What, string Folder)> Folders =>
        LedgerPlace.IsFileName(_settings.Ledger.File)
            ? [("spool", Path.GetFullPath(_settings.Spool.Folder)), ("ledger", Path.GetDirectoryName(Path.GetFullPath(_settings.Ledger.File))!)]
            : [("spool", Path.GetFullPath(_settings.Spool.Folder))];

    /// <summary>Events lost between capture and gatherer.</summary>
    public long EventsDropped => _events.Dropped;

    public LoadedSources Sources => Volatile.Read(ref _sources);

    /// <summary>Every source is captured from, and no stop has begun.</summary>
    public bool IsReady { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Begin("ledger", Ledger.Run);
        Begin("gatherer", _gatherer.Run);
        Begin("reload", Reload.Run);
        Feeds.Start();
        try
        {
            Capture.Start(_stop.Token);
        }
        catch (CaptureException)
        {
            // Nothing was captured: what the other threads wait for will not come.
            StopAll();
            throw;
        }

        IsReady = true;
        var interval = _supervisor.Watchdog is { } watchdog ? watchdog / 3 : StatusEvery;
        _timer = new Timer(_ => Tell(), null, interval < StatusEvery ? interval : StatusEvery, interval < StatusEvery ? interval : StatusEvery);
        _supervisor.Ready(Status());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (IsReady)
        {
            _log.Say(_texts.Stopping);
            _supervisor.Stopping();
            StopAll();
            _log.Say(_texts.Stopped, Packets(), Ledger.Added + Ledger.Known, Ledger.Backlog);
        }

        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _supervisor.Dispose();
        Capture.Dispose();
        Evidence?.Dispose();
        Reload.Dispose();
        Feeds.Dispose();
        Ledger.Dispose();
        _spool.Dispose();
        Subscribers?.Dispose();
        _stop.Dispose();
    }

    private void StopAll()
    {
        IsReady = false;
        _timer?.Dispose();
        Reload.Stop();

        // Nothing comes from the wire any more, so the last events may wait for room.
        _stop.Cancel();
        _events.Waits = true;
        Capture.Join();
        _events.Complete();
        _threads.Single(thread => thread.Name == "gatherer").Join();
        Ledger.Stop(TimeSpan.FromSeconds(_settings.Sensor.StopSeconds));
        _threads.ForEach(thread => thread.Join(TimeSpan.FromSeconds(_settings.Sensor.StopSeconds + 1)));
        Feeds.Stop(TimeSpan.FromSeconds(_settings.Sensor.StopSeconds));
    }

    private void Begin(string name, Action run)
    {
        var thread = new Thread(() => run()) { Name = name, IsBackground = true };
        _threads.Add(thread);
        thread.Start();
    }

    private MiningDetector Detector() => new(Sources.Rules, _catalog, _settings.Detection, _events);

    private void Use(LoadedSources sources)
    {
        Volatile.Write(ref _sources, sources);
        _gatherer.Use(sources);
        Capture.Offer(Detector);
    }

    /// <summary>Feeds the supervisor's watchdog while there is progress, and tells it a line for people.</summary>
    private void Tell()
    {
        var silent = Watchdog.Silent();
        if (silent.Count == 0)
        {
            _supervisor.Alive();
        }
        else if (!_isSilent)
        {
            _log.Fail(_texts.WatchdogSilent, string.Join(", ", silent));
        }

        _isSilent = silent.Count > 0;
        _supervisor.Status(Status());
        LookAtCoverage(silent);
    }

    /// <summary>Files that are followed have no clock of ours: of these a person states the coverage.</summary>
    private void LookAtCoverage(IReadOnlyList<string> silent)
    {
        if (Subscribers is { IsUp: true } && (_heardAt == 0 || Stopwatch.GetElapsedTime(_heardAt) >= LogsEvery))
        {
            _heardAt = Stopwatch.GetTimestamp();
            _coverage.Heard(Subscribers.Logs.Covered().Select(span => new HealthySpan($"{span.Kind.ToString().ToLowerInvariant()}:{span.Device}", span.From, span.To)));
        }

        if (_settings.Capture.Interfaces.Count == 0)
        {
            return;
        }

        var lost = _events.Dropped + Gathered.EventsDropped;
        if (lost > _eventsLost)
        {
            _log.Warn(_texts.EventsLost, lost - _eventsLost, _settings.Sightings.QueuedEvents, _settings.Sightings.MaxSightings);
            _eventsLost = lost;
            _coverage.OnLoss();
        }

        var now = PacketTime.From(_time.GetUtcNow());
        var problem = _listening.Problem(now, silent);
        _coverage.Look(now, problem is null);
        if (problem != _notListening)
        {
            if (problem is null)
            {
                _log.Say(_texts.Covered);
            }
            else
            {
                _log.Warn(_texts.NotCovered, problem);
            }

            _notListening = problem;
        }
    }

    private string Status()
    {
        var (now, packets) = (Stopwatch.GetTimestamp(), Packets());
        var seconds = _statusAt == 0 ? 0 : Stopwatch.GetElapsedTime(_statusAt, now).TotalSeconds;
        var rate = seconds > 0 ? (packets - _packetsAtStatus) / seconds : 0;
        (_statusAt, _packetsAtStatus) = (now, packets);
        return string.Format(System.Globalization.CultureInfo.InvariantCulture, _texts.Status, (long)rate, Gathered.Open, Ledger.Backlog + Gathered.Waiting);
    }

    private long Packets() => Capture.Snapshots().Sum(snapshot => snapshot.Connections.Frames);
}

/// <summary>What the service knows of the process it runs in; tests give their own.</summary>
internal sealed record ServiceSurroundings(ServiceLog Log, ServiceTexts Texts, TimeProvider Time, Func<string, string?> Environment);
