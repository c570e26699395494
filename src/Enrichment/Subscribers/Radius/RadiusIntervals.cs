using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>
/// Sessions to intervals. A session whose Stop was lost ends at the earliest of: the next session of the account on the same port, the next allocation
/// of the address, a restart of the access server, one and a half Interim intervals after its last record; each counted from the last moment
/// that a record proves. Such an end is marked as estimated.
/// </summary>
internal sealed class RadiusIntervals(List<RadiusSession> sessions, Dictionary<string, NasLog> servers, IIntervalSink sink)
{
    private readonly Dictionary<(string Realm, Allocation Allocation), List<(PacketTime From, RadiusSession Session)>> _allocations = [];
    private readonly Dictionary<(string Nas, string User), List<RadiusSession>> _byAccount = [];
    private readonly Dictionary<string, long?> _interimSeconds = servers.ToDictionary(pair => pair.Key, pair => pair.Value.InterimSeconds(), StringComparer.Ordinal);

    public void Write()
    {
        foreach (var session in sessions)
        {
            Entry(_byAccount, (session.Nas, session.User)).Add(session);
            foreach (var holding in session.Holdings)
            {
                Entry(_allocations, Key(session, holding)).Add((holding.From, session));
            }
        }

        foreach (var list in _byAccount.Values)
        {
            list.Sort((left, right) => left.From.UnixNanoseconds.CompareTo(right.From.UnixNanoseconds));
        }

        foreach (var list in _allocations.Values)
        {
            list.Sort((left, right) => left.From.UnixNanoseconds.CompareTo(right.From.UnixNanoseconds));
        }

        foreach (var session in sessions)
        {
            var lost = session.StoppedAt is null ? LostEnd(session) : default;
            foreach (var holding in session.Holdings)
            {
                Write(session, holding, lost);
            }
        }
    }

    private void Write(RadiusSession session, RadiusSession.Holding holding, PacketTime lost)
    {
        var to = holding.To ?? lost;
        var estimated = holding.To is null || holding.EndIsEstimated;
        if (estimated && NextAllocation(session, holding) is { } next && next < to)
        {
            to = next;
        }

        if (to <= holding.From)
        {
            return;
        }

        var (kind, range, firstPort, lastPort) = holding.Allocation;
        sink.Add(new AddressInterval
        {
            Kind = kind == AllocationKind.NatBlock ? IntervalKind.PortBlock : IntervalKind.Session,
            Source = servers[session.Nas].Source.Number,
            Range = range,
            FirstPort = firstPort,
            LastPort = lastPort,
            From = holding.From,
            To = to,
            Marks = (estimated ? IntervalMarks.EndIsEstimated : IntervalMarks.None) | (holding.StartIsEstimated ? IntervalMarks.StartIsEstimated : IntervalMarks.None),
            FirstProof = holding.FirstProof,
            LastProof = holding.LastProof,
            FirstLine = holding.FirstLine,
            LastLine = holding.LastLine,
            Account = sink.Intern(session.User),
            AccessPort = sink.Intern(session.NasPort),
            Realm = kind == AllocationKind.NatBlock ? default : sink.Intern(session.Realm),
        });
    }

    private PacketTime LostEnd(RadiusSession session)
    {
        var server = servers[session.Nas];
        var proven = session.LastProof;
        var interim = session.InterimSeconds ?? _interimSeconds[session.Nas];

        // Without Interim records their absence proves nothing: the session is taken to last until the server's last record, that moment included.
        var end = interim is { } seconds
            ? new PacketTime(proven.UnixNanoseconds + (seconds * PacketTime.NanosecondsPerSecond * 3 / 2))
            : new PacketTime(server.LastRecord.UnixNanoseconds + 1);
        foreach (var time in server.Restarts)
        {
            if (time > proven && time < end)
            {
                end = time;
                break;
            }
        }

        var following = _byAccount[(session.Nas, session.User)].Find(other => other != session && other.From >= proven && IsSamePort(session, other));
        return following is not null && following.From < end ? following.From : end;
    }

    private PacketTime? NextAllocation(RadiusSession session, RadiusSession.Holding holding)
    {
        var list = _allocations[Key(session, holding)];
        var low = 0;
        var high = list.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (list[middle].From < holding.LastProof)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        while (low < list.Count && list[low].Session == session)
        {
            low++;
        }

        return low < list.Count ? list[low].From : null;
    }

    /// <summary>Accounts may have several sessions at once, each on a port of its own.</summary>
    private static bool IsSamePort(RadiusSession left, RadiusSession right) => left.NasPort is null || right.NasPort is null || left.NasPort == right.NasPort;

    /// <summary>Inner addresses are given out by every access server again; public ones only once in the Internet.</summary>
    private static (string Realm, Allocation Allocation) Key(RadiusSession session, RadiusSession.Holding holding) =>
        (AddressScopes.Of(holding.Allocation.Range.First) == AddressScope.Inner ? session.Nas : "", holding.Allocation);

    private static List<T> Entry<TKey, T>(Dictionary<TKey, List<T>> map, TKey key)
        where TKey : notnull
    {
        if (!map.TryGetValue(key, out var list))
        {
            map.Add(key, list = []);
        }

        return list;
    }
}
