using System.Diagnostics;
using System.Globalization;
using MinerFlow.Capture;
using MinerFlow.Reporting.HitLists;

namespace MinerFlow.Sensor.Hosting;

/// <summary>How far a replay has come: rate, share and time left. Read from another thread than the one that counts; a torn view is only shown.</summary>
internal sealed class ReplayProgress(IReadOnlyList<string> inputs)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Lazy<long> _totalBytes = new(() => TotalBytes(inputs));
    private CaptureStatistics? _current;
    private long _doneFrames;
    private long _doneBytes;

    public long Frames => _doneFrames + (_current?.Frames ?? 0);

    public void Start(CaptureStatistics statistics) => _current = statistics;

    public void Finish(CaptureStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        _current = null;
        _doneFrames += statistics.Frames;
        _doneBytes += statistics.InputLength > 0 ? statistics.InputLength : statistics.InputBytes;
    }

    public string Line()
    {
        var elapsed = Stopwatch.GetElapsedTime(_started);
        var bytes = _doneBytes + (_current?.InputBytes ?? 0);
        var perSecond = bytes / Math.Max(elapsed.TotalSeconds, 1e-3);
        var packets = Frames / Math.Max(elapsed.TotalSeconds, 1e-3);
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{HumanUnits.Bytes(bytes)}  {HumanUnits.Bytes(perSecond)}/s  {HumanUnits.Rate(packets, "packets/s")}");
        if (_totalBytes.Value == 0)
        {
            return line;
        }

        var share = Math.Min(1, bytes / (double)_totalBytes.Value);
        var left = TimeSpan.FromSeconds(Math.Min(359_999, (_totalBytes.Value - bytes) / Math.Max(perSecond, 1)));
        return string.Create(CultureInfo.InvariantCulture, $"{share * 100,3:F0} %  {line}  -{HumanUnits.Duration(left)}");
    }

    /// <summary>Bytes of all inputs; 0 when one of them has no length.</summary>
    private static long TotalBytes(IReadOnlyList<string> inputs)
    {
        var total = 0L;
        foreach (var input in inputs)
        {
            var file = new FileInfo(input);
            if (input == CaptureSources.StandardInput || !file.Exists || file.Length == 0)
            {
                return 0;
            }

            total += file.Length;
        }

        return total;
    }
}
