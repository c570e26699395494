using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Dhcp;

/// <summary>
/// Joins what a server wrote of each address to intervals: from the first time a client is given it, over its renewals, until it is given back, runs
/// out, or another client has it.
/// </summary>
internal sealed class DhcpIntervals(IIntervalSink sink, LogSource source, DhcpLogCounters counters) : IDhcpEventHandler
{
    private readonly List<DhcpEvent> _events = [];

    public void Take(DhcpEvent happened) => _events.Add(happened);

    /// <summary>Hands the intervals of everything taken to the sink.</summary>
    public void Complete()
    {
        foreach (var happened in _events.OrderBy(happened => happened.Time.UnixNanoseconds))
        {
            source.Saw(happened.Time);
        }

        foreach (var leases in _events.GroupBy(happened => (happened.Range, happened.Realm)))
        {
            Holding? holding = null;
            foreach (var happened in leases.OrderBy(happened => happened.Time.UnixNanoseconds))
            {
                holding = Join(holding, happened);
            }

            if (holding is { } last)
            {
                Add(last, last.Expires);
            }
        }
    }

    private Holding? Join(Holding? holding, DhcpEvent happened)
    {
        if (holding is { } before && before.First.Client == happened.Client && happened.Time <= before.Expires)
        {
            if (happened.Kind == DhcpEventKind.Held)
            {
                return before with { Last = happened, Expires = happened.Expires };
            }

            if (!happened.TimeIsEstimated)
            {
                Add(before with { Last = happened, IsClosed = true }, happened.Time);
            }
            else
            {
                Add(before, happened.Time);
            }

            return null;
        }

        if (happened.Kind == DhcpEventKind.Ended)
        {
            return holding;
        }

        if (holding is { } other)
        {
            Add(other, other.Expires < happened.Time ? other.Expires : happened.Time);
        }

        return new Holding(happened, happened, happened.Expires, IsClosed: false);
    }

    private void Add(Holding holding, PacketTime end)
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
            // A lease that ran out ended when the server had said it would.
            Marks = holding.IsClosed || end == holding.Expires ? IntervalMarks.None : IntervalMarks.EndIsEstimated,
            FirstProof = holding.First.Time,
            LastProof = holding.Last.Time,
            FirstLine = holding.First.Digest,
            LastLine = holding.Last.Digest,
        });
    }

    /// <summary>What a client has of an address until now.</summary>
    private readonly record struct Holding(DhcpEvent First, DhcpEvent Last, PacketTime Expires, bool IsClosed);
}
