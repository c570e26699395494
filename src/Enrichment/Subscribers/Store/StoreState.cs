using System.Text.Json.Serialization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>
/// What the store keeps beside intervals, whole in the manifest and as differences in the write-ahead log: the log sources with the minutes in which
/// they spoke and the state of their clocks, and how far each file has been read. No personal data.
/// </summary>
internal sealed record StoreState
{
    public List<SourceState> Sources { get; init; } = [];

    /// <summary>How far each log file has been read.</summary>
    public SortedDictionary<string, LogPosition> Positions { get; init; } = new(StringComparer.Ordinal);

    [JsonIgnore]
    public bool IsEmpty => Sources.Count == 0 && Positions.Count == 0;

    /// <summary>Takes over a difference; taking it twice changes nothing.</summary>
    public void Apply(StoreState difference)
    {
        foreach (var (file, position) in difference.Positions)
        {
            Positions[file] = position;
        }

        foreach (var source in difference.Sources)
        {
            while (Sources.Count <= source.Number)
            {
                Sources.Add(new SourceState { Number = (ushort)Sources.Count, Kind = source.Kind, Device = source.Device });
            }

            Sources[source.Number].Apply(source);
        }
    }

    /// <summary>Forgets in which minutes of earlier days the sources spoke, and files that were read until then.</summary>
    public void ForgetBefore(int day)
    {
        foreach (var (file, _) in Positions.Where(pair => pair.Value.Day < day).ToList())
        {
            Positions.Remove(file);
        }

        foreach (var source in Sources)
        {
            source.ForgetBefore(day);
        }
    }

    public StoreState Copy()
    {
        var copy = new StoreState();
        copy.Apply(this);
        return copy;
    }
}

/// <summary>How far a log file has been read.</summary>
/// <param name="Joined">Bytes before the first line of which something is not in the store yet.</param>
/// <param name="Read">Bytes that have been read; what lies between the two and is of before <see cref="LogSource.JoinedUntil"/> is in the store.</param>
public readonly record struct LogPosition(long Joined, long Read)
{
    /// <summary>Day since 1970-01-01 that the logs had reached then.</summary>
    public int Day { get; init; }
}

/// <summary>One log source: what its <see cref="LogSource"/> knows, as numbers.</summary>
internal sealed record SourceState
{
    private const long HoursPerDay = 24;

    public required ushort Number { get; init; }

    public required LogKind Kind { get; init; }

    public required string Device { get; init; }

    /// <summary>Nanoseconds of the earliest and the latest line, or of the first moment that is kept where there were earlier ones; null before the first.</summary>
    public long? First { get; set; }

    public long? Last { get; set; }

    /// <summary>Hour since 1970, and a bit for each minute in which the log spoke.</summary>
    public SortedDictionary<long, ulong> Hours { get; init; } = [];

    /// <summary>Day since 1970, offset and jitter in milliseconds.</summary>
    public SortedDictionary<long, long[]> Clock { get; init; } = [];

    /// <summary>Ticks between proofs, see <see cref="ProofRhythm"/>; null while none was seen.</summary>
    public long[]? Gaps { get; set; }

    /// <summary>Seconds of some holdings, and of all the ends that were logged and those that were lost; null while none was seen.</summary>
    public long[]? HoldSeconds { get; set; }

    public long Ended { get; set; }

    public long Lost { get; set; }

    /// <summary>Nanoseconds of its restarts.</summary>
    public SortedSet<long> Restarts { get; init; } = [];

    /// <summary>Nanoseconds of <see cref="LogSource.JoinedUntil"/>; null when its lines need no order.</summary>
    public long? JoinedUntil { get; set; }

    public void Apply(SourceState difference)
    {
        Gaps = difference.Gaps ?? Gaps;
        (HoldSeconds, Ended, Lost) = difference.HoldSeconds is null ? (HoldSeconds, Ended, Lost) : (difference.HoldSeconds, difference.Ended, difference.Lost);
        Restarts.UnionWith(difference.Restarts);
        JoinedUntil = difference.JoinedUntil ?? JoinedUntil;
        First = First is { } first && !(difference.First < first) ? first : difference.First;
        Last = Last is { } last && !(difference.Last > last) ? last : difference.Last;
        foreach (var (hour, minutes) in difference.Hours)
        {
            Hours[hour] = Hours.GetValueOrDefault(hour) | minutes;
        }

        foreach (var (day, clock) in difference.Clock)
        {
            Clock[day] = clock;
        }
    }

