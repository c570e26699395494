using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>
/// Joins events to intervals: open at an allocation, refreshed by keepalives, closed by a release. Where a release was lost the next allocation of any of
/// the ports ends the interval, or a missing keepalive does, whichever is earlier; such an end is marked as estimated. Where an allocation
/// was lost nothing is claimed before the first proof. Each translator has an order of its own, for their files come one after the other.
/// </summary>
/// <param name="options">Bounds.</param>
/// <param name="sink">Takes the intervals.</param>
/// <param name="kept">What earlier runs left open, looked up when an address is first spoken of; null for logs that stand by themselves.</param>
internal sealed partial class NatIntervalBuilder(NatIntervalOptions options, IIntervalSink sink, IKeptIntervals? kept = null) : INatEventHandler
{
    private readonly Dictionary<(IpAddress Outer, byte Protocol), HeldBlocks> _blocks = [];
    private readonly Dictionary<SessionKey, NatHolding> _sessions = [];
    private readonly Dictionary<string, NatTranslator> _translators = new(StringComparer.Ordinal);
    private readonly Dictionary<ushort, NatTranslator?> _bySource = [];
    private readonly HashSet<IpAddress> _lookedUp = [];
    private readonly List<AddressInterval> _found = [];
    private readonly List<NatHolding> _news = [];
    private readonly List<(NatEvent Event, NatTranslator Translator)> _late = [];
    private NatTranslator? _lastTranslator;
    private NatTranslator? _unnumbered;
    private int _waiting;

    private readonly record struct SessionKey(IpAddress Outer, IpAddress Destination, ushort Port, ushort DestinationPort, byte Protocol);

    public NatIntervalCounters Counters { get; } = new();

    /// <summary>Where the line stands whose events are taken next.</summary>
    public LinePlace Place { get; set; }

    /// <summary>Holdings in memory.</summary>
    public int Held { get; private set; }

    public void Take(in NatEvent happened)
    {
        var translator = TranslatorOf(happened.Device);
        if (Place.WasRead && happened.Time <= translator.JoinedBefore)
        {
            return;
        }

        Counters.Events++;
        if (happened.Time < translator.Log.JoinedUntil)
        {
            // Its turn is over: nothing is gained by waiting, and what does not wait is in the next commit.
            Join(happened, translator);
            return;
        }

        _waiting++;
        translator.Wait(happened, Place);
        if (options.ReorderWindow is { } window)
        {
            JoinUntil(translator, new PacketTime(translator.Newest.UnixNanoseconds - (window.Ticks * 100)));
        }

        while (_waiting > options.MaxWaiting)
        {
            Counters.PushedAhead++;

            // All of that moment: what waits is later than what was joined.
            JoinUntil(translator, translator.Next);
        }
    }

    /// <summary>Joins everything that waits, in the order of time.</summary>
    public void Drain()
    {
        var order = new PriorityQueue<NatTranslator, long>(_translators.Values.Select(translator => (translator, translator.Next.UnixNanoseconds)));
        while (order.TryDequeue(out var translator, out var time) && time != AddressInterval.Open.UnixNanoseconds)
        {
            JoinUntil(translator, new PacketTime(time));
            order.Enqueue(translator, translator.Next.UnixNanoseconds);
        }

        foreach (var translator in _translators.Values)
        {
            FinishMoment(translator);
        }
    }

    /// <summary>Joins what waits of translators that said nothing since the last call: nothing earlier of theirs is on its way any more.</summary>
    public void JoinQuiet()
    {
        foreach (var translator in _translators.Values)
        {
            if (translator.IsQuiet)
            {
                JoinUntil(translator, AddressInterval.Open);
            }

            translator.IsQuiet = true;
        }
    }

    /// <summary>The input is at its end: joins what waits, then hands out what is still allocated.</summary>
    public void Complete()
    {
        Drain();
        foreach (var blocks in _blocks.Values)
        {
            foreach (var block in blocks)
            {
                EmitUnended(block);
            }
        }

        foreach (var session in _sessions.Values)
        {
            EmitUnended(session);
        }

        Forget();
    }

    /// <summary>Hands out what is allocated and was not handed out as it is now; it goes on.</summary>
    public void TellOpen()
    {
        foreach (var translator in _translators.Values)
        {
            FinishMoment(translator);
        }

        foreach (var holding in _news)
        {
            if (holding.HasNews)
            {
                holding.HasNews = false;
                sink.Add(holding.CloseAt(AddressInterval.Open));
            }
        }

        _news.Clear();
    }

    /// <summary>Events wait whose time had been dealt with.</summary>
    public bool HasLate => _late.Count > 0;

