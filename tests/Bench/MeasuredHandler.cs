using System.Globalization;
using MinerFlow.Capture;
using MinerFlow.Connections;

namespace MinerFlow.Bench;

/// <summary>Counts what passes and what is allocated meanwhile.</summary>
internal sealed class MeasuredHandler(IFrameHandler? inner) : IFrameHandler
{
    private long _frames;
    private long _bytes;
    private long _allocatedAtHalf;
    private long _framesAtHalf;
    private readonly long _allocatedAtStart = GC.GetAllocatedBytesForCurrentThread();

    public void OnFrames(FrameBatch frames)
    {
        if (_frames < 1_000_000 && _frames + frames.Count >= 1_000_000)
        {
            _framesAtHalf = _frames;
            _allocatedAtHalf = GC.GetAllocatedBytesForCurrentThread();
        }

        _frames += frames.Count;
        if (inner is not null)
        {
            inner.OnFrames(frames);
            return;
        }

        for (var index = 0; index < frames.Count; index++)
        {
            _bytes += frames[index].Bytes.Length;
        }
    }

    public void OnEnd(CaptureOrigin origin)
    {
        AllocatedBeforeEnd = GC.GetAllocatedBytesForCurrentThread();
        AnonymousKibibytes = ReadAnonymous();
        inner?.OnEnd(origin);
    }

    private long AllocatedBeforeEnd { get; set; }

    private long AnonymousKibibytes { get; set; }

    public void Report(string mode, int pass, TimeSpan wall, TimeSpan cpu, ConnectionCounters? counters, BenchInspector? inspector)
    {
        var warm = _frames - _framesAtHalf;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{mode} pass {pass}: {_frames} frames, cpu {cpu.TotalSeconds:F3} s, wall {wall.TotalSeconds:F3} s, {cpu.TotalNanoseconds / Math.Max(_frames, 1):F1} ns/frame; "
            + $"allocated {AllocatedBeforeEnd - _allocatedAtStart} B, after the first million {(_framesAtHalf == 0 ? 0 : (AllocatedBeforeEnd - _allocatedAtHalf) / (double)warm):F4} B/frame; anonymous {AnonymousKibibytes} KiB"));
        if (counters is null)
        {
            return;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  decoded {counters.Decoded}, flows {counters.FlowsCreated} (evicted {counters.FlowsEvicted}, expired {counters.FlowsExpired}, closed {counters.FlowsClosed}), "
            + $"probes {counters.Probes}, connections {counters.ConnectionsOpened}, lines {inspector?.Lines ?? 0}, gaps {counters.Gaps}, retransmitted {counters.RetransmittedBytes} B, out of order {counters.OutOfOrderSegments}, silent {counters.SilentFlows}, payload {counters.PayloadBytes}"));
    }

    private static long ReadAnonymous()
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("RssAnon:", StringComparison.Ordinal))
            {
                return long.Parse(line.AsSpan(8).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
            }
        }

        return 0;
    }
}
