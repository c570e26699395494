using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Dhcp;

/// <summary>
/// Joins what a server writes of each address to intervals: from the first time a client is given it, over its renewals, until it is given back, runs
/// out, or another client has it. What is kept is one state for each address that is leased, however long the log is.
/// </summary>
/// <param name="sink">Takes the intervals.</param>
/// <param name="source">The server's log.</param>
/// <param name="counters">Counted on.</param>
internal sealed class DhcpIntervals(IIntervalSink sink, LogSource source, DhcpLogCounters counters) : IDhcpEventHandler
{
    // A lease that ran out may still be spoken of for a while: reclaimed, or renewed by a client that came late.
    private const long MemoryNanoseconds = 3600 * PacketTime.NanosecondsPerSecond;

    private readonly Dictionary<(IpRange Range, string Realm), Holding> _holdings = [];
    private readonly HashSet<(IpRange Range, string Realm)> _news = [];

    /// <summary>Leases in memory.</summary>
    public int Held => _holdings.Count;

    public void Take(DhcpEvent happened)
    {
        source.Saw(happened.Time);
        var key = (happened.Range, happened.Realm);
        Holding? before = _holdings.TryGetValue(key, out var known) ? known : null;
        if (Join(before, happened) is { } holding)
        {
            _holdings[key] = holding;
            _news.Add(key);
        }
        else
        {
            _holdings.Remove(key);
            _news.Remove(key);
        }
    }

    /// <summary>For logs that go on: hands out what is leased and was not handed out as it is now, and lets go of what ran out long ago.</summary>
    public void TellOpen()
    {
        foreach (var key in _news)
        {
            Add(_holdings[key]);
        }

        _news.Clear();
        if (source.Coverage.Last is not { } last)
        {
            return;
        }

        foreach (var (key, holding) in _holdings)
        {
            if (holding.Expires != AddressInterval.Open && holding.Expires.UnixNanoseconds + MemoryNanoseconds < last.UnixNanoseconds)
            {
                // Told once more: now it is known that it ran out.
                Add(holding);
                _holdings.Remove(key);
            }
        }
    }

    /// <summary>The log is at its end: hands out what is leased.</summary>
    public void Complete()
    {
        foreach (var holding in _holdings.Values)
        {
            Add(holding);
        }

        _holdings.Clear();
        _news.Clear();
    }

    /// <summary>What is held after the event; null when nothing is.</summary>
    private Holding? Join(Holding? holding, DhcpEvent happened)
    {
        if (holding is { } known && happened.Time < known.Last.Time)
        {
            return JoinEarlier(known, happened);
        }

        if (holding is { } before && before.First.Client == happened.Client && happened.Time <= before.Expires)
        {
            if (happened.Kind == DhcpEventKind.Held)
            {
                return before with { Last = happened, Expires = happened.Expires };
            }

            Add(happened.TimeIsEstimated ? before : before with { Last = happened }, happened.Time, isLogged: !happened.TimeIsEstimated);
            return null;
        }

        if (happened.Kind == DhcpEventKind.Ended)
        {
            return holding;
        }

        if (holding is { } other)
        {
            var hasRunOut = other.Expires < happened.Time;
            Add(other, hasRunOut ? other.Expires : happened.Time, isLogged: hasRunOut);
        }

        return new Holding(happened, happened, happened.Expires);
    }

    /// <summary>
    /// A file that is read again from its start, or a clock that was set back: what the same client did before is known; another client's earlier lease, written
    /// later, contradicts this one, which is then not claimed beyond its last proof.
    /// </summary>
    private Holding? JoinEarlier(Holding holding, DhcpEvent happened)
    {
        counters.OutOfOrder++;
        if (happened.Kind == DhcpEventKind.Ended || happened.Client == holding.First.Client)
        {
            return holding;
        }

        Add(holding, holding.Last.Time, isLogged: false);
        return null;
    }

    /// <summary>Until when the server said; that is an end that was logged once the log has gone on beyond it, and until then one that may still move.</summary>
    private void Add(Holding holding) => Add(holding, holding.Expires, isLogged: holding.Expires == AddressInterval.Open || source.Coverage.Last >= holding.Expires);

    private void Add(Holding holding, PacketTime end, bool isLogged)
    {
        counters.Intervals++;
        sink.Add(new AddressInterval
        {
            Kind = IntervalKind.Lease,
            Source = source.Number,
            Range = holding.First.Range,
            Realm = sink.Intern(holding.First.Realm),
            // The client is all there is of a line without relay information.
            AccessPort = sink.Intern(holding.First.AccessPort.Length > 0 ? holding.First.AccessPort : holding.First.Client),
            From = holding.First.Time,
            To = end < holding.Last.Time ? holding.Last.Time : end,
            Marks = isLogged ? IntervalMarks.None : IntervalMarks.EndIsEstimated,
            FirstProof = holding.First.Time,
            LastProof = holding.Last.Time,
            FirstLine = holding.First.Digest,
            LastLine = holding.Last.Digest,
        });
    }

    /// <summary>What a client has of an address until now.</summary>
    private readonly record struct Holding(DhcpEvent First, DhcpEvent Last, PacketTime Expires);
}
