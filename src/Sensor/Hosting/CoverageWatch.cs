using MinerFlow.Abstractions;
using MinerFlow.Ledger.Cases;

namespace MinerFlow.Sensor.Hosting;

/// <summary>
/// When this sensor and its logs listened, as the ledger is told. A moment is told only when every sighting of it is in the ledger, and when sightings are lost, what has not been told
/// is never told: clearing a case rests on it. What a stop or a crash takes from memory is a gap, never a false proof.
/// </summary>
internal sealed class CoverageWatch
{
    /// <summary>Looks further apart than this say nothing of the time between: the machine slept, or its clock was set.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(60);

    /// <summary>Shorter spans wait for more, so that the ledger is not written to for every look.</summary>
    private static readonly TimeSpan LeastTold = TimeSpan.FromSeconds(60);

    /// <summary>Spans kept while the ledger is away; of a link that comes and goes the oldest are given up.</summary>
    private const int MostWaiting = 10_000;

    private readonly string _sensor;
    private readonly Lock _turn = new();
    private readonly List<HealthySpan> _waiting = [];
    private readonly List<HealthySpan> _logs = [];

    /// <summary>Up to where the ledger knows each span of a log, by its beginning.</summary>
    private readonly Dictionary<(string Source, PacketTime From), PacketTime> _logsTold = [];
    private PacketTime _last = PacketTime.None;

    /// <summary>Everything up to the moment is in the spool up to the number: the one that is waited for, and the latest.</summary>
    private (PacketTime UpTo, long Sequence)? _settling;
    private (PacketTime UpTo, long Sequence)? _latest;
    private PacketTime _settled = PacketTime.None;
    private bool _hurries;

    public CoverageWatch(string sensor) => _sensor = sensor;

    /// <summary>A look at the sensor.</summary>
    /// <param name="now">By the clock that stamps its frames.</param>
    /// <param name="isHealthy">It listened all the time since the last look.</param>
    public void Look(PacketTime now, bool isHealthy)
    {
        lock (_turn)
        {
            var passed = _last.IsNone ? 0 : now.UnixNanoseconds - _last.UnixNanoseconds;
            if (isHealthy && passed > 0 && passed <= LongestLook.Ticks * 100)
            {
                Add(_last, now);
            }

            _last = isHealthy ? now : PacketTime.None;
        }
    }

    /// <summary>Spans in which logs spoke without a gap, all that are known; told is what is new of them.</summary>
    public void Heard(IEnumerable<HealthySpan> spans)
    {
        lock (_turn)
        {
            _logs.Clear();
            _logs.AddRange(spans.Where(span => !_logsTold.TryGetValue((span.Source, span.From), out var told) || told < span.To));
        }
    }

    /// <summary>Sightings were lost: what was seen of late proves nothing.</summary>
    public void OnLoss()
    {
        lock (_turn)
        {
            _waiting.Clear();
            _last = PacketTime.None;
        }
    }

    /// <summary>Every sighting before this moment is in the spool, up to this number of it.</summary>
    public void Settle(PacketTime upTo, long sequence)
    {
        lock (_turn)
        {
            _latest = (upTo, sequence);
            _settling ??= _latest;
        }
    }

    /// <summary>Nothing more will come: what may be told is told, however short.</summary>
    public void Hurry() => Volatile.Write(ref _hurries, true);

    /// <summary>What may be told of a ledger that has the spool up to this number.</summary>
    public IReadOnlyList<HealthySpan> Due(long mark)
    {
        lock (_turn)
        {
            if (_latest is { } latest && latest.Sequence <= mark)
            {
                (_settled, _settling) = (latest.UpTo, null);
            }
            else if (_settling is { } settling && settling.Sequence <= mark)
            {
                (_settled, _settling) = (settling.UpTo, _latest);
            }

            if (_settled.IsNone)
            {
                return [.. _logs];
            }

            var due = _waiting.Where(span => span.From < _settled).Select(span => span.To > _settled ? span with { To = _settled } : span).ToList();
            var told = due.Sum(span => span.To.UnixNanoseconds - span.From.UnixNanoseconds) / 100;
            return told >= LeastTold.Ticks || Volatile.Read(ref _hurries) ? [.. due, .. _logs] : [.. _logs];
        }
    }

    /// <summary>These are in the ledger.</summary>
    public void Told(IReadOnlyList<HealthySpan> spans)
    {
        lock (_turn)
        {
            foreach (var span in spans)
            {
                if (_logs.Remove(span))
                {
                    _logsTold[(span.Source, span.From)] = span.To;
                    continue;
                }

                var rest = _waiting.Where(waiting => waiting.To > span.To).Select(waiting => waiting.From < span.To ? waiting with { From = span.To } : waiting).ToList();
                _waiting.Clear();
                _waiting.AddRange(rest);
            }
        }
    }

    private void Add(PacketTime from, PacketTime to)
    {
        if (_waiting.Count > 0 && _waiting[^1].To == from)
        {
            _waiting[^1] = _waiting[^1] with { To = to };
        }
        else
        {
            if (_waiting.Count == MostWaiting)
            {
                _waiting.RemoveAt(0);
            }

            _waiting.Add(new HealthySpan(_sensor, from, to));
        }
    }
}
