using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>
/// Events of a time that has been dealt with: a file that was delivered late, a relay that was cut off. Each is joined with what is kept of its address as if it had come
/// in time: a release closes what was left open or taken to end with the next allocation, an allocation ends whoever had the ports and lasts until somebody else has
/// them. Events that were joined before say nothing new. What a log line ended stays as it is: where late lines contradict it, both stand and nobody is named.
/// </summary>
/// <param name="sink">Takes the intervals.</param>
/// <param name="kept">Where all that was told before is found.</param>
/// <param name="translatorOf">The translator of a log by its number; null when it is another kind of log.</param>
/// <param name="counters">Counted on.</param>
internal sealed class LateEvents(IIntervalSink sink, IKeptIntervals kept, Func<ushort, NatTranslator?> translatorOf, NatIntervalCounters counters)
{
    // How far back the holding is looked for that a release closes, when a later line made it end before.
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(32);

    private readonly List<AddressInterval> _found = [];
    private readonly List<Known> _known = [];
    private readonly HashSet<IntervalIdentity> _identities = [];
    private readonly List<(NatEvent Event, Known Moment)> _orphans = [];

    public void Join(List<(NatEvent Event, NatTranslator Translator)> events)
    {
        foreach (var (happened, translator) in events)
        {
            translator.Log.Saw(happened.Time, happened.Received.IsNone ? null : happened.Received);
            if (happened.Kind == NatEventKind.DeviceRestarted)
            {
                // What it ended is ended by it when it is asked for.
                counters.Restarts += translator.Log.Restarted(happened.Time) ? 1 : 0;
            }
        }

        var ordered = events.Where(late => late.Event.Kind is not (NatEventKind.Ignored or NatEventKind.DeviceRestarted))
            .OrderBy(late => late.Event.Time.UnixNanoseconds).ThenBy(late => WaitingEvents.Rank(late.Event.Kind));

        // Of an address that is given out port by port only those of the port are looked up.
        foreach (var group in ordered.GroupBy(late => (late.Event.Outer, Port: late.Event.Kind.IsSession() ? late.Event.FirstPort : (ushort?)null)))
        {
            Join(group.Key.Port, [.. group]);
        }
    }

    private void Join(ushort? port, List<(NatEvent Event, NatTranslator Translator)> events)
    {
        _known.Clear();
        _identities.Clear();
        _orphans.Clear();

        // What ended with the first event is asked for too.
        var last = events[^1].Event.Time;
        TakeKept(events[0].Event, port, new PacketTime(events[0].Event.Time.UnixNanoseconds - 1), last);
        foreach (var (happened, translator) in events)
        {
            if (happened.Kind.Closes())
            {
                Close(happened, translator);
            }
            else if (happened.Kind.Opens() || !Prove(happened, translator))
            {
                Open(happened, translator);
            }
        }

        if (_known.Exists(known => known.IsNew && known.Changed is null))
        {
            // Who had the ports next may have had them long after.
            TakeKept(events[0].Event, port, last, new PacketTime(AddressInterval.Open.UnixNanoseconds - 1));
        }

        counters.OrphanReleases += _orphans.Count;
        foreach (var known in _known)
        {
            if (known.IsNew || known.Changed is not null)
            {
                counters.Intervals++;
                sink.Add(known.Changed ?? EndOf(known));
            }
        }
    }

    private void TakeKept(in NatEvent asked, ushort? port, PacketTime from, PacketTime to)
    {
        _found.Clear();
        kept.Find(asked.Outer, port, from, to, _found);
        foreach (var interval in _found)
        {
            if (interval.Kind == (asked.Kind.IsSession() ? IntervalKind.Binding : IntervalKind.PortBlock) && interval.Range.First == interval.Range.Last
                && translatorOf(interval.Source) is { } translator && _identities.Add(interval.Identity))
            {
                _known.Add(new Known(new NatHolding(interval, translator), interval));
            }
        }
    }

    private void Open(in NatEvent happened, NatTranslator translator)
    {
        var opened = new Known(new NatHolding(happened, translator, sink));
        var begin = opened.Holding.From;
        foreach (var known in _known)
        {
            if (known.Holding.IsOfSame(opened.Holding) && known.Holding.From == begin && !IsOrphan(known))
            {
                counters.Duplicates++;
                return;
            }
        }

        EndOthers(opened.Holding);
        if (_known.Find(known => known.IsFinal && known.Holding.IsOfSame(opened.Holding) && known.Holding.From < begin && known.To > begin) is { } whole)
        {
            // The release in between was not there when that one was closed: the line that closed it is of this one.
            opened.GoOnIn(whole);
        }

        var orphan = _orphans.FindIndex(release => release.Event.Time == begin && release.Moment.Holding.IsOfSame(opened.Holding));
        if (orphan >= 0)
        {
            // Given out and back within a step of the device's clock.
            opened.Close(_orphans[orphan].Event);
            _known.Remove(_orphans[orphan].Moment);
            _orphans.RemoveAt(orphan);
        }

        _known.Add(opened);
    }

