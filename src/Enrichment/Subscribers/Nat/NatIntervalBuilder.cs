using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>
/// Joins events to intervals: open at an allocation, refreshed by keepalives, closed by a release. Where a release was lost the next allocation of any of
/// the ports ends the interval, or a missing keepalive does, whichever is earlier; such an end is marked as estimated. Where an allocation
/// was lost nothing is claimed before the first proof.
/// </summary>
internal sealed class NatIntervalBuilder(NatIntervalOptions options, IIntervalSink sink) : INatEventHandler
{
    // Cards of one device log a release a little after the allocation that followed it.
    private static readonly TimeSpan Disorder = TimeSpan.FromSeconds(5);

    private readonly PriorityQueue<NatEvent, (long Time, int Rank, long Sequence)> _waiting = new();
    private readonly Dictionary<(IpAddress Outer, byte Protocol), List<NatHolding>> _blocks = [];
    private readonly Dictionary<SessionKey, NatHolding> _sessions = [];
    private readonly Dictionary<string, NatTranslator> _translators = new(StringComparer.Ordinal);
    private readonly List<NatEvent> _releasesOfThisMoment = [];
    private readonly List<NatEvent> _closedInThisMoment = [];
    private long _sequence;
    private PacketTime _newest = PacketTime.None;
    private PacketTime _joinedUntil = PacketTime.None;

    private readonly record struct SessionKey(IpAddress Outer, IpAddress Destination, ushort Port, ushort DestinationPort, byte Protocol);

    public NatIntervalCounters Counters { get; } = new();

    public IEnumerable<NatTranslator> Translators => _translators.Values.OrderBy(translator => translator.Name, StringComparer.Ordinal);

    private IEnumerable<NatHolding> Holdings => _blocks.Values.SelectMany(blocks => blocks).Concat(_sessions.Values);

    public void Take(in NatEvent happened)
    {
        Counters.Events++;
        _newest = happened.Time > _newest ? happened.Time : _newest;
        _waiting.Enqueue(happened, (happened.Time.UnixNanoseconds, Rank(happened.Kind), _sequence++));
        if (options.ReorderWindow is { } window)
        {
            JoinUntil(_newest.UnixNanoseconds - (window.Ticks * 100));
        }

        while (_waiting.Count > options.MaxWaiting)
        {
            Counters.PushedAhead++;
            Join(_waiting.Dequeue());
        }
    }

    /// <summary>The input is at its end: joins what waits, then hands out what is still allocated.</summary>
    public void Complete()
    {
        JoinUntil(long.MaxValue);
        FinishMoment();
        foreach (var holding in Holdings)
        {
            var latest = holding.Translator.LatestEnd(holding.LastProof);
            Emit(holding.CloseAt(latest < holding.Translator.LastEvent ? latest : AddressInterval.Open, sink));
        }

        _blocks.Clear();
        _sessions.Clear();
    }

    /// <summary>At one moment ports are given back before they are given out again.</summary>
    private static int Rank(NatEventKind kind) => kind == NatEventKind.DeviceRestarted ? 0 : kind.Closes() ? 1 : kind.Opens() ? 2 : 3;

    private void JoinUntil(long time)
    {
        while (_waiting.TryPeek(out _, out var order) && order.Time <= time)
        {
            Join(_waiting.Dequeue());
        }
    }

    private void Join(in NatEvent happened)
    {
        if (happened.Time < _joinedUntil && !IsUsableLate(happened))
        {
            Counters.Late++;
            return;
        }

        if (happened.Time > _joinedUntil)
        {
            FinishMoment();
            _joinedUntil = happened.Time;
        }

        if (!_translators.TryGetValue(happened.Device, out var translator))
        {
            _translators.Add(happened.Device, translator = new NatTranslator(sink.SourceOf(LogKind.Nat, happened.Device)));
        }

        translator.Saw(happened);
        if (happened.Kind == NatEventKind.Ignored)
        {
            return;
        }

        if (happened.Kind == NatEventKind.DeviceRestarted)
        {
            Restart(happened);
        }
        else if (happened.Kind.IsSession())
        {
            JoinSession(happened, translator);
        }
        else
        {
            JoinBlock(happened, translator);
        }
    }

