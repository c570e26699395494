using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>
/// The sessions that are known: open, or ended not long ago. Whoever begins one ends what it follows: the account's session before on the same port, and whoever had its
/// addresses. Bounded by a number and by the time of the log.
/// </summary>
internal sealed class RadiusSessions
{
    // How often, in the time of the log, sessions that ended long ago are looked for.
    private const long SweepNanoseconds = 600 * PacketTime.NanosecondsPerSecond;

    private readonly RadiusSessionOptions _options;
    private readonly RadiusIntervals _intervals;
    private readonly RadiusHolders _holders = new();
    private readonly Dictionary<RadiusSessionKey, RadiusSession> _sessions = [];
    private readonly Dictionary<(ushort Server, NameId User, NameId Port), RadiusSession> _latestOfAccount = [];
    private readonly Action<RadiusHolding> _ended;
    private long _sweptAt = long.MinValue;

    public RadiusSessions(RadiusSessionOptions options, RadiusIntervals intervals)
    {
        (_options, _intervals) = (options, intervals);
        _ended = intervals.TellOpen;
        Taken = holding => _holders.Add(holding, _ended);
    }

    public int Count => _sessions.Count;

    public IReadOnlyCollection<RadiusSession> All => _sessions.Values;

    /// <summary>To be told of each address that a session takes.</summary>
    public Action<RadiusHolding> Taken { get; }

    /// <summary>Sessions that were forgotten because there were too many.</summary>
    public long PushedOut { get; private set; }

    public RadiusSession? Find(RadiusSessionKey key) => _sessions.GetValueOrDefault(key);

    /// <summary>A session that a store kept, with its addresses.</summary>
    public void TakeBack(RadiusSessionKey key, RadiusSession kept)
    {
        _sessions.Add(key, kept);
        foreach (var holding in kept.Holdings)
        {
            Taken(holding);
        }
    }

    /// <summary>A session that begins, before its addresses are taken.</summary>
    public void Add(RadiusSessionKey key, RadiusSession session)
    {
        if (_sessions.Count >= _options.MaxSessions)
        {
            MakeRoom();
        }

        _sessions[key] = session;
    }

    /// <summary>Accounts may have several sessions at once, each on a port of its own: the next one on a port says that the one before is over.</summary>
    public void Succeed(RadiusSession session)
    {
        var key = PlaceOf(session);
        if (_latestOfAccount.TryGetValue(key, out var other) && other != session)
        {
            if (other.From > session.From)
            {
                session.Follow(other.From);
                return;
            }

            if (other.Follow(session.From))
            {
                _intervals.TellOpen(other);
            }
        }

        _latestOfAccount[key] = session;
    }

    /// <summary>An address of a session ended while the session goes on.</summary>
    public void Drop(RadiusHolding holding)
    {
        _holders.Remove(holding);
        holding.Session.Drop(holding);
    }

    /// <summary>Another session came under its key; its table entry is the other's.</summary>
    public void Forget(RadiusSession session)
    {
        _intervals.TellLost(session);
        foreach (var holding in session.Holdings)
        {
            _holders.Remove(holding);
        }

        var place = PlaceOf(session);
        if (_latestOfAccount.TryGetValue(place, out var latest) && latest == session)
        {
            _latestOfAccount.Remove(place);
        }
    }

    /// <summary>Forgets sessions that ended so long before this time of the log that nothing more is expected of them.</summary>
    public void Sweep(long joined)
    {
        if (_sweptAt == long.MinValue)
        {
            _sweptAt = joined;
        }

        if (joined - _sweptAt < SweepNanoseconds)
        {
            return;
        }

        _sweptAt = joined;
        var until = new PacketTime(joined - (_options.Memory.Ticks * 100));
        Forget(session => (session.IsStopped ? session.StoppedAt : RadiusIntervals.ExpectedEnd(session)) < until);
    }

    /// <summary>Forgets all; those that were not told yet are.</summary>
    public void Clear()
    {
        foreach (var session in _sessions.Values)
        {
            _intervals.TellLost(session);
        }

        _sessions.Clear();
        _latestOfAccount.Clear();
    }

    /// <summary>Forgets the tenth of the sessions that was proven longest ago.</summary>
    private void MakeRoom()
    {
        var proofs = _sessions.Values.Select(session => session.LastProof.UnixNanoseconds).ToArray();
        Array.Sort(proofs);
        var until = new PacketTime(proofs[proofs.Length / 10]);
        var before = _sessions.Count;
        Forget(session => session.LastProof <= until);
        PushedOut += before - _sessions.Count;
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

    private static (ushort Server, NameId User, NameId Port) PlaceOf(RadiusSession session) => (session.Server.Source.Number, session.User, session.NasPort);
}

/// <summary>What records of one session have in common; a server reuses session ids after a restart.</summary>
internal readonly record struct RadiusSessionKey(ushort Server, NameId User, string SessionId);
