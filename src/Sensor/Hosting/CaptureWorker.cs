using System.Diagnostics;
using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using MinerFlow.Connections;
using MinerFlow.Connections.Evidence;
using MinerFlow.Detection;

namespace MinerFlow.Sensor.Hosting;

/// <summary>
/// One capture thread's way from frames to events: its own decoder, flow table and detector. Ten times a second, between batches, it lays out a copy of its
/// counters for whoever wants to read them; nobody ever waits for the other.
/// </summary>
internal sealed class CaptureWorker : IFrameHandler, IDisposable
{
    /// <summary>A tenth of a second, in packet time; unsigned, so that a clock that was set back counts as one that went on.</summary>
    private const ulong NanosecondsBetween = PacketTime.NanosecondsPerSecond / 10;

    /// <summary>Batches after which counters are laid out whatever the packets' clock shows: one that stands still is no thread that does.</summary>
    private const int MostBatchesBetween = 4_096;

    /// <summary>Rest of a source without a clock of its own before time passes for it: longer than those who write capture files hold them back.</summary>
    private static readonly TimeSpan RestBeforeTimePasses = TimeSpan.FromSeconds(5);

    private readonly CaptureRecorder.Lane? _lane;
    private readonly EvidenceKeeper? _evidence;
    private readonly CaptureStatistics _statistics;
    private readonly PacketPipeline _pipeline;
    private readonly string _source;
    private readonly int _number;
    private CaptureSnapshot _latest;
    private MiningDetector? _next;
    private long _lastBatchAt = Stopwatch.GetTimestamp();
    private PacketTime _lastFrame = PacketTime.None;
    private int _batches;

    /// <param name="source">Name of the interface or file.</param>
    /// <param name="number">Number among the workers of the source, from 0.</param>
    /// <param name="statistics">What the source counts, on the thread of this worker.</param>
    /// <param name="flows">Bounds of the flow table.</param>
    /// <param name="detector">This worker's own.</param>
    /// <param name="lane">Its way into a capture file; null when none is written.</param>
    /// <param name="evidence">Keeps frames of hits; null when nobody asked for them. Closed with this.</param>
    public CaptureWorker(
        string source, int number, CaptureStatistics statistics, FlowOptions flows, MiningDetector detector, CaptureRecorder.Lane? lane = null, EvidenceKeeper? evidence = null)
    {
        _evidence = evidence;
        _lane = lane;
        _source = source;
        _number = number;
        _statistics = statistics;
        _pipeline = new PacketPipeline(flows, detector, evidence);
        _latest = Take(PacketTime.None, hasEnded: false);
    }

    /// <summary>The counters as they were at most a tenth of a second ago. An older one says that the thread is stuck or behind.</summary>
    public CaptureSnapshot Latest => Volatile.Read(ref _latest);

    /// <summary>Hands over a detector with other rules, from any thread; the next batch begins with it, and connections that are open keep theirs.</summary>
    public void Offer(MiningDetector detector) => Volatile.Write(ref _next, detector);

    public void OnFrames(FrameBatch frames)
    {
        if (Volatile.Read(ref _next) is not null)
        {
            _pipeline.Use(Interlocked.Exchange(ref _next, null)!);
        }

        _lane?.Add(frames);
        _pipeline.OnFrames(frames);
        _lastFrame = new PacketTime(frames.Headers[^1].UnixNanoseconds);
        _batches++;
        if ((ulong)(_lastFrame.UnixNanoseconds - _latest.Now.UnixNanoseconds) >= NanosecondsBetween || _batches >= MostBatchesBetween)
        {
            Publish(_lastFrame);
        }
    }

    public void OnIdle(PacketTime now)
    {
        _lane?.Flush();
        now = now.IsNone ? Rested() : now;
        _pipeline.OnIdle(now);
        Publish(now.IsNone ? _lastFrame : now);
    }

    public void OnEnd(CaptureOrigin origin)
    {
        _lane?.Complete(_statistics, _latest.Now.UnixNanoseconds);
        _pipeline.OnEnd(origin);
        _evidence?.Flush();
        Volatile.Write(ref _latest, Take(_latest.Now, hasEnded: true));
    }

    public void Dispose()
    {
        _pipeline.Dispose();
        _evidence?.Dispose();
    }

    private void Publish(PacketTime now)
    {
        _evidence?.Flush();
        if (_batches > 0)
        {
            (_batches, _lastBatchAt) = (0, Stopwatch.GetTimestamp());
        }

        Volatile.Write(ref _latest, Take(now, hasEnded: false));
    }

    /// <summary>The moment of a source that only its frames tell of: after a rest it goes on as the world's does.</summary>
    private PacketTime Rested()
    {
        var rest = _batches > 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_lastBatchAt);
        return _lastFrame.IsNone || rest < RestBeforeTimePasses ? PacketTime.None : new PacketTime(_lastFrame.UnixNanoseconds + (rest.Ticks * 100));
    }

    private CaptureSnapshot Take(PacketTime now, bool hasEnded) =>
        new(_source, _number, _statistics.Copy(), _pipeline.Counters.Copy(), now, Stopwatch.GetTimestamp())
        {
            FramesNotWritten = _lane?.FramesNotWritten ?? 0,
            ToldUpTo = _pipeline.PeriodsToldUpTo,
            HasEnded = hasEnded,
        };
}

/// <summary>What a capture thread had seen at one moment; its numbers add up.</summary>
/// <param name="Source">Name of the interface or file as the options give it.</param>
/// <param name="Worker">Number among the workers of the source.</param>
/// <param name="Capture">What came in and what was lost on the way in.</param>
/// <param name="Connections">What became of the frames that came in.</param>
/// <param name="Now">Packet time; <see cref="PacketTime.None"/> before the first frame.</param>
/// <param name="TakenAt">When, as <see cref="Stopwatch.GetTimestamp"/> counts.</param>
internal sealed record CaptureSnapshot(string Source, int Worker, CaptureStatistics Capture, ConnectionCounters Connections, PacketTime Now, long TakenAt)
{
    /// <summary>Frames that are missing in the capture file.</summary>
    public long FramesNotWritten { get; init; }

    /// <summary>Events of all periods up to this moment are in the queue.</summary>
    public PacketTime ToldUpTo { get; init; } = PacketTime.None;

    /// <summary>The source has ended and every event of it is in the queue.</summary>
    public bool HasEnded { get; init; }
}
