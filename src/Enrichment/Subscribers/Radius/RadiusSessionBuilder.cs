using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>
/// Joins accounting records to sessions as they come, and tells the sink what each session held. Key: access server, session id, user; a server reuses session ids after
/// a restart, so a record whose session began after the known one had ended, or was last proven, opens a new one. Records may come late and twice; what is kept
/// is bounded by the sessions that are open or ended not long ago. For one thread.
/// </summary>
internal sealed class RadiusSessionBuilder
{
    // Acct-Session-Time is counted in whole seconds and event times come from another clock: a start within this of the end is the same session.
    private const long SameSessionNanoseconds = 60 * PacketTime.NanosecondsPerSecond;

    // A Start sent again carries its event time again; one that had to be computed from the receive time may differ a little.
    private const long SameStartNanoseconds = 5 * PacketTime.NanosecondsPerSecond;

    private readonly RadiusSessionOptions _options;
    private readonly IIntervalSink _sink;
    private readonly RadiusIntervals _intervals;
    private readonly RadiusSessions _sessions;
    private readonly KeptSessions? _kept;
    private readonly PriorityQueue<RadiusRecord, (long Time, long Sequence)> _waiting = new();
    private readonly Dictionary<string, RadiusServer> _servers = new(StringComparer.Ordinal);
    private long _sequence;
    private long _newest = long.MinValue;
    private long _joined = long.MinValue;

    /// <param name="options">How records are joined.</param>
    /// <param name="sink">Takes the intervals.</param>
    /// <param name="kept">
    /// The intervals of accounting that the sink kept of a range and that share a moment with a time, in their newest state; asked when a session is not known. Null when nothing is kept.
    /// </param>
    public RadiusSessionBuilder(RadiusSessionOptions options, IIntervalSink sink, Func<IpRange, PacketTime, PacketTime, IEnumerable<AddressInterval>>? kept = null)
    {
        (_options, _sink) = (options, sink);
        _kept = kept is null ? null : new KeptSessions(kept, sink);
        _intervals = new RadiusIntervals(options.TellsOpen, sink);
        _sessions = new RadiusSessions(options, _intervals);
    }

    public RadiusLog Log { get; } = new();

    /// <summary>Sessions that are known: open, or ended not long ago.</summary>
    public int Known => _sessions.Count;

    public void Add(RadiusRecord record)
    {
        Log.Add(record.Time);
        if (_options.ReorderWindow == TimeSpan.Zero)
        {
            Join(record);
            return;
        }

        _newest = Math.Max(_newest, record.Time.UnixNanoseconds);
        _waiting.Enqueue(record, (record.Time.UnixNanoseconds, _sequence++));
        var until = _newest - (_options.ReorderWindow.Ticks * 100);
        while (_waiting.TryPeek(out _, out var order) && (order.Time <= until || _waiting.Count > _options.MaxWaiting))
        {
            Join(_waiting.Dequeue());
        }
    }

    /// <summary>The input is at its end: joins what waits. Open sessions that were not told yet are, with the end that follows from what is known.</summary>
    public void Complete()
    {
        while (_waiting.TryDequeue(out var record, out _))
        {
            Join(record);
        }

        if (!_options.TellsOpen)
        {
            _sessions.Clear();
        }
    }

    private void Join(RadiusRecord record)
    {
        var server = ServerOf(record.Nas);
        server.Saw(record);
        if (record.Status is AccountingStatus.On or AccountingStatus.Off)
        {
            Restart(server, record.Time);
        }
        else
        {
            Join(record, server);
        }

        _joined = Math.Max(_joined, record.Time.UnixNanoseconds);
        _sessions.Sweep(_joined);
        Log.PushedOut = _sessions.PushedOut;
    }

