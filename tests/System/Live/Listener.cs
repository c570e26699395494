using System.Collections.Concurrent;
using MinerFlow.Abstractions;
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
    private readonly CancellationTokenSource _stop = new();
    private readonly EventQueue _events = new();
    private readonly LiveDetection _detection;
    private readonly Task _running;

    private Listener(LinkLab lab, LiveCaptureOptions options, FlowOptions flows)
    {
        var problems = new List<Problem>();
        var catalog = new ProtocolCatalog();
        var rules = RuleSet.Load(Repository.PathOf("rules"), catalog, problems);
        Assert.Empty(problems);
        var capture = new LiveCapture(options, (name, state) => Links.Enqueue($"{name} {state}"));
        _detection = new LiveDetection(capture, flows, sink => new MiningDetector(rules, catalog, new DetectionOptions(), sink), _events);
        _running = lab.Enter(() => _detection.Run(_stop.Token));
    }

    /// <summary>What was told of interfaces, as name and state.</summary>
    public ConcurrentQueue<string> Links { get; } = [];

    public IReadOnlyList<CaptureSnapshot> Snapshots => _detection.Snapshots();

    public static async Task<Listener> StartAsync(LinkLab lab, LiveCaptureOptions options, FlowOptions? flows = null)
    {
        var listener = new Listener(lab, options, flows ?? new FlowOptions { FlowSlots = 4_096 });
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

        Assert.True(seen(Snapshots), string.Join('\n', Snapshots.Select(each => $"{each.Interface}/{each.Worker}: {each.Capture.FramesOffered} offered, {each.Capture.Frames} frames")));
    }

    /// <summary>Waits until the last that was told of the interface is this.</summary>
    public Task UntilLinkAsync(string link) => UntilAsync(_ => Links.LastOrDefault() == link);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }
}