    /// <summary>Joins those, now that all that was told before is kept and found.</summary>
    public void JoinLate()
    {
        var addresses = _late.Select(late => late.Event.Outer).ToHashSet();
        new LateEvents(sink, kept!, TranslatorOf, Counters).Join(_late);
        _late.Clear();

        // What is held of these addresses is looked up again, for it may have ended otherwise.
        _lookedUp.ExceptWith(addresses);
        foreach (var (key, blocks) in _blocks)
        {
            if (addresses.Contains(key.Outer))
            {
                Held -= blocks.Count;
                _blocks.Remove(key);
            }
        }

        foreach (var key in _sessions.Keys)
        {
            if (addresses.Contains(key.Outer))
            {
                Held--;
                _sessions.Remove(key);
            }
        }
    }

    /// <summary>Lets go of what is allocated: what was told and kept is looked up again when it is spoken of.</summary>
    public void Forget()
    {
        _blocks.Clear();
        _sessions.Clear();
        _lookedUp.Clear();
        Held = 0;
    }

    /// <summary>Of each input the first line with an event that is not joined yet.</summary>
    public void FirstWaiting(Dictionary<int, long> offsets)
    {
        foreach (var translator in _translators.Values)
        {
            translator.Waiting.FirstLines(offsets);
        }
    }

    private NatTranslator TranslatorOf(string device)
    {
        // One line after the other is of the same device.
        if (_lastTranslator is { } last && last.Name == device)
        {
            return last;
        }

        if (!_translators.TryGetValue(device, out var translator))
        {
            var log = sink.SourceOf(LogKind.Nat, device);
            if (log.Number == LogSource.NoNumber)
            {
                // All of them are one: names without end are to cost no memory without end.
                return _unnumbered ??= new NatTranslator(log);
            }

            _translators.Add(device, translator = new NatTranslator(log));
            _bySource[log.Number] = translator;
        }

        _lastTranslator = translator;
        return translator;
    }

    /// <summary>The translator of a log; null when it is another kind of log.</summary>
    private NatTranslator? TranslatorOf(ushort source)
    {
        if (!_bySource.TryGetValue(source, out var translator))
        {
            var log = kept!.Sources[source];
            _bySource[source] = translator = log.Kind == LogKind.Nat ? TranslatorOf(log.Device) : null;
        }

        return translator;
    }

    private void JoinUntil(NatTranslator translator, PacketTime time)
    {
        while (translator.Next is var next && next <= time && next != AddressInterval.Open)
        {
            _waiting--;
            Join(translator.Waiting.Take(), translator);
        }
    }

    private void Join(in NatEvent happened, NatTranslator translator)
    {
        if (happened.Kind is not (NatEventKind.Ignored or NatEventKind.DeviceRestarted))
        {
            LookUp(happened.Outer);
        }

        if (happened.Time < translator.Log.JoinedUntil && !IsUsableLate(happened))
        {
            TakeLate(happened, translator);
            return;
        }

        if (happened.Time > translator.Log.JoinedUntil)
        {
            FinishMoment(translator);
            translator.Log.JoinedUntil = happened.Time;
        }

        translator.Saw(happened);
        if (happened.Kind == NatEventKind.Ignored)
        {
            return;
        }

        if (happened.Kind == NatEventKind.DeviceRestarted)
        {
            Restart(happened, translator);
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

    /// <summary>What earlier runs left open of an address.</summary>
    private void LookUp(IpAddress outer)
    {
        if (kept is null || !_lookedUp.Add(outer))
        {
            return;
        }

        _found.Clear();
        kept.FindOpen(outer, _found);
        foreach (var interval in _found)
        {
            if (interval.SharesAddress && interval.Range.First == interval.Range.Last && TranslatorOf(interval.Source) is { } translator)
            {
                Keep(new NatHolding(interval, translator));
            }
        }
    }

    private void TakeLate(in NatEvent happened, NatTranslator translator)
    {
        if (kept is null || _late.Count >= options.MaxWaiting)
        {
            Counters.TooLate++;
            return;
        }

        Counters.Late++;
        _late.Add((happened, translator));
    }

    private void Keep(NatHolding holding)
    {
        Held++;
        if (holding.IsSession)
        {
            _sessions[KeyOf(holding)] = holding;
        }
        else
        {
            BlocksOf(holding.Outer, holding.Protocol).Add(holding);
        }
    }

    private HeldBlocks BlocksOf(IpAddress outer, byte protocol)
    {
        if (!_blocks.TryGetValue((outer, protocol), out var blocks))
        {
            _blocks.Add((outer, protocol), blocks = new HeldBlocks());
        }

        return blocks;
    }

    private static SessionKey KeyOf(NatHolding holding) =>
        new(holding.Outer, holding.Destination.Address, holding.FirstPort, holding.Destination.Port, holding.Protocol);
}
