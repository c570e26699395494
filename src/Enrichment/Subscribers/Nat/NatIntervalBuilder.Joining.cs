using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>What each event does to the holdings.</summary>
internal sealed partial class NatIntervalBuilder
{
    // Cards of one device log a release a little after the allocation that followed it.
    private static readonly TimeSpan Disorder = TimeSpan.FromSeconds(5);

    private void JoinBlock(in NatEvent happened, NatTranslator translator)
    {
        var blocks = BlocksOf(happened.Outer, happened.Protocol);
        var index = Find(blocks, happened);
        if (happened.Kind.Closes())
        {
            if (index < 0)
            {
                EndHoldersOf(blocks, happened);
                Await(happened, translator);
            }
            else
            {
                var holding = blocks[index];
                blocks.RemoveAt(index);
                Close(holding, happened, translator);
            }

            return;
        }

        if (index >= 0 && IsKnown(blocks[index], happened, translator))
        {
            return;
        }

        EndOverlapping(blocks, happened);
        Open(happened, translator);
    }

    private void JoinSession(in NatEvent happened, NatTranslator translator)
    {
        var key = new SessionKey(happened.Outer, happened.Destination, happened.FirstPort, happened.DestinationPort, happened.Protocol);
        var holding = _sessions.GetValueOrDefault(key);
        if (holding is not null && !holding.IsHeldBy(happened, sink))
        {
            _sessions.Remove(key);
            EndUnlogged(holding, happened);
            holding = null;
        }

        if (happened.Kind.Closes())
        {
            if (holding is null)
            {
                Await(happened, translator);
            }
            else
            {
                _sessions.Remove(key);
                Close(holding, happened, translator);
            }
        }
        else if (holding is null || !IsKnown(holding, happened, translator))
        {
            if (_sessions.Remove(key, out var before))
            {
                EndUnlogged(before, happened);
            }

            Open(happened, translator);
        }
    }

    /// <summary>An event of a time that is dealt with already: a release or a proof of what is still open can be used, anything else would contradict what was said.</summary>
    private bool IsUsableLate(in NatEvent happened) =>
        !happened.Kind.Opens()
        && happened.Kind is NatEventKind.BlockReleased or NatEventKind.BlockAlive
        && _blocks.TryGetValue((happened.Outer, happened.Protocol), out var blocks)
        && Find(blocks, happened) >= 0;

    private void Close(NatHolding holding, in NatEvent closing, NatTranslator translator)
    {
        translator.ClosedInThisMoment.Add(closing);
        translator.Log.Holds.SawEnd(TimeSpan.FromTicks((closing.Time.UnixNanoseconds - holding.From.UnixNanoseconds) / 100));
        Held--;
        Emit(holding, holding.Close(closing));
    }

    /// <summary>A release without a holding: perhaps one sent twice, perhaps its allocation comes with the same time.</summary>
    private void Await(in NatEvent release, NatTranslator translator)
    {
        foreach (var closed in translator.ClosedInThisMoment)
        {
            if (IsOfSame(closed, release))
            {
                Counters.Duplicates++;
                return;
            }
        }

        translator.ReleasesOfThisMoment.Add(release);
    }

    private static bool IsOfSame(in NatEvent left, in NatEvent right) =>
        left.Outer == right.Outer && left.Inner == right.Inner && left.FirstPort == right.FirstPort && left.LastPort == right.LastPort
        && left.Protocol == right.Protocol && left.Destination == right.Destination && left.DestinationPort == right.DestinationPort
        && left.Kind.IsSession() == right.Kind.IsSession();

