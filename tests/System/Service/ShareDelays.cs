using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace MinerFlow.SystemTests.Service;

/// <summary>How long after it was on the wire a share is in <c>/metrics</c>, and its sighting on disk: what a look every quarter of a second finds.</summary>
internal sealed class ShareDelays(RunningService service, Stopwatch clock)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentQueue<Mark> _forMetrics = new();
    private readonly ConcurrentQueue<Mark> _forSightings = new();
    private readonly List<double> _toMetrics = [];
    private readonly List<double> _toSighting = [];
    private readonly Lock _turn = new();

    /// <summary>So many shares have been written, the last of them with this packet time.</summary>
    public void OnWire(long shares, DateTimeOffset packetTime)
    {
        var mark = new Mark(shares, packetTime.ToUnixTimeMilliseconds() / 1e3, clock.Elapsed.TotalSeconds);
        _forMetrics.Enqueue(mark);
        _forSightings.Enqueue(mark);
    }

    /// <summary>Looks until it is cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var shares = await service.MetricAsync("minerflow_shares_total", "\"accepted\"");
            var lastSeen = await service.MetricAsync("minerflow_sighting_last_seen_timestamp_seconds");
            var now = clock.Elapsed.TotalSeconds;
            lock (_turn)
            {
                Take(_forMetrics, mark => mark.Shares <= shares, _toMetrics, now);
                Take(_forSightings, mark => mark.PacketTime <= lastSeen, _toSighting, now);
            }

            await Task.Delay(Between, CancellationToken.None);
        }
    }

    /// <summary>Median and 99th percentile of each since the last call, in seconds.</summary>
    public string Told()
    {
        lock (_turn)
        {
            var told = $"{Tell(_toMetrics)} and {Tell(_toSighting)} s ({_forMetrics.Count} not yet)";
            _toMetrics.Clear();
            _toSighting.Clear();
            return told;
        }
    }

    private static void Take(ConcurrentQueue<Mark> marks, Func<Mark, bool> isThere, List<double> delays, double now)
    {
        while (marks.TryPeek(out var mark) && isThere(mark))
        {
            marks.TryDequeue(out _);
            delays.Add(now - mark.At);
        }
    }

    private static string Tell(List<double> delays)
    {
        delays.Sort();
        return delays.Count == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{delays[delays.Count / 2]:0.0}/{delays[delays.Count * 99 / 100]:0.0}");
    }

    private readonly record struct Mark(long Shares, double PacketTime, double At);
}
