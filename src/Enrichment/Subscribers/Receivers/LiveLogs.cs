using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Ingest;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Nat.Flows;
using MinerFlow.Enrichment.Subscribers.Radius;
using MinerFlow.Enrichment.Subscribers.Store;

namespace MinerFlow.Enrichment.Subscribers.Receivers;

/// <summary>
/// Logs that are read while they are written, into one interval store: ports that accounting, syslog and flow logs come to, and files that are followed. Each port has a thread that
/// receives and one that reads; whoever reads holds the intake meanwhile. A store that cannot be written is tried again, and what comes waits for it.
/// </summary>
public sealed class LiveLogs : IDisposable
{
    private readonly LiveLogOptions _options;
    private readonly IntervalIntake _intake;
    private readonly TimeProvider _clock;
    private readonly LiveGate _gate;
    private readonly Quarantine? _quarantine;
    private readonly FlowLogReader _flows;
    private readonly List<LiveReceiver> _receivers = [];
    private readonly List<LiveTail> _tails = [];
    private readonly ManualResetEventSlim _stop = new();
    private Thread? _thread;
    private DateOnly _droppedBefore;

    private LiveLogs(LiveLogOptions options, IntervalStore store, TimeProvider clock, Action<Exception?> told)
    {
        (_options, _clock, _gate) = (options, clock, new LiveGate(told));
        _intake = new IntervalIntake(store, new IntakeOptions { ReorderWindow = options.ReorderWindow });
        _quarantine = options.Quarantine is null ? null : new Quarantine(options.Quarantine);
        _flows = new FlowLogReader(new FlowLogOptions(), _intake.Nat);
    }

    /// <summary>Begins to listen and to follow.</summary>
    /// <param name="options">What to.</param>
    /// <param name="store">Takes what is concluded; nothing else may write to it meanwhile.</param>
    /// <param name="problems">Takes what is wrong with profiles; then the result is not to be used.</param>
    /// <param name="clock">Says when something came.</param>
    /// <param name="storeTold">Takes what is wrong when the store cannot be written any more, and null when it can again.</param>
    /// <exception cref="System.Net.Sockets.SocketException">A port cannot be listened to.</exception>
    /// <exception cref="IOException">The quarantine cannot be made.</exception>
    public static LiveLogs Start(LiveLogOptions options, IntervalStore store, ICollection<Problem> problems, TimeProvider clock, Action<Exception?>? storeTold = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(problems);
        var logs = new LiveLogs(options, store, clock, storeTold ?? (_ => { }));
        try
        {
            logs.Open(problems);
            return logs;
        }
        catch
        {
            logs.Dispose();
            throw;
        }
    }

    /// <summary>Names every profile that is not there or cannot be used, without opening anything.</summary>
    public static void Check(LiveLogOptions options, ICollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(problems);
        var profiles = NatProfiles.Load(options.Rules, []);
        var tails = options.Tails.Where(tail => tail.Format == LogFormat.Translations).Select(tail => (tail.Profile, tail.Path));
        foreach (var (name, source) in tails.Concat(options.Syslog.Select(listener => (listener.Profile, listener.Endpoint.ToString()))))
        {
            if (profiles.Find(name) is null)
            {
                problems.Add(new Problem(source, 0, 0, $"there is no profile '{name}'; there are {string.Join(", ", profiles.All.Select(known => known.Name))}."));
            }
        }
    }

    /// <summary>The store can be written. While it cannot, what comes waits within bounds, what finds no room is counted, and it is tried again with each commit.</summary>
    public bool IsUp => !_gate.IsFailing && _intake.Store.Failure is null;

    /// <summary>Where each receiver listens, in the order of the options.</summary>
    public IReadOnlyList<System.Net.IPEndPoint> Endpoints => _receivers.ConvertAll(receiver => receiver.Endpoint);

    /// <summary>Every source, and what became of what it sent.</summary>
    public IReadOnlyList<LiveSourceState> States()
    {
        lock (_gate)
        {
            return [.. _receivers.Select(receiver => receiver.State()), .. _tails.Select(tail => tail.State())];
        }
    }

    /// <summary>When each device's log spoke without a gap, up to the last hours, of which later lines may still say otherwise.</summary>
    public IReadOnlyList<(LogKind Kind, string Device, PacketTime From, PacketTime To)> Covered()
    {
        lock (_gate)
        {
            return [.. _intake.Store.Sources.SelectMany(source => source.Coverage.Spans(), (source, span) => (source.Kind, source.Device, span.From, span.To))];
        }
    }

    /// <summary>Lines in quarantine, and lines that were only counted.</summary>
    public (long Kept, long Passed) Quarantined
    {
        get
        {
            lock (_gate)
            {
                return (_quarantine?.Kept ?? 0, _quarantine?.Passed ?? 0);
            }
        }
    }