    /// <summary>The block that the event speaks of; negative when none is held.</summary>
    private int Find(HeldBlocks blocks, in NatEvent happened)
    {
        for (var i = 0; (i = blocks.IndexOf(happened.FirstPort, happened.LastPort, i)) >= 0; i++)
        {
            if (blocks[i].IsHeldBy(happened, sink) && blocks[i].From <= happened.Time)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Whether the event only says again, or still, what the holding says.</summary>
    private bool IsKnown(NatHolding holding, in NatEvent happened, NatTranslator translator)
    {
        if (happened.Kind is NatEventKind.BlockAlive or NatEventKind.SessionAlive)
        {
            translator.Log.Rhythm.Saw(holding.Prove(happened));
            HasNews(holding);
            return true;
        }

        // Given out to the same again at another time: the release between was lost.
        var isDuplicate = happened.Time == holding.From || happened.Started == holding.From;
        Counters.Duplicates += isDuplicate ? 1 : 0;
        return isDuplicate;
    }

    /// <summary>Somebody else gives these ports back: whoever is known to hold them has lost them before, unless he only just got them.</summary>
    private void EndHoldersOf(HeldBlocks blocks, in NatEvent release)
    {
        for (var i = blocks.Count; (i = blocks.LastIndexOfShared(release.FirstPort, release.LastPort, i)) >= 0;)
        {
            var block = blocks[i];
            if (block.HasSamePorts(release) && release.Time.UnixNanoseconds - block.From.UnixNanoseconds > Disorder.Ticks * 100)
            {
                blocks.RemoveAt(i);
                EndUnlogged(block, release);
            }
        }
    }

    private void EndOverlapping(HeldBlocks blocks, in NatEvent happened)
    {
        for (var i = blocks.Count; (i = blocks.LastIndexOfShared(happened.FirstPort, happened.LastPort, i)) >= 0;)
        {
            // Logs of two translators are read one after the other: what the other gave out later than this says nothing yet.
            var block = blocks[i];
            if (block.From <= happened.Time)
            {
                Counters.Overlaps += block.HasSamePorts(happened) ? 0 : 1;
                blocks.RemoveAt(i);
                EndUnlogged(block, happened);
            }
        }
    }

    /// <summary>Ends what another event shows to have ended. An allocation says when at the latest; a proof of another holder only that it was before.</summary>
    private void EndUnlogged(NatHolding holding, in NatEvent because)
    {
        Counters.LostReleases++;
        Held--;
        holding.Translator.Log.Holds.SawLoss();
        var end = because.Kind.Opens() ? because.Time : because.Started.IsNone ? holding.LastProof : because.Started;
        var latest = holding.Translator.Log.LatestEnd(holding.LastProof);
        Emit(holding, holding.CloseAt(latest < end ? latest : end));
    }

    private void Open(in NatEvent happened, NatTranslator translator)
    {
        var opened = new NatHolding(happened, translator, sink);
        if (!happened.Kind.Opens())
        {
            Counters.LostAllocations++;
        }
        else if (TakeReleaseOfThisMoment(happened, translator) is { } release)
        {
            Emit(opened, opened.Close(release));
            return;
        }

        Keep(opened);
        HasNews(opened);
    }

    /// <summary>A release of the same second that stood before its allocation: what was allocated is already given back.</summary>
    private static NatEvent? TakeReleaseOfThisMoment(in NatEvent opening, NatTranslator translator)
    {
        for (var i = 0; i < translator.ReleasesOfThisMoment.Count; i++)
        {
            var release = translator.ReleasesOfThisMoment[i];
            if (IsOfSame(release, opening))
            {
                translator.ReleasesOfThisMoment.RemoveAt(i);
                return release;
            }
        }

        return null;
    }

    /// <summary>Releases that no allocation answers: the device may say itself since when, else they prove nothing about the time before.</summary>
    private void FinishMoment(NatTranslator translator)
    {
        foreach (var release in translator.ReleasesOfThisMoment)
        {
            if (release.Started.IsNone || release.Started > release.Time)
            {
                Counters.OrphanReleases++;
                if (kept is null)
                {
                    continue;
                }

                // The line of their allocation may come late, in another file: kept is that they were held at this moment.
            }
            else
            {
                Counters.LostAllocations++;
            }

            var holding = new NatHolding(release, translator, sink);
            Emit(holding, holding.Close(release));
        }

        translator.ReleasesOfThisMoment.Clear();
        translator.ClosedInThisMoment.Clear();
    }

    /// <summary>What is not in memory ends by <see cref="LogSource.Restarts"/> when it is asked for.</summary>
    private void Restart(in NatEvent restart, NatTranslator translator)
    {
        Counters.Restarts++;
        translator.Log.Restarted(restart.Time);
        foreach (var blocks in _blocks.Values)
        {
            for (var i = blocks.Count - 1; i >= 0; i--)
            {
                if (blocks[i].Translator == translator)
                {
                    EndAt(blocks[i], restart.Time);
                    blocks.RemoveAt(i);
                }
            }
        }

        foreach (var (key, session) in _sessions)
        {
            if (session.Translator == translator)
            {
                EndAt(session, restart.Time);
                _sessions.Remove(key);
            }
        }
    }

    /// <summary>No line has ended it.</summary>
    private void EmitUnended(NatHolding holding)
    {
        var latest = holding.Translator.Log.LatestEnd(holding.LastProof);
        Emit(holding, holding.CloseAt(latest < holding.Translator.LastEvent ? latest : AddressInterval.Open));
    }

    private void EndAt(NatHolding holding, PacketTime time)
    {
        Held--;
        Emit(holding, holding.CloseAt(time));
    }

    private void HasNews(NatHolding holding)
    {
        if (kept is not null && !holding.HasNews)
        {
            holding.HasNews = true;
            _news.Add(holding);
        }
    }

    private void Emit(NatHolding holding, in AddressInterval interval)
    {
        holding.HasNews = false;
        Counters.Intervals++;
        sink.Add(interval);
    }
}