    private void Close(in NatEvent release, NatTranslator translator)
    {
        var said = new Known(new NatHolding(release, translator, sink));
        if (HeldAt(said.Holding) is not { } held)
        {
            TakeKept(release, release.FirstPort, new PacketTime(release.Time.UnixNanoseconds - (LookBack.Ticks * 100)), release.Time);
            held = HeldAt(said.Holding);
        }

        if (held is { IsFinal: true } && held.Holding.LastProof == release.Time)
        {
            counters.Duplicates++;
            return;
        }

        if (held is { IsFinal: false } && !_known.Exists(other => other.Holding.SharesPorts(held.Holding) && other.Holding.From > held.Holding.From && other.Holding.From < said.Holding.LastProof))
        {
            held.Close(release);
            return;
        }

        EndOthers(said.Holding);
        if (said.Holding.StartIsEstimated)
        {
            _orphans.Add((release, said));
        }
        else
        {
            counters.LostAllocations++;
        }

        said.Close(release);
        _known.Add(said);
    }

    /// <summary>The newest holding of the same that a line of this moment can be of.</summary>
    private Known? HeldAt(NatHolding said) =>
        _known.Where(known => known.Holding.IsOfSame(said) && known.Holding.From <= said.LastProof && known.Holding.LastProof <= said.LastProof).MaxBy(known => known.Holding.From.UnixNanoseconds);

    /// <summary>Ends whoever else had the ports: an allocation says when at the latest, another line only that it was before.</summary>
    private void EndOthers(NatHolding begun)
    {
        foreach (var known in _known)
        {
            if (known.Holding.SharesPorts(begun) && known.Holding.From < begun.From && known.To > begun.From && !known.IsFinal && known.Holding.LastProof <= begun.From)
            {
                known.EndAt(EndBefore(known.Holding, begun));
            }
        }
    }

    private static PacketTime EndBefore(NatHolding holding, NatHolding next)
    {
        var latest = holding.Translator.Log.LatestEnd(holding.LastProof);
        var end = next.StartIsEstimated ? holding.LastProof : next.From;
        return latest < end ? latest : end;
    }

    private bool IsOrphan(Known known) => _orphans.Exists(orphan => orphan.Moment == known);

    /// <summary>A keepalive: false when nothing is known that it proves.</summary>
    private bool Prove(in NatEvent alive, NatTranslator translator)
    {
        var said = new NatHolding(alive, translator, sink);
        var held = _known.Find(known => known.Holding.IsOfSame(said) && known.Holding.From <= said.LastProof && said.LastProof < known.To);
        held?.Prove(alive);
        return held is not null;
    }

    /// <summary>Where what is new ended: in what is known to go on from it, or when somebody else had its ports.</summary>
    private AddressInterval EndOf(Known known)
    {
        var holding = known.Holding;
        var next = _known.Where(other => other != known && other.Holding.SharesPorts(holding) && other.Holding.From > holding.From).MinBy(other => other.Holding.From.UnixNanoseconds);
        if (next is { Holding.StartIsEstimated: true } && next.Holding.IsOfSame(holding))
        {
            return holding.GoesOnIn(next.Holding, next.IsFinal ? next.Holding.LastProof : next.To, isEstimated: !next.IsFinal);
        }

        counters.LostReleases += next is null ? 0 : 1;
        return holding.CloseAt(next is null ? holding.Translator.Log.LatestEnd(holding.LastProof) : EndBefore(holding, next.Holding));
    }

    /// <summary>A holding of the address, and what the events make of it.</summary>
    private sealed class Known
    {
        public Known(NatHolding holding) => (Holding, To, IsNew) = (holding, AddressInterval.Open, true);

        public Known(NatHolding holding, in AddressInterval interval)
        {
            (Holding, To) = (holding, interval.To);
            IsFinal = interval.To != AddressInterval.Open && !interval.Marks.HasFlag(IntervalMarks.EndIsEstimated);
        }

        public NatHolding Holding { get; }

        public bool IsNew { get; }

        public PacketTime To { get; private set; }

        /// <summary>A line says when it ended.</summary>
        public bool IsFinal { get; private set; }

        /// <summary>What is to be told of it; null when nothing is.</summary>
        public AddressInterval? Changed { get; private set; }

        public void Close(in NatEvent release)
        {
            Changed = Holding.Close(release);
            (To, IsFinal) = (release.Time, true);
        }

        public void GoOnIn(Known whole)
        {
            Changed = Holding.GoesOnIn(whole.Holding, whole.To, isEstimated: false);
            (To, IsFinal) = (whole.To, true);
        }

        public void EndAt(PacketTime end)
        {
            Changed = Holding.CloseAt(end);
            To = end;
        }

        public void Prove(in NatEvent alive)
        {
            if (alive.Time > Holding.LastProof && !IsFinal)
            {
                Holding.Prove(alive);
                Changed = IsNew ? null : Holding.CloseAt(To);
            }
        }
    }
}