    /// <summary>What is deleted is not covered any more: silence about it must not be taken for proof that nothing was.</summary>
    public void ForgetBefore(int day)
    {
        (First, Last) = Kept(First, Last, day);
        foreach (var hour in Hours.Keys.Where(hour => hour < day * HoursPerDay).ToList())
        {
            Hours.Remove(hour);
        }

        Restarts.RemoveWhere(restart => restart < StorePartition.StartOf(day));
        foreach (var earlier in Clock.Keys.Where(key => key < day).ToList())
        {
            Clock.Remove(earlier);
        }
    }

    /// <summary>What the source knows beyond this of the days from the first kept on; null when nothing.</summary>
    public SourceState? DifferenceTo(LogSource source, int firstDay)
    {
        var (first, last) = Kept(source.Coverage.First?.UnixNanoseconds, source.Coverage.Last?.UnixNanoseconds, firstDay);
        var difference = new SourceState
        {
            Number = Number,
            Kind = Kind,
            Device = Device,
            First = first,
            Last = last,
            Gaps = source.Rhythm.Ticks.Count != (Gaps?.Length ?? 0) ? [.. source.Rhythm.Ticks] : null,
            JoinedUntil = source.JoinedUntil.IsNone ? null : source.JoinedUntil.UnixNanoseconds,
        };
        if ((source.Holds.Ended, source.Holds.Lost) is var (ended, lost) && (ended, lost) != (Ended, Lost))
        {
            (difference.HoldSeconds, difference.Ended, difference.Lost) = ([.. source.Holds.Samples], ended, lost);
        }

        foreach (var (hour, minutes) in source.Coverage.Hours)
        {
            if (hour >= firstDay * HoursPerDay && Hours.GetValueOrDefault(hour) != minutes)
            {
                difference.Hours.Add(hour, minutes);
            }
        }

        foreach (var (day, clock) in source.Clock.Days)
        {
            if (day >= firstDay && (!Clock.TryGetValue(day, out var known) || known[0] != clock.OffsetMilliseconds || known[1] != clock.JitterMilliseconds))
            {
                difference.Clock.Add(day, [clock.OffsetMilliseconds, clock.JitterMilliseconds]);
            }
        }

        difference.Restarts.UnionWith(source.Restarts.Select(restart => restart.UnixNanoseconds).Where(restart => !Restarts.Contains(restart) && restart >= StorePartition.StartOf(firstDay)));
        return difference.Hours.Count == 0 && difference.Clock.Count == 0 && difference.Restarts.Count == 0
            && difference.HoldSeconds is null && difference.Gaps is null
            && (difference.First, difference.Last, difference.JoinedUntil) == (First, Last, JoinedUntil) ? null : difference;
    }

    private static (long? First, long? Last) Kept(long? first, long? last, int firstDay)
    {
        var start = StorePartition.StartOf(firstDay);
        return last < start ? (null, null) : (first < start ? start : first, last);
    }

    /// <summary>A source that knows what is kept here and goes on by itself.</summary>
    public LogSource ToLogSource()
    {
        var source = new LogSource(Number, Kind, Device);
        if (First is { } first && Last is { } last)
        {
            source.Coverage.Restore(new(first), new(last), Hours);
        }

        foreach (var (day, clock) in Clock)
        {
            source.Clock.Restore(day, new LogClockState(clock[0], clock[1]));
        }

        foreach (var restart in Restarts)
        {
            source.Restarted(new PacketTime(restart));
        }

        source.Rhythm.Restore(Gaps ?? []);

        if (HoldSeconds is not null)
        {
            source.Holds.Restore(HoldSeconds, Ended, Lost);
        }

        source.JoinedUntil = JoinedUntil is { } joined ? new PacketTime(joined) : PacketTime.None;
        return source;
    }
}
