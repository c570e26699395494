using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>Sessions of earlier runs, as the intervals that they left open. Intervals keep no session ids, so a session is known again by its server, its account, an address and its start.</summary>
/// <param name="kept">The intervals of accounting without a logged end that were kept of a range.</param>
/// <param name="sink">Where they were kept.</param>
internal sealed class KeptSessions(Func<IpRange, IEnumerable<AddressInterval>> kept, IIntervalSink sink)
{
    // The start counted back from Acct-Session-Time and the one that the Start stated are up to some seconds apart.
    private const long SameStartNanoseconds = 60 * PacketTime.NanosecondsPerSecond;

    /// <summary>The session of a record; null when none was kept. Whoever else was kept as holding its addresses has lost them.</summary>
    public RadiusSession? Find(RadiusRecord record, RadiusServer server, NameId user)
    {
        RadiusSession? session = null;
        var began = RadiusSession.StartOf(record);
        foreach (var allocation in record.Allocations)
        {
            foreach (var interval in kept(allocation.Range))
            {
                if (Allocation.Of(interval) != allocation || interval.LastProof > record.Time)
                {
                    continue;
                }

                if (interval.Source == server.Source.Number && interval.Account == user && MayBeOf(interval, record, began))
                {
                    session ??= new RadiusSession(server, user, interval.From, record.Allocations.Count);
                    session.TakeBack(interval);
                }
                else if (interval.LastProof <= began && interval.To > began && IsOneRealm(interval, server))
                {
                    var end = began > interval.From ? began : new PacketTime(interval.From.UnixNanoseconds + 1);
                    sink.Add(interval with { To = end, Marks = interval.Marks | IntervalMarks.EndIsEstimated });
                }
            }
        }

        return session;
    }

    /// <summary>Given out within the session: addresses may have come later than the session itself.</summary>
    private static bool MayBeOf(in AddressInterval interval, RadiusRecord record, PacketTime began) =>
        record is { Status: not AccountingStatus.Start, SessionSeconds: null } || interval.From.UnixNanoseconds >= began.UnixNanoseconds - SameStartNanoseconds;

    private static bool IsOneRealm(in AddressInterval interval, RadiusServer server) =>
        interval.Source == server.Source.Number || AddressScopes.Of(interval.Range.First) != AddressScope.Inner;
}
