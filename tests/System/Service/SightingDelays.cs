using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace MinerFlow.SystemTests.Service;

/// <summary>How long after it was on the wire a share is in a sighting on disk: what a look at <c>/metrics</c> every quarter of a second finds.</summary>
internal sealed class SightingDelays(RunningService service, Stopwatch clock)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentQueue<(double PacketTime, double At)> _onWire = new();
    private readonly List<double> _delays = [];
    private readonly Lock _turn = new();

    /// <summary>Shares up to this packet time have been written.</summary>
    public void OnWire(DateTimeOffset packetTime) => _onWire.Enqueue((packetTime.ToUnixTimeMilliseconds() / 1e3, clock.Elapsed.TotalSeconds));

    /// <summary>Looks until it is cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var lastSeen = await service.MetricAsync("minerflow_sighting_last_seen_timestamp_seconds");
            var now = clock.Elapsed.TotalSeconds;
            lock (_turn)
            {
                while (_onWire.TryPeek(out var mark) && mark.PacketTime <= lastSeen)
                {
                    _onWire.TryDequeue(out _);
                    _delays.Add(now - mark.At);
                }
            }

            await Task.Delay(Between, CancellationToken.None);
        }
    }

    /// <summary>Median and 99th percentile since the last call, in seconds.</summary>
    public string Told()
    {
        lock (_turn)
        {
            _delays.Sort();
            var told = _delays.Count == 0 ? "none yet" : string.Create(CultureInfo.InvariantCulture, $"{_delays[_delays.Count / 2]:0.0}/{_delays[_delays.Count * 99 / 100]:0.0} s");
            _delays.Clear();
            return told;
        }
    }
}
