using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Resolution;

/// <summary>Who may have held an address and port in a time, over all sources.</summary>
internal sealed class HoldingFinder(IReadOnlyList<IAddressIntervals> sources, long skew)
{
    /// <summary>Holdings that compete for the time asked. Those whose end or start is not logged are cut by what others held before and after.</summary>
    public List<Holding> Find(IpAddress address, ushort? port, byte protocol, Endpoint? destination, TimeWindow asked)
    {
        var holdings = new List<Holding>();
        var found = new List<AddressInterval>();
        foreach (var source in sources)
        {
            found.Clear();
            var wide = Widest(source, asked);
            source.Find(address, port, wide.From, wide.To, found);
            var first = holdings.Count;
            foreach (var interval in found)
            {
                if (Concerns(interval, protocol, destination))
                {
                    holdings.Add(new Holding(interval, source, asked, skew));
                }
            }

            Cut(source, address, port, holdings, first);
        }

        holdings.RemoveAll(holding => !holding.Competes);
        return holdings;
    }

    private static bool Concerns(in AddressInterval interval, byte protocol, Endpoint? destination) =>
        (protocol == 0 || interval.Protocol == 0 || interval.Protocol == protocol)
        && (destination is not { } far || interval.Destination == default || interval.Destination == far);

    private static void Cut(IAddressIntervals source, IpAddress address, ushort? port, List<Holding> holdings, int first)
    {
        TimeWindow? doubtful = null;
        for (var i = first; i < holdings.Count; i++)
        {
            doubtful = Join(doubtful, holdings[i].UncertainEnd);
            doubtful = Join(doubtful, holdings[i].UncertainStart);
        }

        if (doubtful is not { } window)
        {
            return;
        }

        var others = new List<AddressInterval>();
        source.Find(address, port, window.From, window.To, others);
        for (var i = first; i < holdings.Count; i++)
        {
            foreach (var other in others)
            {
                if (IsSameKey(holdings[i], other, address) && other.Identity != holdings[i].Interval.Identity)
                {
                    holdings[i].CutBy(other);
                }
            }
        }
    }

    /// <summary>Inner addresses are given out by every access server again; public ones only once in the Internet.</summary>
    private static bool IsSameKey(Holding holding, in AddressInterval other, IpAddress address)
    {
        var interval = holding.Interval;
        return other.SharesAddress == interval.SharesAddress
            && other.Range == interval.Range
            && other.FirstPort <= interval.LastPort
            && other.LastPort >= interval.FirstPort
            && (other.Protocol == 0 || interval.Protocol == 0 || other.Protocol == interval.Protocol)
            && (other.Destination == default || interval.Destination == default || other.Destination == interval.Destination)
            && (other.Realm.IsNone || interval.Realm.IsNone || other.Realm == interval.Realm)
            && (other.Source == interval.Source || AddressScopes.Of(address) == AddressScope.Public);
    }

    private TimeWindow Widest(IAddressIntervals source, TimeWindow asked)
    {
        long earlier = 0;
        long later = 0;
        foreach (var log in source.Sources)
        {
            var clock = log.Clock.At(asked.From);
            earlier = Math.Max(earlier, clock.JitterMilliseconds + Math.Max(clock.OffsetMilliseconds, 0));
            later = Math.Max(later, clock.JitterMilliseconds + Math.Max(-clock.OffsetMilliseconds, 0));
        }

        return asked.Widen(skew + (earlier * 1_000_000), skew + (later * 1_000_000));
    }

    private static TimeWindow? Join(TimeWindow? left, TimeWindow? right) =>
        left is not { } one ? right
        : right is not { } other ? left
        : new TimeWindow(one.From < other.From ? one.From : other.From, one.To > other.To ? one.To : other.To);
}
