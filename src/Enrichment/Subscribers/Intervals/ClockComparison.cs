using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>
/// Learns the clock of a NAT from the accounting: a subscriber gets his ports within seconds after his session begins, so the times between the two have a
/// sharp peak, and where it lies is how far the NAT's clock (or the zone its lines are read in) is off. Needed for logs in files, which do not say when
/// their lines were received.
/// </summary>
public static class ClockComparison
{
    private const long Second = PacketTime.NanosecondsPerSecond;

    // Beyond the largest difference of two time zones nothing is looked for.
    private const int MostSeconds = 15 * 3600;

    private const int QuarterHourSeconds = 900;

    private const int MostDriftSeconds = 300;

    // Blocks compared of each NAT; a peak does not become sharper with more.
    private const int MostBlocks = 4000;

    // Width of a peak: the session's record, the first packet and the step of both logs lie within it.
    private const int PeakSeconds = 5;

    // Fewer coincidences than this, or fewer than a tenth of the blocks, are no peak.
    private const int FewestInPeak = 20;

    // Intervals looked at, of all NATs together.
    private const int MostSampled = 200_000;

    /// <summary>Writes what it learns into the clocks of NAT logs of which nothing is known; true when a clock was learnt.</summary>
    /// <param name="logs">Intervals of both kinds.</param>
    /// <param name="clockOf">The clock to write into; null for those of the logs' own sources.</param>
    public static bool Learn(IAddressIntervals logs, Func<LogSource, LogClock>? clockOf = null)
    {
        ArgumentNullException.ThrowIfNull(logs);
        var learnt = false;
        var sources = logs.Sources;
        if (!sources.Any(source => source is { Kind: LogKind.Nat, Clock.IsKnown: false }))
        {
            return false;
        }

        foreach (var blocks in logs.Sample(MostSampled).Where(interval => interval.SharesAddress && interval.Inner != default && !interval.Marks.HasFlag(IntervalMarks.StartIsEstimated)).GroupBy(interval => interval.Source))
        {
            var source = sources[blocks.Key];
            if (source.Kind == LogKind.Nat && !source.Clock.IsKnown && PeakOf([.. blocks], logs) is { } peak)
            {
                // Some seconds lie between session and ports even when both clocks are right.
                var isRight = Math.Abs(peak) <= PeakSeconds;
                (clockOf?.Invoke(source) ?? source.Clock).Restore(blocks.First().From.UnixNanoseconds / (86_400 * Second), isRight ? default : new LogClockState(-peak * 1000L, PeakSeconds * 1000L / 2));
                learnt = true;
            }
        }

        return learnt;
    }

    /// <summary>Clocks drift by minutes; what is hours off is read in a wrong zone, and zones differ by quarters of an hour (IANA tz).</summary>
    private static bool IsLikely(int seconds)
    {
        var beside = Math.Abs(seconds) % QuarterHourSeconds;
        return Math.Abs(seconds) <= MostDriftSeconds || Math.Min(beside, QuarterHourSeconds - beside) <= MostDriftSeconds / 2;
    }

    /// <summary>Seconds between session and block that are far the most frequent; null when none are.</summary>
    private static int? PeakOf(List<AddressInterval> blocks, IAddressIntervals logs)
    {
        var histogram = new int[(2 * MostSeconds) + 1];
        var sessions = new List<AddressInterval>();
        var step = Math.Max(1, blocks.Count / MostBlocks);
        var compared = 0;
        for (var i = 0; i < blocks.Count; i += step)
        {
            compared++;
            sessions.Clear();
            var from = blocks[i].From.UnixNanoseconds;
            logs.Find(blocks[i].Inner, null, new PacketTime(from - (MostSeconds * Second)), new PacketTime(from + (MostSeconds * Second)), sessions);
            foreach (var session in sessions)
            {
                var seconds = (from - session.From.UnixNanoseconds) / Second;
                if (session.Kind == IntervalKind.Session && Math.Abs(seconds) <= MostSeconds)
                {
                    histogram[seconds + MostSeconds]++;
                }
            }
        }

        var best = 0;
        var within = histogram.Take(PeakSeconds).Sum();
        var most = within;
        for (var i = PeakSeconds; i < histogram.Length; i++)
        {
            within += histogram[i] - histogram[i - PeakSeconds];
            if (within > most)
            {
                most = within;
                best = i - PeakSeconds + 1;
            }
        }

        var peak = best + (PeakSeconds / 2) - MostSeconds;
        return most >= FewestInPeak && most * 10 >= compared && IsLikely(peak) ? peak : null;
    }
}
