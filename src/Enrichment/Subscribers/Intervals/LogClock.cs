using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>
/// How far the clock of a device is off, learnt from its lines: the median of (received - delay - stated) over each day, and how far single lines stray
/// from it. Positive when the device is slow. Days are of UTC; a day without lines takes the nearest one with lines.
/// </summary>
public sealed class LogClock
{
    // Enough for a steady median; when full every second one is let go and only every second new one is taken, so that a whole day is in it evenly.
    private const int MaxSamples = 256;
    private const long NanosecondsPerDay = 86_400 * PacketTime.NanosecondsPerSecond;

    private readonly SortedList<long, Day> _days = [];
    private Day? _lastDay;
    private long _last = long.MinValue;

    /// <summary>Whether anything says how the clock stands.</summary>
    public bool IsKnown => _days.Count > 0;

    /// <summary>Number of the day since 1970, and what was learnt on it: what a store keeps.</summary>
    public IEnumerable<(long Day, LogClockState State)> Days => _days.Select(day => (day.Key, day.Value.State));

    /// <summary>A line says that something happened at <paramref name="stated"/>, which cannot have been later than <paramref name="received"/>.</summary>
    public void Compare(PacketTime stated, PacketTime received)
    {
        var day = stated.UnixNanoseconds / NanosecondsPerDay;
        if (_lastDay is null || day != _last)
        {
            if (!_days.TryGetValue(day, out _lastDay))
            {
                _days.Add(day, _lastDay = new Day());
            }

            _last = day;
        }

        _lastDay.Add((received.UnixNanoseconds - stated.UnixNanoseconds) / 1_000_000);
    }

    /// <summary>Takes over what a store kept or another comparison found.</summary>
    public void Restore(long day, LogClockState state) => _days[day] = new Day(state);

    /// <summary>The clock on the day of the moment; no offset and no jitter when nothing is known.</summary>
    public LogClockState At(PacketTime time)
    {
        if (_days.Count == 0)
        {
            return default;
        }

        var day = time.UnixNanoseconds / NanosecondsPerDay;
        if (_days.TryGetValue(day, out var known))
        {
            return known.State;
        }

        var nearest = _days.Keys[0];
        foreach (var other in _days.Keys)
        {
            nearest = Math.Abs(other - day) < Math.Abs(nearest - day) ? other : nearest;
        }

        return _days[nearest].State;
    }

    private sealed class Day
    {
        private readonly List<long> _samples = [];
        private int _stride = 1;
        private int _passed;
        private LogClockState? _state;

        public Day()
        {
        }

        public Day(LogClockState state) => _state = state;

        public LogClockState State => _state ??= Summarise();

        public void Add(long milliseconds)
        {
            if (_passed++ % _stride != 0)
            {
                return;
            }

            _state = null;
            _samples.Add(milliseconds);
            if (_samples.Count == MaxSamples)
            {
                for (var i = 0; i < MaxSamples / 2; i++)
                {
                    _samples[i] = _samples[2 * i];
                }

                _samples.RemoveRange(MaxSamples / 2, MaxSamples / 2);
                _stride *= 2;
            }
        }

        private LogClockState Summarise()
        {
            var sorted = _samples.Order().ToList();
            var median = sorted[sorted.Count / 2];
            // Nine of ten lines are no farther off; the rest was held up on its way, which says nothing of the clock.
            var strays = sorted.ConvertAll(sample => Math.Abs(sample - median));
            strays.Sort();
            return new LogClockState(median, strays[(strays.Count - 1) * 9 / 10]);
        }
    }
}

/// <summary>What is known of a clock.</summary>
/// <param name="OffsetMilliseconds">To be added to the device's times; positive when it is slow.</param>
/// <param name="JitterMilliseconds">How far single lines stray from that.</param>
public readonly record struct LogClockState(long OffsetMilliseconds, long JitterMilliseconds);