    private void JoinBlock(in NatEvent happened, NatTranslator translator)
    {
        if (!_blocks.TryGetValue((happened.Outer, happened.Protocol), out var blocks))
        {
            _blocks.Add((happened.Outer, happened.Protocol), blocks = new List<NatHolding>(1));
        }

        var holding = Find(blocks, happened);
        if (happened.Kind.Closes())
        {
            if (holding is null)
            {
                EndHoldersOf(blocks, happened, translator);
                Await(happened);
            }
            else
            {
                blocks.Remove(holding);
                Close(holding, happened);
            }

            return;
        }

        if (holding is not null && IsKnown(holding, happened, translator))
        {
            return;
        }

        EndOverlapping(blocks, happened, translator);
        Open(happened, translator, blocks.Add);
    }

    private void JoinSession(in NatEvent happened, NatTranslator translator)
    {
        var key = new SessionKey(happened.Outer, happened.Destination, happened.FirstPort, happened.DestinationPort, happened.Protocol);
        var holding = _sessions.GetValueOrDefault(key);
        if (holding is not null && !holding.IsHeldBy(happened))
        {
            _sessions.Remove(key);
            EndUnlogged(holding, happened, translator);
            holding = null;
        }

        if (happened.Kind.Closes())
        {
            if (holding is null)
            {
                Await(happened);
            }
            else
            {
                _sessions.Remove(key);
                Close(holding, happened);
            }
        }
        else if (holding is null || !IsKnown(holding, happened, translator))
        {
            if (_sessions.Remove(key, out var before))
            {
                EndUnlogged(before, happened, translator);
            }

            Open(happened, translator, opened => _sessions[key] = opened);
        }
    }

    /// <summary>An event of a time that is dealt with already: a release or a proof of what is still open can be used, anything else would contradict what was said.</summary>
    private bool IsUsableLate(in NatEvent happened) =>
        !happened.Kind.Opens()
        && happened.Kind is NatEventKind.BlockReleased or NatEventKind.BlockAlive
        && _blocks.TryGetValue((happened.Outer, happened.Protocol), out var blocks)
        && Find(blocks, happened) is { } holding
        && holding.From <= happened.Time;

    private void Close(NatHolding holding, in NatEvent closing)
    {
        _closedInThisMoment.Add(closing);
        Emit(holding.Close(closing, sink));
    }

    /// <summary>A release without a holding: perhaps one sent twice, perhaps its allocation comes with the same time.</summary>
    private void Await(in NatEvent release)
    {
        foreach (var closed in _closedInThisMoment)
        {
            if (IsOfSame(closed, release))
            {
                Counters.Duplicates++;
                return;
            }
        }

        _releasesOfThisMoment.Add(release);
    }

    private static bool IsOfSame(in NatEvent left, in NatEvent right) =>
        left.Outer == right.Outer && left.Inner == right.Inner && left.FirstPort == right.FirstPort && left.LastPort == right.LastPort
        && left.Protocol == right.Protocol && left.Destination == right.Destination && left.DestinationPort == right.DestinationPort
        && left.Kind.IsSession() == right.Kind.IsSession();

    private static NatHolding? Find(List<NatHolding> blocks, in NatEvent happened)
    {
        foreach (var block in blocks)
        {
            if (block.HasSamePorts(happened) && block.IsHeldBy(happened))
            {
                return block;
            }
        }

        return null;
    }

    /// <summary>Whether the event only says again, or still, what the holding says.</summary>
    private bool IsKnown(NatHolding holding, in NatEvent happened, NatTranslator translator)
    {
        if (happened.Kind is NatEventKind.BlockAlive or NatEventKind.SessionAlive)
        {
            translator.SawAlive(holding.Prove(happened));
            return true;
        }

        // Given out to the same again at another time: the release between was lost.
        var isDuplicate = happened.Time == holding.From || happened.Started == holding.From;
        Counters.Duplicates += isDuplicate ? 1 : 0;
        return isDuplicate;
    }

