using System.Collections.Concurrent;
using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using MinerFlow.Detection;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Everything the service captures from, interfaces and followed files, each worker on a thread of its own.</summary>
internal sealed class CaptureSet : IDisposable
{
    private readonly ServiceSettings _settings;
    private readonly Func<MiningDetector> _detector;
    private readonly ServiceLog _log;
    private readonly ServiceTexts _texts;
    private readonly EvidenceFiles? _evidence;
    private readonly List<Thread> _threads = [];
    private readonly Lock _turn = new();
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, LinkState> _links = new(StringComparer.Ordinal);
    private CaptureWorker[] _workers = [];

    public CaptureSet(ServiceSettings settings, Func<MiningDetector> detector, EvidenceFiles? evidence, ServiceLog log, ServiceTexts texts)
    {
        _settings = settings;
        _detector = detector;
        _evidence = evidence;
        _log = log;
        _texts = texts;
    }

    /// <summary>Fails when capture cannot begin or go on; a service that captures nothing must not look well.</summary>
    public Task Failed => _failed.Task;

    /// <summary>The latest counters of each worker that has begun.</summary>
    public IReadOnlyList<CaptureSnapshot> Snapshots() => Array.ConvertAll(Volatile.Read(ref _workers), worker => worker.Latest);

    /// <summary>Interfaces that are down or away.</summary>
    public IReadOnlyList<string> DownLinks() => [.. _links.Where(link => link.Value != LinkState.Up).Select(link => link.Key).Order(StringComparer.Ordinal)];

    /// <summary>From their next batch on all workers have detectors of their own of this kind.</summary>
    public void Offer(Func<MiningDetector> detector)
    {
        foreach (var worker in Volatile.Read(ref _workers))
        {
            worker.Offer(detector());
        }
    }

    /// <summary>Starts all threads; returns when interfaces are listened to.</summary>
    /// <exception cref="CaptureException">An interface cannot be listened to, or a filter is wrong.</exception>
    public void Start(CancellationToken cancellationToken)
    {
        foreach (var path in _settings.Follow.Files)
        {
            Begin($"follow {Path.GetFileName(path)}", () => Follow(path, cancellationToken));
        }

        if (_settings.Capture.Interfaces.Count > 0)
        {
            var capture = new LiveCapture(_settings.Capture, OnLink);
            Begin("capture", () => capture.Run(member => Add(member.Interface, member.Number, member.Statistics), cancellationToken));
            Task.WhenAny(capture.Started, _failed.Task).Unwrap().GetAwaiter().GetResult();
            foreach (var (device, problem) in capture.Members.SelectMany(member => member.Statistics.Sentences.Select(sentence => (member.Interface, Problem: _texts.Problems.Of(sentence)))).Distinct())
            {
                _log.Warn(_texts.SourceSays, device, problem);
            }
        }
    }

    /// <summary>Waits until every thread has ended, which the token of <see cref="Start"/> asks for.</summary>
    public void Join() => _threads.ForEach(thread => thread.Join());

    public void Dispose() => Array.ForEach(_workers, worker => worker.Dispose());

    private void Begin(string name, Action run)
    {
        var thread = new Thread(() => Guard(run)) { Name = name, IsBackground = true };
        _threads.Add(thread);
        thread.Start();
    }

    /// <summary>The edge of a capture thread: what ends one ends the service, in order.</summary>
    private void Guard(Action run)
    {
        try
        {
            run();
        }
        catch (Exception problem)
        {
            _failed.TrySetException(problem);
        }
    }

    private void Follow(string path, CancellationToken cancellationToken)
    {
        using var source = CaptureSources.Open(path, _settings.CaptureInput);
        source.Run(Add(path, 0, source.Statistics), cancellationToken);
        foreach (var sentence in source.Statistics.Sentences)
        {
            _log.Warn(_texts.SourceSays, path, _texts.Problems.Of(sentence));
        }
    }

    private CaptureWorker Add(string source, int number, CaptureStatistics statistics)
    {
        var worker = new CaptureWorker(source, number, statistics, _settings.Flows, _detector(), evidence: _evidence?.NewKeeper(source));
        lock (_turn)
        {
            Volatile.Write(ref _workers, [.. _workers, worker]);
        }

        return worker;
    }

    private void OnLink(string name, LinkState state)
    {
        _links[name] = state;
        _log.Warn(_texts.LinkIs(state), name);
    }
}
