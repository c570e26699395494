using System.Collections.Concurrent;
using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using MinerFlow.Connections;
using MinerFlow.Detection;
using MinerFlow.Detection.Protocols;
using MinerFlow.Detection.Rules;
using MinerFlow.Sensor.Hosting;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Live;

/// <summary>The product's live path, listening in a lab.</summary>
internal sealed class Listener : IAsyncDisposable
{
    public static readonly FlowOptions Flows = new() { FlowSlots = 4_096 };
    private static readonly ProtocolCatalog Catalog = new();
    private static readonly RuleSet Rules = LoadRules();

    private readonly CancellationTokenSource _stop = new();
    private readonly EventQueue _events = new();
    private readonly LiveDetection _detection;
    private readonly Task _running;

    private Listener(NetworkNamespace network, LiveCaptureOptions options)
    {
        var capture = new LiveCapture(options, (name, state) => Links.Enqueue($"{name} {state}"));
        _detection = new LiveDetection(capture, Flows, NewDetector, _events);
        _running = network.Enter(() => _detection.Run(_stop.Token));
    }

    /// <summary>What was told of interfaces, as name and state.</summary>
    public ConcurrentQueue<string> Links { get; } = [];

    /// <summary>What a replay of a capture finds.</summary>
    public static IReadOnlyList<MiningEvent> Replay(string path)
    {
        var found = new EventQueue();
        using var pipeline = new PacketPipeline(Flows, NewDetector(found));
        using var source = CaptureSources.Open(path, new CaptureInputOptions());
        source.Run(pipeline, CancellationToken.None);
        found.Complete();
        return [.. found.Reader.ReadAllAsync().ToBlockingEnumerable()];
    }

    public IReadOnlyList<CaptureSnapshot> Snapshots => _detection.Snapshots();

    public static async Task<Listener> StartAsync(NetworkNamespace network, LiveCaptureOptions options)
    {
        var listener = new Listener(network, options);
        await await Task.WhenAny(listener._detection.Started, listener._running);
        return listener;
    }

    /// <summary>Stops as a signal would.</summary>
    /// <returns>Every event of the run.</returns>
    public async Task<IReadOnlyList<MiningEvent>> StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        return await _events.Reader.ReadAllAsync().ToListAsync();
    }

    /// <summary>Waits until the counters say so.</summary>
    public async Task UntilAsync(Func<IReadOnlyList<CaptureSnapshot>, bool> seen)
    {
        for (var left = 200; left > 0 && !seen(Snapshots); left--)
        {
            await Task.Delay(50);
        }

        Assert.True(seen(Snapshots), string.Join('\n', Snapshots.Select(each => $"{each.Source}/{each.Worker}: {each.Capture.FramesOffered} offered, {each.Capture.Frames} frames")));
    }

    /// <summary>Waits until the last that was told of the interface is this.</summary>
    public Task UntilLinkAsync(string link) => UntilAsync(_ => Links.LastOrDefault() == link);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }

    public static MiningDetector NewDetector(IMiningEventSink sink) => new(Rules, Catalog, new DetectionOptions(), sink);

    private static RuleSet LoadRules()
    {
        var problems = new List<Problem>();
        var rules = RuleSet.Load(Repository.PathOf("rules"), Catalog, problems);
        Assert.Empty(problems);
        return rules;
    }
}