    /// <summary>Somebody else gives these ports back: whoever is known to hold them has lost them before, unless he only just got them.</summary>
    private void EndHoldersOf(List<NatHolding> blocks, in NatEvent release, NatTranslator translator)
    {
        for (var i = blocks.Count - 1; i >= 0; i--)
        {
            var block = blocks[i];
            if (block.HasSamePorts(release) && release.Time.UnixNanoseconds - block.From.UnixNanoseconds > Disorder.Ticks * 100)
            {
                blocks.RemoveAt(i);
                EndUnlogged(block, release, translator);
            }
        }
    }

    private void EndOverlapping(List<NatHolding> blocks, in NatEvent happened, NatTranslator translator)
    {
        for (var i = blocks.Count - 1; i >= 0; i--)
        {
            var block = blocks[i];
            if (block.FirstPort <= happened.LastPort && happened.FirstPort <= block.LastPort)
            {
                Counters.Overlaps += block.HasSamePorts(happened) ? 0 : 1;
                blocks.RemoveAt(i);
                EndUnlogged(block, happened, translator);
            }
        }
    }

    /// <summary>Ends what another event shows to have ended. An allocation says when at the latest; a proof of another holder only that it was before.</summary>
    private void EndUnlogged(NatHolding holding, in NatEvent because, NatTranslator translator)
    {
        Counters.LostReleases++;
        var end = because.Kind.Opens() ? because.Time : because.Started.IsNone ? holding.LastProof : because.Started;
        var latest = translator.LatestEnd(holding.LastProof);
        Emit(holding.CloseAt(latest < end ? latest : end, sink));
    }

    private void Open(in NatEvent happened, NatTranslator translator, Action<NatHolding> keep)
    {
        var opened = new NatHolding(happened, translator);
        if (!happened.Kind.Opens())
        {
            Counters.LostAllocations++;
        }
        else if (TakeReleaseOfThisMoment(happened) is { } release)
        {
            Emit(opened.Close(release, sink));
            return;
        }

        keep(opened);
        if (options.TellsOpen && happened.Kind.Opens())
        {
            sink.Add(opened.CloseAt(AddressInterval.Open, sink));
        }
    }

    /// <summary>A release of the same second that stood before its allocation: what was allocated is already given back.</summary>
    private NatEvent? TakeReleaseOfThisMoment(in NatEvent opening)
    {
        for (var i = 0; i < _releasesOfThisMoment.Count; i++)
        {
            var release = _releasesOfThisMoment[i];
            if (IsOfSame(release, opening))
            {
                _releasesOfThisMoment.RemoveAt(i);
                return release;
            }
        }

        return null;
    }

    /// <summary>Releases that no allocation answers: the device may say itself since when, else they prove nothing about the time before.</summary>
    private void FinishMoment()
    {
        foreach (var release in _releasesOfThisMoment)
        {
            if (release.Started.IsNone || release.Started > release.Time)
            {
                Counters.OrphanReleases++;
                continue;
            }

            Counters.LostAllocations++;
            Emit(new NatHolding(release, _translators[release.Device]).Close(release, sink));
        }

        _releasesOfThisMoment.Clear();
        _closedInThisMoment.Clear();
    }

    private void Restart(in NatEvent restart)
    {
        Counters.Restarts++;
        foreach (var blocks in _blocks.Values)
        {
            for (var i = blocks.Count - 1; i >= 0; i--)
            {
                if (blocks[i].Translator.Name == restart.Device)
                {
                    Emit(blocks[i].CloseAt(restart.Time, sink));
                    blocks.RemoveAt(i);
                }
            }
        }

        foreach (var (key, session) in _sessions)
        {
            if (session.Translator.Name == restart.Device)
            {
                Emit(session.CloseAt(restart.Time, sink));
                _sessions.Remove(key);
            }
        }
    }

    private void Emit(in AddressInterval interval)
    {
        Counters.Intervals++;
        sink.Add(interval);
    }
}
