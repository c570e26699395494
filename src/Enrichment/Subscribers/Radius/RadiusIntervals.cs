using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>
/// Sessions to intervals. A session without a Stop ends at the earliest of: the next session of the account on the same port, the next allocation
/// of the address, a restart of the access server, one and a half Interim intervals after its last record; each counted from the last moment
/// that a record proves. Such an end is marked as estimated, and moves when a record proves more.
/// </summary>
internal sealed class RadiusIntervals(bool tellsOpen, IIntervalSink sink)
{
    public void Tell(RadiusSession session)
    {
        foreach (var holding in session.Holdings)
        {
            Tell(holding);
        }
    }

    public void Tell(RadiusHolding holding)
    {
        var session = holding.Session;
        var estimated = !holding.IsEnded || holding.EndIsEstimated;
        var to = holding.IsEnded ? holding.To : LostEnd(session);
        if (estimated && !holding.Next.IsNone && holding.Next < to)
        {
            to = holding.Next;
        }

        if (to <= holding.From)
        {
            if (!tellsOpen)
            {
                return;
            }

            // It was told as open: the moment of its proof is all that is left of it.
            to = new PacketTime(holding.From.UnixNanoseconds + 1);
        }

        var (kind, range, firstPort, lastPort) = holding.Allocation;
        sink.Add(new AddressInterval
        {
            Kind = kind == AllocationKind.NatBlock ? IntervalKind.PortBlock : IntervalKind.Session,
            Source = session.Server.Source.Number,
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
            Account = session.User,
            AccessPort = session.NasPort,
            Realm = kind == AllocationKind.NatBlock ? default : session.Realm,
        });
    }

    /// <summary>Tells a session that goes on, where open ones are told.</summary>
    public void TellOpen(RadiusSession session)
    {
        if (tellsOpen && !session.IsStopped)
        {
            Tell(session);
        }
    }

    /// <summary>The same for one address of a session.</summary>
    public void TellOpen(RadiusHolding holding)
    {
        if (tellsOpen && !holding.Session.IsStopped)
        {
            Tell(holding);
        }
    }

    /// <summary>Tells a session whose Stop never came; where open ones are told, that has been done.</summary>
    public void TellLost(RadiusSession session)
    {
        if (!tellsOpen && !session.IsStopped)
        {
            Tell(session);
        }
    }

    /// <summary>When a session without a Stop is taken to end from what is known now; <see cref="AddressInterval.Open"/> when nothing says.</summary>
    public static PacketTime ExpectedEnd(RadiusSession session)
    {
        var end = session.Server.Source.LatestEnd(session.LastProof, session.InterimSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        return !session.Following.IsNone && session.Following < end ? session.Following : end;
    }

    /// <summary>Without Interim records their absence proves nothing: at the end of a log the session is taken to last until the server's last record, that moment included.</summary>
    private PacketTime LostEnd(RadiusSession session)
    {
        var end = ExpectedEnd(session);
        var last = new PacketTime(session.Server.LastRecord.UnixNanoseconds + 1);
        return !tellsOpen && end == AddressInterval.Open ? last : end;
    }
}
