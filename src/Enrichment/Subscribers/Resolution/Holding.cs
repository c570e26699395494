using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Resolution;

/// <summary>An interval as one question looks at it: in the time of its own device, and with the ends that other intervals leave it.</summary>
internal sealed class Holding
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly long _offset;

    /// <param name="interval">As it was found.</param>
    /// <param name="of">Where it was found.</param>
    /// <param name="asked">The time asked, of a true clock.</param>
    /// <param name="skew">How far clocks may be apart that nothing is known of, nanoseconds.</param>
    public Holding(in AddressInterval interval, IAddressIntervals of, TimeWindow asked, long skew)
    {
        Interval = interval;
        Of = of;
        Source = of.Sources[interval.Source];
        From = interval.From;
        To = interval.To == AddressInterval.Open ? LatestEnd(interval, Source) : interval.To;
        var clock = Source.Clock.At(asked.From);
        var offset = clock.OffsetMilliseconds * NanosecondsPerMillisecond;
        _offset = offset;
        var stray = skew + (clock.JitterMilliseconds * NanosecondsPerMillisecond);
        Asked = asked.Widen(Math.Max(offset, 0), Math.Max(-offset, 0));
        Competing = Asked.Widen(stray, stray);
        Skew = Math.Abs(offset) + stray;
        Account = of.NameOf(interval.Account);
    }

    public AddressInterval Interval { get; }

    public IAddressIntervals Of { get; }

    public LogSource Source { get; }

    /// <summary>Start and end as far as later and earlier holders of the same leave them.</summary>
    public PacketTime From { get; private set; }

    public PacketTime To { get; private set; }

    /// <summary>
    /// The time asked as this device's lines would state it: by its clock as it is and as it was learnt to be off, both. A correction that is wrong
    /// can so make an answer ambiguous, never wrong.
    /// </summary>
    public TimeWindow Asked { get; }

    /// <summary>The same, widened by how far its times stray: whoever else held the address within it competes.</summary>
    public TimeWindow Competing { get; }

    /// <summary>Nanoseconds within which a change of hands may have been at another side of the time asked.</summary>
    public long Skew { get; }

    public string Account { get; }

    public bool StartIsLogged => !Interval.Marks.HasFlag(IntervalMarks.StartIsEstimated);

    public bool EndIsLogged => !Interval.Marks.HasFlag(IntervalMarks.EndIsEstimated) && Interval.To != AddressInterval.Open;

    /// <summary>A register or a rule says so for good; what is not logged cannot be lost.</summary>
    public bool IsStanding => Source.Kind is LogKind.Line or LogKind.Rule;

    /// <summary>Log lines before and after the time asked say that it was held.</summary>
    public bool IsProven => Interval.FirstProof <= Asked.From && Interval.LastProof >= Asked.To;

    public bool Competes => Competing.Overlaps(From, To);

    public bool Covers => From <= Asked.From && To > Asked.To;

    /// <summary>The time between the last line that proves it and the end of the time asked, in which its end may have gone unseen.</summary>
    public TimeWindow? UnprovenEnd => EndMayBeLost && Interval.LastProof < Asked.To ? new TimeWindow(Interval.LastProof, Asked.To) : null;

    /// <summary>The same before its first line.</summary>
    public TimeWindow? UnprovenStart => StartMayBeLost && Interval.FirstProof > Asked.From ? new TimeWindow(Asked.From, Interval.FirstProof) : null;

    /// <summary>As <see cref="UnprovenEnd"/>, for the time in which others compete.</summary>
    public TimeWindow? UncertainEnd => EndMayBeLost && Interval.LastProof < Competing.To ? new TimeWindow(Interval.LastProof, Competing.To) : null;

    public TimeWindow? UncertainStart => StartMayBeLost && Interval.FirstProof > Competing.From ? new TimeWindow(Competing.From, Interval.FirstProof) : null;

    private bool EndMayBeLost => !IsStanding && !EndIsLogged;

    private bool StartMayBeLost => !IsStanding && !StartIsLogged;

    /// <summary>Nanoseconds from the time asked to the nearest end; null when there is none.</summary>
    public long? Margin
    {
        get
        {
            long? before = From.IsNone ? null : Asked.From.UnixNanoseconds - From.UnixNanoseconds;
            long? after = To == AddressInterval.Open ? null : To.UnixNanoseconds - Asked.To.UnixNanoseconds;
            return before is null || after is null ? before ?? after : Math.Min(before.Value, after.Value);
        }
    }

    /// <summary>
    /// How likely it is, from 0 to 1, that it was still held at the end of the time asked, though no line says so: of a log that repeats nothing, by how long
    /// its others were held and how many ends it loses. 1 where lines or their rhythm say so.
    /// </summary>
    public double ChanceOfBeingHeld
    {
        get
        {
            if (UnprovenEnd is null || Source.Rhythm.Interval is not null || Interval.From.IsNone)
            {
                return 1;
            }

            var isOver = To != AddressInterval.Open;
            var silence = isOver ? To : Source.Coverage.Last ?? Asked.To;
            return Source.Holds.ChanceOfBeingHeld(Since(Asked.To), Since(silence), isOver);
        }
    }

    /// <summary>How much later this began than another, by true clocks; negative when earlier.</summary>
    public TimeSpan BeganAfter(Holding other) => TimeSpan.FromTicks((Interval.From.UnixNanoseconds + _offset - other.Interval.From.UnixNanoseconds - other._offset) / 100);

    /// <summary>
    /// Another holder of the same address and ports: where this one's end was not logged, it had ended when the other began; where its start was not
    /// logged, it had not begun while the other still held.
    /// </summary>
    public void CutBy(in AddressInterval other)
    {
        if (!EndIsLogged && other.FirstProof > Interval.LastProof)
        {
            var begins = other.Marks.HasFlag(IntervalMarks.StartIsEstimated) ? other.FirstProof : Later(other.From, Interval.LastProof);
            To = begins < To ? begins : To;
        }

        if (!StartIsLogged && other.LastProof < Interval.FirstProof)
        {
            var isEnded = !other.Marks.HasFlag(IntervalMarks.EndIsEstimated) && other.To != AddressInterval.Open;
            From = Later(From, isEnded && other.To < Interval.FirstProof ? other.To : other.LastProof);
        }
    }

    /// <summary>What nothing has ended is over when its proofs stop coming, but where the log was silent they may have come.</summary>
    private static PacketTime LatestEnd(in AddressInterval interval, LogSource source)
    {
        var end = source.LatestEnd(interval.LastProof);
        return end != AddressInterval.Open && source.Coverage.GapIn(interval.LastProof, end) is not null ? AddressInterval.Open : end;
    }

    private TimeSpan Since(PacketTime time) => TimeSpan.FromTicks(Math.Max(0, time.UnixNanoseconds - Interval.From.UnixNanoseconds) / 100);

    private static PacketTime Later(PacketTime left, PacketTime right) => left > right ? left : right;
}
