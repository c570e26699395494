using MinerFlow.Abstractions;
using MinerFlow.Capture.Live;
using MinerFlow.Connections;
using MinerFlow.Detection;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Interfaces in, mining events out: a <see cref="CaptureWorker"/> on each capture thread, and one queue behind them all.</summary>
/// <param name="capture">The interfaces.</param>
/// <param name="flows">Bounds of each worker's flow table.</param>
/// <param name="detector">Makes the detector of a worker, on its thread.</param>
/// <param name="events">Takes the events; completed when the capture has ended.</param>
/// <param name="lane">Gives a worker its way into a capture file; null when none is written.</param>
/// <param name="evidence">Keeps frames of hits; null when nobody asked for them.</param>
internal sealed class LiveDetection(
    LiveCapture capture,
    FlowOptions flows,
    Func<IMiningEventSink, MiningDetector> detector,
    EventQueue events,
    Func<LiveMember, CaptureRecorder.Lane>? lane = null,
    EvidenceFiles? evidence = null)
{
    private readonly CaptureWorker?[] _workers = new CaptureWorker?[capture.Members.Count];

    /// <summary>Done when every worker listens.</summary>
    public Task Started => capture.Started;

    /// <summary>The latest counters of each worker that has begun. Any thread may ask.</summary>
    public IReadOnlyList<CaptureSnapshot> Snapshots() => [.. _workers.OfType<CaptureWorker>().Select(worker => worker.Latest)];

    /// <summary>Captures on threads of its own until the token is cancelled, then ends every connection, so that the last events are in the queue when it returns.</summary>
    /// <exception cref="Capture.CaptureException">An interface cannot be listened to.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        try
        {
            capture.Run(Worker, cancellationToken);
        }
        finally
        {
            events.Complete();
            foreach (var worker in _workers)
            {
                worker?.Dispose();
            }
        }
    }

    private CaptureWorker Worker(LiveMember member)
    {
        var worker = new CaptureWorker(member.Interface, member.Number, member.Statistics, flows, detector(events), lane?.Invoke(member), evidence?.NewKeeper(member.Interface));
        _workers[capture.Members.TakeWhile(each => each != member).Count()] = worker;
        return worker;
    }
}
