using System.Numerics;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>A time in which a log that usually speaks was silent.</summary>
/// <param name="From">The last moment that is known to be covered.</param>
/// <param name="To">The first moment that is covered again.</param>
public readonly record struct CoverageGap(PacketTime From, PacketTime To);

/// <summary>
/// Minutes in which a log spoke. A silence is a gap when, at the rate of the hours around it, it would come about by chance less than once in a million
/// times: twelve quiet minutes of a busy NAT are one, a quiet night of a small server is none.
/// </summary>
public sealed class LogCoverage
{
    private const int MinutesPerHour = 60;
    private const long NanosecondsPerMinute = 60 * PacketTime.NanosecondsPerSecond;
    private const ulong WholeHour = (1UL << MinutesPerHour) - 1;

    // -ln(1e-6): the improbability from which on a silence is no chance.
    private const double LeastSurprise = 13.8;

    // How far around a silence the usual rate is taken: daily rhythms do not matter within it.
    private const int HoursAround = 2;

    private readonly SortedList<long, ulong> _hours = [];
    private long _lastHour = long.MinValue;
    private ulong _lastMinutes;
    private List<CoverageGap>? _gaps;

    /// <summary>Times of the earliest and the latest line; null before the first.</summary>
    public PacketTime? First { get; private set; }

    public PacketTime? Last { get; private set; }

    /// <summary>The hours in which the log spoke, counted from 1970, and a bit for each minute of them: what a store keeps.</summary>
    public IReadOnlyList<KeyValuePair<long, ulong>> Hours
    {
        get
        {
            Settle();
            return [.. _hours];
        }
    }

    public void Saw(PacketTime time)
    {
        First = First is not { } first || time < first ? time : First;
        Last = Last is not { } last || time > last ? time : Last;
        var minute = Math.DivRem(time.UnixNanoseconds, NanosecondsPerMinute, out var rest) - (rest < 0 ? 1 : 0);
        var (hour, bit) = (minute / MinutesPerHour, 1UL << (int)(minute % MinutesPerHour));
        if (hour != _lastHour)
        {
            Settle();
            _lastHour = hour;
            _lastMinutes = 0;
        }

        if ((_lastMinutes & bit) == 0)
        {
            _lastMinutes |= bit;
            _gaps = null;
        }
    }

    /// <summary>Takes over what a store kept.</summary>
    public void Restore(PacketTime first, PacketTime last, IEnumerable<KeyValuePair<long, ulong>> hours)
    {
        ArgumentNullException.ThrowIfNull(hours);
        First = First is not { } mine || first < mine ? first : First;
        Last = Last is not { } latest || last > latest ? last : Last;
        foreach (var (hour, minutes) in hours)
        {
            Mark(hour, minutes);
        }
    }

    /// <summary>All silences between the first and the last line that are no chance, in the order of time. From several threads, while no line is told.</summary>
    public IReadOnlyList<CoverageGap> Gaps()
    {
        if (Volatile.Read(ref _gaps) is { } known)
        {
            return known;
        }

        lock (_hours)
        {
            Settle();
            return _gaps ??= FindGaps();
        }
    }

    /// <summary>Times between two gaps, up to the hours at the end in which the rate of what follows may still make a gap of a silence.</summary>
    public IReadOnlyList<(PacketTime From, PacketTime To)> Spans()
    {
        if (First is not { } from || Last is not { } last)
        {
            return [];
        }

        var spans = new List<(PacketTime From, PacketTime To)>();
        var end = new PacketTime(last.UnixNanoseconds - (HoursAround * MinutesPerHour * NanosecondsPerMinute));
        foreach (var gap in Gaps().Where(gap => gap.From < end))
        {
            Add(gap.From);
            from = gap.To;
        }

        Add(end);
        return spans;

        void Add(PacketTime to)
        {
            if (to > from)
            {
                spans.Add((from, to));
            }
        }
    }

    /// <summary>Whether the log speaks before and after the whole time, with no gap in it.</summary>
    public bool Covers(PacketTime from, PacketTime to) => First <= from && Last >= to && GapIn(from, to) is null;

    /// <summary>The first gap that shares a moment with the time; null when there is none.</summary>
    public CoverageGap? GapIn(PacketTime from, PacketTime to)
    {
        foreach (var gap in Gaps())
        {
            if (gap.From <= to && gap.To >= from)
            {
                return gap;
            }
        }

        return null;
    }

    private void Settle()
    {
        if (_lastMinutes != 0)
        {
            Mark(_lastHour, _lastMinutes);
        }
    }

    private void Mark(long hour, ulong minutes)
    {
        _hours[hour] = _hours.GetValueOrDefault(hour) | (minutes & WholeHour);
        _gaps = null;
    }

    private List<CoverageGap> FindGaps()
    {
        var gaps = new List<CoverageGap>();
        var before = long.MinValue;
        foreach (var (hour, minutes) in _hours)
        {
            for (var left = minutes; left != 0; left &= left - 1)
            {
                var minute = (hour * MinutesPerHour) + BitOperations.TrailingZeroCount(left);
                if (before != long.MinValue && minute - before > 1 && IsNoChance(before, minute))
                {
                    // The minutes at both ends spoke at some moment only: they belong to the doubt.
                    gaps.Add(new CoverageGap(Start(before), Start(minute + 1)));
                }

                before = minute;
            }
        }

        return gaps;
    }

    private bool IsNoChance(long before, long after)
    {
        var silent = after - before - 1;
        var from = Math.Max(before - (HoursAround * MinutesPerHour), Minute(First!.Value));
        var to = Math.Min(after + (HoursAround * MinutesPerHour), Minute(Last!.Value));
        var around = (before - from + 1) + (to - after + 1);
        var spoke = Spoke(from, before) + Spoke(after, to);
        return silent * SurprisePerMinute(spoke, around) > LeastSurprise;
    }

    /// <summary>-ln of the chance that a minute is silent, when so many of the minutes around spoke; cautious when they are few.</summary>
    private static double SurprisePerMinute(long spoke, long around)
    {
        if (spoke == around && around >= MinutesPerHour)
        {
            return Math.Log(2 * (around + 1));
        }

        // Two standard deviations below what was counted: a handful of lines makes no usual rate.
        var least = Math.Max(0, spoke - (2 * Math.Sqrt(spoke)));
        return Math.Log(around / (around - least));
    }

    private int Spoke(long from, long to)
    {
        var count = 0;
        for (var hour = from / MinutesPerHour; hour <= to / MinutesPerHour; hour++)
        {
            var minutes = _hours.GetValueOrDefault(hour);
            var low = Math.Max(0, from - (hour * MinutesPerHour));
            var high = Math.Min(MinutesPerHour - 1, to - (hour * MinutesPerHour));
            count += BitOperations.PopCount((minutes >> (int)low) & ((1UL << (int)(high - low + 1)) - 1));
        }

        return count;
    }

    private static long Minute(PacketTime time) => time.UnixNanoseconds / NanosecondsPerMinute;

    private static PacketTime Start(long minute) => new(minute * NanosecondsPerMinute);
}