    private void Join(RadiusRecord record, RadiusServer server)
    {
        var key = new RadiusSessionKey(server.Source.Number, _sink.Intern(record.User), record.SessionId);
        var session = _sessions.Find(key);
        if (session is null && _kept?.Find(record, server, key.User) is { } kept)
        {
            _sessions.TakeBack(key, session = kept);
        }

        if (session is null || IsAnother(session, record))
        {
            if (session is not null)
            {
                session.Follow(RadiusSession.StartOf(record));
                _intervals.TellOpen(session);
                _sessions.Forget(session);
            }

            Open(key, record, server);
            return;
        }

        if (session.IsStopped)
        {
            Log.Duplicates += record.Status == AccountingStatus.Interim ? 0 : 1;
            Log.InterimsAfterStop += record.Status == AccountingStatus.Interim ? 1 : 0;
            ProveLate(session, record);
        }
        else if (record.Status != AccountingStatus.Stop && record.Time < session.LastProof)
        {
            Log.Late++;
            ProveLate(session, record);
        }
        else
        {
            Prove(session, record);
        }
    }

    private void Open(RadiusSessionKey key, RadiusRecord record, RadiusServer server)
    {
        Log.Sessions++;
        var session = new RadiusSession(server, key.User, RadiusSession.StartOf(record), record.Allocations.Count);
        _sessions.Add(key, session);
        session.Prove(record, _sink, _sessions.Taken);
        _sessions.Succeed(session);
        TellProven(session);
    }

    private void Prove(RadiusSession session, RadiusRecord record)
    {
        if (record.Status != AccountingStatus.Stop && record.Time == session.LastProof)
        {
            Log.Duplicates++;
        }
        else if (record.Status == AccountingStatus.Interim)
        {
            session.Server.Source.Rhythm.Saw(TimeSpan.FromTicks((record.Time.UnixNanoseconds - session.LastProof.UnixNanoseconds) / 100));
        }

        session.Prove(record, _sink, _sessions.Taken);
        TellProven(session);
    }

    /// <summary>Older than what is known: it may still be the first proof of an address.</summary>
    private void ProveLate(RadiusSession session, RadiusRecord record)
    {
        if (session.ProveLate(record) && (session.IsStopped || _options.TellsOpen))
        {
            _intervals.Tell(session);
        }
    }

    /// <summary>After a record that is news: tells what it ended, and the rest when open intervals are told.</summary>
    private void TellProven(RadiusSession session)
    {
        for (var i = session.Holdings.Count - 1; i >= 0 && !session.IsStopped; i--)
        {
            var holding = session.Holdings[i];
            if (holding.IsEnded)
            {
                _intervals.Tell(holding);
                _sessions.Drop(holding);
            }
        }

        if (session.IsStopped || _options.TellsOpen)
        {
            _intervals.Tell(session);
        }
    }

    private void Restart(RadiusServer server, PacketTime time)
    {
        if (!server.Source.Restarted(time))
        {
            Log.Duplicates++;
            return;
        }

        if (!_options.TellsOpen)
        {
            return;
        }

        foreach (var session in _sessions.All)
        {
            if (session.Server == server && session.LastProof < time)
            {
                _intervals.TellOpen(session);
            }
        }
    }

    private RadiusServer ServerOf(string nas)
    {
        if (!_servers.TryGetValue(nas, out var server))
        {
            _servers.Add(nas, server = new RadiusServer(_sink.SourceOf(LogKind.Radius, nas)));
        }

        return server;
    }

    private static bool IsAnother(RadiusSession session, RadiusRecord record)
    {
        var known = session.IsStopped ? session.StoppedAt : session.LastProof;
        if (record.Status == AccountingStatus.Start)
        {
            return session.IsStopped
                ? record.Time > known
                : record.Time.UnixNanoseconds > (session.StartIsLogged ? session.From : known).UnixNanoseconds + SameStartNanoseconds;
        }

        return record.SessionSeconds is not null
            && RadiusSession.StartOf(record).UnixNanoseconds > known.UnixNanoseconds + SameSessionNanoseconds;
    }
}