    /// <summary>Stops listening, reads what has come, and makes it durable.</summary>
    public void Dispose()
    {
        _stop.Set();
        _thread?.Join();
        lock (_gate)
        {
            _gate.End();
        }

        _receivers.ForEach(receiver => receiver.Dispose());
        _tails.ForEach(tail => tail.Dispose());
        lock (_gate)
        {
            _gate.Try(_intake.Finish);
            _gate.Try(KeepTemplates);
            _quarantine?.Dispose();
        }

        _stop.Dispose();
    }

    private void Open(ICollection<Problem> problems)
    {
        Check(_options, problems);
        var profiles = NatProfiles.Load(_options.Rules, problems);

        // A template that cannot be read any more is sent again by its exporter.
        _flows.Templates.Load(_options.TemplateFile, []);
        foreach (var tail in _options.Tails)
        {
            if (tail.Format == LogFormat.Accounting)
            {
                _tails.Add(LiveTail.Radius(tail, _intake));
            }
            else if (tail.Format == LogFormat.Leases)
            {
                _tails.Add(LiveTail.Leases(tail, _intake));
            }
            else if (profiles.Find(tail.Profile) is { } profile)
            {
                _tails.Add(LiveTail.Nat(tail, profile, _intake, _quarantine, _clock));
            }
        }

        foreach (var listener in _options.Radius)
        {
            _receivers.Add(LiveReceiver.Radius(listener, _options, new Records(_intake), _gate, _clock));
        }

        foreach (var listener in _options.Syslog)
        {
            if (profiles.Find(listener.Profile) is { } profile)
            {
                var reader = new NatLogIntake(_ => profile, new NatLineOptions { TimeZone = listener.TimeZone }, new FlowLogReader(new FlowLogOptions(), _intake.Nat), _intake.Nat, _quarantine);
                _receivers.Add(LiveReceiver.Syslog(listener, _options, reader, _gate, _clock));
            }
        }

        foreach (var endpoint in _options.Flows)
        {
            _receivers.Add(LiveReceiver.Flows(endpoint, _options, _flows, _gate, _clock));
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "subscriber logs" };
        _thread.Start();
    }

    /// <summary>Follows files, and now and then makes durable what was taken, until it is stopped.</summary>
    private void Run()
    {
        var committed = _clock.GetTimestamp();
        var rested = committed;
        while (true)
        {
            var isMore = false;
            foreach (var tail in _tails)
            {
                lock (_gate)
                {
                    _gate.Try(() => isMore |= tail.Read(PacketTime.From(_clock.GetUtcNow())));
                }
            }

            if (_clock.GetElapsedTime(committed) >= _options.CommitEvery)
            {
                var isTimeToJoin = _clock.GetElapsedTime(rested) >= _options.ReorderWindow;
                Keep(isTimeToJoin);
                committed = _clock.GetTimestamp();
                rested = isTimeToJoin ? committed : rested;
            }

            if (_stop.Wait(isMore ? TimeSpan.Zero : Least(_options.LookEvery, _options.CommitEvery)))
            {
                return;
            }
        }
    }

    private void Keep(bool isTimeToJoin)
    {
        lock (_gate)
        {
            if (isTimeToJoin)
            {
                _gate.Try(_intake.JoinQuiet);
            }

            if (_gate.IsFailing)
            {
                _gate.Retry(_intake.Commit);
            }

            _gate.Try(_intake.Commit);
            _gate.Try(DropOld);
            _gate.Try(KeepTemplates);
            _gate.Try(() => _quarantine?.Flush());
        }
    }

    /// <summary>Deletes what is older than wanted, by the time of the logs; by ours when theirs is ahead, for a device whose calendar is wrong must not delete what others said.</summary>
    private void DropOld()
    {
        if (_options.KeepDays is not { } days)
        {
            return;
        }

        var latest = _intake.Store.Sources.Select(source => source.Coverage.Last?.UnixNanoseconds ?? long.MinValue).DefaultIfEmpty(long.MinValue).Max();
        var now = PacketTime.From(_clock.GetUtcNow()).UnixNanoseconds;
        var first = latest == long.MinValue ? DateOnly.MinValue : DateOnly.FromDateTime(new PacketTime(Math.Min(latest, now)).ToDateTimeOffset().UtcDateTime).AddDays(-days);
        if (first > _droppedBefore)
        {
            _droppedBefore = first;
            _intake.Store.BeginDropBefore(first);
        }
    }

    private void KeepTemplates()
    {
        if (_flows.Templates.IsChanged)
        {
            _flows.Templates.Save(_options.TemplateFile);
        }
    }

    private static TimeSpan Least(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private sealed class Records(IntervalIntake intake) : IRadiusRecordIntake
    {
        public void Take(RadiusRecord record) => intake.Radius.Add(record);

        public void Commit() => intake.Commit();
    }
}
