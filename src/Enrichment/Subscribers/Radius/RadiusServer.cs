using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>What one access server's records show about itself.</summary>
internal sealed class RadiusServer(LogSource source)
{
    // Enough for a steady median.
    private const int MaxGaps = 1001;
    private const int LeastGaps = 3;

    // Restarts come in pairs of Off and On, some sent again; sessions that an older one would end have ended otherwise.
    private const int MaxRestarts = 256;

    private readonly List<long> _gaps = [];
    private readonly List<PacketTime> _restarts = [];
    private long? _interimSeconds;

    public LogSource Source { get; } = source;

    public PacketTime LastRecord { get; private set; } = PacketTime.None;

    public void Saw(RadiusRecord record)
    {
        LastRecord = record.Time > LastRecord ? record.Time : LastRecord;
        Source.Saw(record.Time, record.Received);
    }

    /// <summary>The time between two records of a session that goes on.</summary>
    public void AddGap(long seconds)
    {
        if (seconds > 0 && _gaps.Count < MaxGaps)
        {
            _gaps.Add(seconds);
            _interimSeconds = null;
        }
    }

    /// <summary>The usual time between Interim records; null when too few were seen.</summary>
    public long? InterimSeconds()
    {
        if (_interimSeconds is null && _gaps.Count >= LeastGaps)
        {
            var sorted = _gaps.ToArray();
            Array.Sort(sorted);
            _interimSeconds = sorted[sorted.Length / 2];
        }

        return _interimSeconds;
    }

    /// <summary>Accounting-On or -Off; false when it was known.</summary>
    public bool Restart(PacketTime time)
    {
        var place = _restarts.BinarySearch(time, Comparer<PacketTime>.Create((left, right) => left.UnixNanoseconds.CompareTo(right.UnixNanoseconds)));
        if (place >= 0)
        {
            return false;
        }

        _restarts.Insert(~place, time);
        if (_restarts.Count > MaxRestarts)
        {
            _restarts.RemoveAt(0);
        }

        return true;
    }

    /// <summary>The first restart behind the moment; none when there is none.</summary>
    public PacketTime RestartAfter(PacketTime time)
    {
        foreach (var restart in _restarts)
        {
            if (restart > time)
            {
                return restart;
            }
        }

        return PacketTime.None;
    }
}
