using System.Diagnostics;
using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using MinerFlow.Connections;
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

    private readonly LiveMember _member;
    private readonly CaptureRecorder.Lane? _lane;
    private readonly PacketPipeline _pipeline;
    private CaptureSnapshot _latest;

    /// <param name="member">The thread's share of an interface.</param>
    /// <param name="flows">Bounds of its flow table.</param>
    /// <param name="detector">Its own.</param>
    /// <param name="lane">Its way into a capture file; null when none is written.</param>
    public CaptureWorker(LiveMember member, FlowOptions flows, MiningDetector detector, CaptureRecorder.Lane? lane = null)
    {
        _lane = lane;
        _member = member;
        _pipeline = new PacketPipeline(flows, detector);
        _latest = Take(PacketTime.None);
    }

    /// <summary>The counters as they were at most a tenth of a second ago. An older one says that the thread is stuck or behind.</summary>
    public CaptureSnapshot Latest => Volatile.Read(ref _latest);

    public void OnFrames(FrameBatch frames)
    {
        _lane?.Add(frames);
        _pipeline.OnFrames(frames);
        var time = frames.Headers[^1].UnixNanoseconds;
        if ((ulong)(time - _latest.Now.UnixNanoseconds) >= NanosecondsBetween)
        {
            Publish(new PacketTime(time));
        }
    }

    public void OnIdle(PacketTime now)
    {
        _lane?.Flush();
        _pipeline.OnIdle(now);
        Publish(now);
    }

    public void OnEnd(CaptureOrigin origin)
    {
        _lane?.Complete(_member.Statistics, _latest.Now.UnixNanoseconds);
        _pipeline.OnEnd(origin);
        Publish(_latest.Now);
    }

    public void Dispose() => _pipeline.Dispose();

    private void Publish(PacketTime now) => Volatile.Write(ref _latest, Take(now));

    private CaptureSnapshot Take(PacketTime now) =>
        new(_member.Interface, _member.Number, _member.Statistics.Copy(), _pipeline.Counters.Copy(), now, Stopwatch.GetTimestamp())
        {
            FramesNotWritten = _lane?.FramesNotWritten ?? 0,
        };
}

/// <summary>What a capture thread had seen at one moment; its numbers add up.</summary>
/// <param name="Interface">Name of the interface as the options give it.</param>
/// <param name="Worker">Number among the workers of the interface.</param>
/// <param name="Capture">What came in and what was lost on the way in.</param>
/// <param name="Connections">What became of the frames that came in.</param>
/// <param name="Now">Packet time; <see cref="PacketTime.None"/> before the first frame.</param>
/// <param name="TakenAt">When, as <see cref="Stopwatch.GetTimestamp"/> counts.</param>
internal sealed record CaptureSnapshot(string Interface, int Worker, CaptureStatistics Capture, ConnectionCounters Connections, PacketTime Now, long TakenAt)
{
    /// <summary>Frames that are missing in the capture file.</summary>
    public long FramesNotWritten { get; init; }
}
