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

    // How often, in the time of the log, sessions that ended long ago are looked for.
    private const long SweepNanoseconds = 600 * PacketTime.NanosecondsPerSecond;

    private readonly RadiusSessionOptions _options;
    private readonly IIntervalSink _sink;
    private readonly RadiusIntervals _intervals;
    private readonly RadiusHolders _holders = new();
    private readonly KeptSessions? _kept;
    private readonly PriorityQueue<RadiusRecord, (long Time, long Sequence)> _waiting = new();
    private readonly Dictionary<(ushort Server, NameId User, string SessionId), RadiusSession> _sessions = [];
    private readonly Dictionary<(ushort Server, NameId User, NameId Port), RadiusSession> _latestOfAccount = [];
    private readonly Dictionary<string, RadiusServer> _servers = new(StringComparer.Ordinal);
    private readonly Action<RadiusHolding> _taken;
    private readonly Action<RadiusHolding> _ended;
    private long _sequence;
    private long _newest = long.MinValue;
    private long _joined = long.MinValue;
    private long _sweptAt = long.MinValue;

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
        _taken = holding => _holders.Add(holding, _ended!);
        _ended = holding => TellOpen(holding.Session, holding);
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

        if (_options.TellsOpen)
        {
            return;
        }

        foreach (var session in _sessions.Values)
        {
            TellLost(session);
        }

        _sessions.Clear();
        _latestOfAccount.Clear();
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
        Sweep();
    }

    private void Join(RadiusRecord record, RadiusServer server)
    {
        var key = (server.Source.Number, _sink.Intern(record.User), record.SessionId);
        if (!_sessions.TryGetValue(key, out var session) && _kept?.Find(record, server, key.Item2) is { } kept)
        {
            _sessions.Add(key, session = kept);
            foreach (var holding in kept.Holdings)
            {
                _taken(holding);
            }
        }

        if (session is null || IsAnother(session, record))
        {
            if (session is not null)
            {
                session.Follow(RadiusSession.StartOf(record));
                TellOpen(session);
                Forget(session);
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

    private void Open((ushort Server, NameId User, string SessionId) key, RadiusRecord record, RadiusServer server)
    {
        if (_sessions.Count >= _options.MaxSessions)
        {
            MakeRoom();
        }

        Log.Sessions++;
        var session = new RadiusSession(server, key.User, RadiusSession.StartOf(record), record.Allocations.Count);
        _sessions[key] = session;
        session.Prove(record, _sink, _taken);
        Succeed(session);
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

        session.Prove(record, _sink, _taken);
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
                _holders.Remove(holding);
                session.Drop(holding);
            }
        }

        if (session.IsStopped || _options.TellsOpen)
        {
            _intervals.Tell(session);
        }
    }

    private void TellOpen(RadiusSession session, RadiusHolding? holding = null)
    {
        if (!_options.TellsOpen || session.IsStopped)
        {
            return;
        }

        if (holding is null)
        {
            _intervals.Tell(session);
        }
        else
        {
            _intervals.Tell(holding);
        }
    }

    /// <summary>Tells a session whose Stop never came; where open ones are told, that has been done.</summary>
    private void TellLost(RadiusSession session)
    {
        if (!_options.TellsOpen && !session.IsStopped)
        {
            _intervals.Tell(session);
        }
    }

    /// <summary>Accounts may have several sessions at once, each on a port of its own: the next one on a port says that the one before is over.</summary>
    private void Succeed(RadiusSession session)
    {
        var key = (session.Server.Source.Number, session.User, session.NasPort);
        if (_latestOfAccount.TryGetValue(key, out var other) && other != session)
        {
            if (other.From > session.From)
            {
                session.Follow(other.From);
                return;
            }

            if (other.Follow(session.From))
            {
                TellOpen(other);
            }
        }

        _latestOfAccount[key] = session;
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

        foreach (var session in _sessions.Values)
        {
            if (session.Server == server && session.LastProof < time)
            {
                TellOpen(session);
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

    /// <summary>Forgets sessions that ended so long ago that nothing more is expected of them.</summary>
    private void Sweep()
    {
        if (_sweptAt == long.MinValue)
        {
            _sweptAt = _joined;
        }

        if (_joined - _sweptAt < SweepNanoseconds)
        {
            return;
        }

        _sweptAt = _joined;
        var until = new PacketTime(_joined - (_options.Memory.Ticks * 100));
        Forget(session => (session.IsStopped ? session.StoppedAt : RadiusIntervals.ExpectedEnd(session)) < until);
    }

    /// <summary>Forgets the tenth of the sessions that was proven longest ago.</summary>
    private void MakeRoom()
    {
        var proofs = _sessions.Values.Select(session => session.LastProof.UnixNanoseconds).ToArray();
        Array.Sort(proofs);
        var until = new PacketTime(proofs[proofs.Length / 10]);
        var before = _sessions.Count;
        Forget(session => session.LastProof <= until);
        Log.PushedOut += before - _sessions.Count;
    }

    private void Forget(Func<RadiusSession, bool> isOver)
    {
        foreach (var (key, session) in _sessions)
        {
            if (isOver(session))
            {
                _sessions.Remove(key);
                Forget(session);
            }
        }
    }

    private void Forget(RadiusSession session)
    {
        TellLost(session);
        foreach (var holding in session.Holdings)
        {
            _holders.Remove(holding);
        }

        var account = (session.Server.Source.Number, session.User, session.NasPort);
        if (_latestOfAccount.TryGetValue(account, out var latest) && latest == session)
        {
            _latestOfAccount.Remove(account);
        }
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
