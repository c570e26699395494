using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment;

/// <summary>
/// Work of one algorithm over several connections: the rate is all work over the time in which at least one of them delivered it. Parallel connections
/// add up; pauses between connections do not count as mining.
/// </summary>
internal sealed class WorkSum
{
    // Beyond this the nearest stretches are joined over their pause, which makes the rate smaller, never larger.
    private const int MaxStretches = 256;

    private readonly List<(long Start, long End)> _stretches = new(1);
    private Hashrate? _only;
    private int _parts;

    public double Work { get; private set; }

    public long Shares { get; private set; }

    /// <summary>
    /// Adds the work delivered between two moments; <paramref name="whole"/> is the connection's own rate when this is all of the connection, kept as it is
    /// if it stays the only one.
    /// </summary>
    public void Add(double work, long shares, PacketTime start, PacketTime end, Hashrate? whole)
    {
        Work += work;
        Shares += shares;
        _parts++;
        _only = whole;
        if (end > start)
        {
            Insert(start.UnixNanoseconds, end.UnixNanoseconds);
        }
    }

    public Hashrate? Rate(string unit)
    {
        if (_parts == 1 && _only is not null)
        {
            return _only;
        }

        var seconds = _stretches.Sum(stretch => (stretch.End - stretch.Start) / (double)PacketTime.NanosecondsPerSecond);
        return seconds > 0 && Shares > 0 ? new Hashrate(Work / seconds, unit, Shares, seconds) : null;
    }

    private void Insert(long start, long end)
    {
        var at = _stretches.FindIndex(stretch => stretch.End >= start);
        at = at < 0 ? _stretches.Count : at;
        while (at < _stretches.Count && _stretches[at].Start <= end)
        {
            start = Math.Min(start, _stretches[at].Start);
            end = Math.Max(end, _stretches[at].End);
            _stretches.RemoveAt(at);
        }

        _stretches.Insert(at, (start, end));
        if (_stretches.Count > MaxStretches)
        {
            JoinNearest();
        }
    }

    private void JoinNearest()
    {
        var nearest = 1;
        for (var i = 2; i < _stretches.Count; i++)
        {
            if (_stretches[i].Start - _stretches[i - 1].End < _stretches[nearest].Start - _stretches[nearest - 1].End)
            {
                nearest = i;
            }
        }

        _stretches[nearest - 1] = (_stretches[nearest - 1].Start, _stretches[nearest].End);
        _stretches.RemoveAt(nearest);
    }
}
