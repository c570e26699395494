using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>Sessions of earlier runs, as the intervals that they left. Intervals keep no session ids, so a session is known again by its server, its account, an address and its start.</summary>
/// <param name="kept">The intervals of accounting that were kept of a range and share a moment with a time.</param>
/// <param name="sink">Where they were kept.</param>
internal sealed class KeptSessions(Func<IpRange, PacketTime, PacketTime, IEnumerable<AddressInterval>> kept, IIntervalSink sink)
{
    // How long before a record that does not say so its session may have begun.
    private const long LongestSilenceNanoseconds = 86_400 * PacketTime.NanosecondsPerSecond;

    // Addresses whose earlier holders are known in this run; beyond it they are asked for again.
    private const int MostAsked = 1_000_000;

    // The start counted back from Acct-Session-Time and the one that the Start stated are up to some seconds apart.
    private const long SameStartNanoseconds = 60 * PacketTime.NanosecondsPerSecond;

    private readonly HashSet<IpAddress> _asked = [];

    /// <summary>The session of a record; null when none was kept. Whoever else was kept as holding its addresses has lost them.</summary>
    public RadiusSession? Find(RadiusRecord record, RadiusServer server, NameId user)
    {
        RadiusSession? session = null;
        var began = RadiusSession.StartOf(record);
        var isStart = record.Status == AccountingStatus.Start;
        var from = new PacketTime(began.UnixNanoseconds - (isStart || record.SessionSeconds is not null ? SameStartNanoseconds : LongestSilenceNanoseconds));
        foreach (var allocation in record.Allocations)
        {
            // A new session has nothing to be found but who held its addresses before this run.
            if (!IsFirstQuestion(allocation.Range) && isStart)
            {
                continue;
            }

            foreach (var interval in kept(allocation.Range, from, record.Time))
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

    private bool IsFirstQuestion(IpRange range)
    {
        if (_asked.Count >= MostAsked)
        {
            _asked.Clear();
        }

        return _asked.Add(range.First);
    }

    /// <summary>Given out within the session: addresses may have come later than the session itself.</summary>
    private static bool MayBeOf(in AddressInterval interval, RadiusRecord record, PacketTime began) =>
        record is { Status: not AccountingStatus.Start, SessionSeconds: null }
        || (interval.From.UnixNanoseconds >= began.UnixNanoseconds - SameStartNanoseconds && interval.To > began);

    private static bool IsOneRealm(in AddressInterval interval, RadiusServer server) =>
        interval.Source == server.Source.Number || AddressScopes.Of(interval.Range.First) != AddressScope.Inner;
}
