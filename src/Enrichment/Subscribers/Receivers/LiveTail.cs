using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Dhcp;
using MinerFlow.Enrichment.Subscribers.Ingest;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Radius;

namespace MinerFlow.Enrichment.Subscribers.Receivers;

/// <summary>A log file that is followed.</summary>
internal sealed class LiveTail : ILiveSource
{
    private readonly LogTail _tail;
    private readonly Func<IEnumerable<LiveSourceCount>> _counts;
    private long _linesBefore;
    private PacketTime _lastSeen = PacketTime.None;

    private LiveTail(string path, ITailReader reader, IntervalIntake intake, Func<IEnumerable<LiveSourceCount>> counts) =>
        (_tail, _counts) = (new LogTail(path, reader, intake), counts);

    public static LiveTail Nat(TailedLog log, NatProfile profile, IntervalIntake intake, Quarantine? quarantine, TimeProvider clock)
    {
        var reader = new NatLines(log, profile, intake, quarantine, clock);
        return new LiveTail(log.Path, reader, intake, () => LiveReceiver.Counts("", reader.Counters));
    }

    public static LiveTail Radius(TailedLog log, IntervalIntake intake)
    {
        var reader = new DetailLines(intake.Radius);
        return new LiveTail(log.Path, reader, intake, () => [new("", "taken", reader.Taken), new("", "passed", reader.Passed), new("", "Malformed", reader.Malformed)]);
    }

    public static LiveTail Leases(TailedLog log, IntervalIntake intake)
    {
        var reader = new LeaseLines(log, intake);
        return new LiveTail(log.Path, reader, intake, () =>
            [new("", "taken", reader.Counters.Records), new("", "passed", reader.Counters.Ignored), new("", "Malformed", reader.Counters.Malformed), new("", "OutOfOrder", reader.Counters.OutOfOrder)]);
    }

    /// <summary>Reads what was appended, up to a bound; true when there is more.</summary>
    public bool Read(PacketTime now)
    {
        var isMore = _tail.Read();
        _lastSeen = _tail.Lines > _linesBefore ? now : _lastSeen;
        _linesBefore = _tail.Lines;
        return isMore;
    }

    public void Close() => _tail.Dispose();

    public void Dispose() => Close();

    public LiveSourceState State() => new(
        _tail.Path, "tail", [.. _counts().Append(new("", "lines", _tail.Lines)).Append(new("", "Unreadable", _tail.Failures)).Where(count => count.Count > 0)], _lastSeen, _tail.Behind);

    private sealed class NatLines(TailedLog log, NatProfile profile, IntervalIntake intake, Quarantine? quarantine, TimeProvider clock) : ITailReader
    {
        private NatLineParser? _parser;

        public NatLineCounters Counters { get; } = new();

        public void Begin(string path)
        {
            var written = PacketTime.From(new DateTimeOffset(File.GetLastWriteTimeUtc(path)));
            _parser = new NatLineParser(profile, new NatLineOptions { TimeZone = log.TimeZone, Reference = written }, intake.Nat, Counters);
        }

        public bool Take(ReadOnlySpan<byte> line)
        {
            if (_parser!.Parse(line, PacketTime.None) is var rejection and not (LineRejection.None or LineRejection.Empty))
            {
                quarantine?.Add(log.Path, rejection.ToString(), line, PacketTime.From(clock.GetUtcNow()));
            }

            return true;
        }
    }

    private sealed class DetailLines(RadiusSessionBuilder sessions) : ITailReader
    {
        private RadiusRecordParser? _parser;

        public long Taken { get; private set; }

        public long Passed { get; private set; }

        public long Malformed { get; private set; }

        public void Begin(string path) => _parser = new RadiusRecordParser(path, sessions, [], new RadiusOptions { MaxNamedProblems = 0 });

        public bool Take(ReadOnlySpan<byte> line)
        {
            // The sessions' own counters are of every source of accounting.
            var log = sessions.Log;
            var (taken, passed, malformed) = (log.Records, log.NotAccounting, log.Malformed);
            _parser!.Take(line);
            Taken += log.Records - taken;
            Passed += log.NotAccounting - passed;
            Malformed += log.Malformed - malformed;
            return _parser.IsBetweenRecords;
        }
    }

    /// <summary>
    /// A server writes its file anew now and then, with the leases as they are: it holds what goes on, so after a start it is read from its beginning, which says again what the store has.
    /// </summary>
    private sealed class LeaseLines(TailedLog log, IntervalIntake intake) : ITailReader
    {
        private DhcpIntervals? _leases;
        private DhcpLines? _lines;

        public DhcpLogCounters Counters { get; } = new();

        public void Begin(string path)
        {
            _leases ??= intake.LeasesOf(DhcpLog.ServerOf(log.Path), Counters);
            _lines = new DhcpLines(path, [], Counters, log.TimeZone, _leases);
        }

        public bool Take(ReadOnlySpan<byte> line)
        {
            _lines!.Take(line);
            return false;
        }
    }
}
