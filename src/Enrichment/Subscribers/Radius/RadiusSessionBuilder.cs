using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>
/// Sorts accounting records by the time of their event and joins them to sessions. Key: access server, session id, user; a server reuses session ids after
/// a restart, so a record whose session began after the known one had ended, or was last proven, opens a new one.
/// </summary>
internal sealed class RadiusSessionBuilder
{
    // Acct-Session-Time is counted in whole seconds and event times come from another clock: a start within this of the end is the same session.
    private const long SameSessionNanoseconds = 60 * PacketTime.NanosecondsPerSecond;

    // A Start sent again carries its event time again; one that had to be computed from the receive time may differ a little.
    private const long SameStartNanoseconds = 5 * PacketTime.NanosecondsPerSecond;

    private readonly List<RadiusRecord> _records = [];
    private readonly Dictionary<(string Nas, string SessionId, string User), RadiusSession> _current = [];
    private readonly List<RadiusSession> _sessions = [];
    private readonly Dictionary<string, NasLog> _servers = new(StringComparer.Ordinal);
    private long _duplicates;
    private long _afterStop;

    /// <summary>Records that could not be used; each was named as a problem.</summary>
    public long Malformed { get; set; }

    /// <summary>Records of other kinds: authentication, tunnels.</summary>
    public long NotAccounting { get; set; }

    public void Add(RadiusRecord record) => _records.Add(record);

    /// <summary>Joins all records to sessions and hands their intervals to the sink.</summary>
    public RadiusLog Build(IIntervalSink sink)
    {
        foreach (var record in _records.OrderBy(record => record.Time.UnixNanoseconds))
        {
            Join(record, sink);
        }

        new RadiusIntervals(_sessions, _servers, sink).Write();
        return new RadiusLog
        {
            Records = _records.Count,
            Malformed = Malformed,
            NotAccounting = NotAccounting,
            Duplicates = _duplicates,
            InterimsAfterStop = _afterStop,
            Sessions = _sessions.Count,
            FirstRecord = _records.Count == 0 ? null : _records.Min(record => record.Time.UnixNanoseconds) is var first ? new PacketTime(first) : null,
            LastRecord = _records.Count == 0 ? null : _records.Max(record => record.Time.UnixNanoseconds) is var last ? new PacketTime(last) : null,
        };
    }

    private void Join(RadiusRecord record, IIntervalSink sink)
    {
        if (!_servers.TryGetValue(record.Nas, out var server))
        {
            _servers.Add(record.Nas, server = new NasLog(sink.SourceOf(LogKind.Radius, record.Nas)));
        }

        server.LastRecord = record.Time;
        server.Source.Saw(record.Time, record.Received);
        if (record.Status is AccountingStatus.On or AccountingStatus.Off)
        {
            server.Restarts.Add(record.Time);
            return;
        }

        var key = (record.Nas, record.SessionId, record.User);
        if (!_current.TryGetValue(key, out var session) || IsAnother(session, record))
        {
            session = new RadiusSession(record);
            _current[key] = session;
            _sessions.Add(session);
            return;
        }

        if (session.StoppedAt is not null)
        {
            _duplicates += record.Status == AccountingStatus.Interim ? 0 : 1;
            _afterStop += record.Status == AccountingStatus.Interim ? 1 : 0;
            return;
        }

        if (record.Status != AccountingStatus.Stop && record.Time == session.LastProof)
        {
            _duplicates++;
        }
        else if (record.Status == AccountingStatus.Interim)
        {
            server.AddGap((record.Time.UnixNanoseconds - session.LastProof.UnixNanoseconds) / PacketTime.NanosecondsPerSecond);
        }

        session.Prove(record);
    }

    private static bool IsAnother(RadiusSession session, RadiusRecord record)
    {
        var known = session.StoppedAt ?? session.LastProof;
        if (record.Status == AccountingStatus.Start)
        {
            return session.StoppedAt is not null
                ? record.Time > known
                : session.StartIsLogged && record.Time.UnixNanoseconds > session.From.UnixNanoseconds + SameStartNanoseconds;
        }

        return record.SessionSeconds is { } seconds
            && RadiusSession.Back(record.Time, seconds).UnixNanoseconds > known.UnixNanoseconds + SameSessionNanoseconds;
    }
}

/// <summary>What one access server's records show about itself.</summary>
internal sealed class NasLog(LogSource source)
{
    // Enough for a steady median.
    private const int MaxGaps = 1001;
    private readonly List<long> _gaps = [];

    public LogSource Source { get; } = source;

    public PacketTime LastRecord { get; set; }

    /// <summary>Accounting-On and -Off, in the order of their times.</summary>
    public List<PacketTime> Restarts { get; } = [];

    public void AddGap(long seconds)
    {
        if (seconds > 0 && _gaps.Count < MaxGaps)
        {
            _gaps.Add(seconds);
        }
    }

    /// <summary>The usual time between Interim records; null when too few were seen.</summary>
    public long? InterimSeconds()
    {
        _gaps.Sort();
        return _gaps.Count >= 3 ? _gaps[_gaps.Count / 2] : null;
    }
}
