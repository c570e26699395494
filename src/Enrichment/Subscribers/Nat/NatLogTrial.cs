using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Nat.Templates;
using MinerFlow.Enrichment.Subscribers.Receivers;
using MinerFlow.Enrichment.Subscribers.Store;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>An event that a line of a sample, counted from 1, gave.</summary>
public sealed record TrialEvent(int Line, NatEventKind Kind, string Device, PacketTime Time, IpAddress Inner, IpAddress Outer, int FirstPort, int LastPort, byte Protocol)
{
    public string? Vrf { get; init; }

    public string? Account { get; init; }

    public int InnerPort { get; init; }

    public IpAddress Destination { get; init; }

    public int DestinationPort { get; init; }

    public PacketTime Started { get; init; }

    public PacketTime Received { get; init; }

    /// <summary>Names the line: the first 16 bytes of its SHA-256, lower-case hexadecimal.</summary>
    public required string Digest { get; init; }
}

/// <summary>A line, or a record of it, that gave nothing.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">Where the pattern stopped fitting, counted from 1; 0 when none began to fit.</param>
/// <param name="Reason">Why.</param>
/// <param name="Expected">The part of the pattern that did not fit; empty when none began to fit.</param>
/// <param name="Found">What stood there, cut; from the operator's own sample.</param>
/// <param name="Pattern">The whole pattern; empty when none began to fit.</param>
public sealed record TrialRejection(int Line, int Column, LineRejection Reason, string Expected, string Found, string Pattern);

/// <summary>Ports of a public address and who held them, as the sample's events give it.</summary>
public sealed record TrialInterval(string Device, IpAddress Inner, IpAddress Outer, int FirstPort, int LastPort, byte Protocol, PacketTime From, PacketTime? To)
{
    public string? Vrf { get; init; }

    public string? Account { get; init; }

    public bool StartIsEstimated { get; init; }

    public bool EndIsEstimated { get; init; }

    public PacketTime LastProof { get; init; }
}

/// <summary>One profile read against a sample of a log, for the operator who writes it.</summary>
public sealed class NatLogTrial
{
    /// <summary>What is shown of a place that did not fit.</summary>
    private const int MostFound = 40;

    private readonly NatProfile _profile;
    private readonly List<TrialEvent> _events = [];
    private readonly List<TrialRejection> _rejections = [];
    private readonly List<TrialInterval> _intervals = [];

    private NatLogTrial(NatProfile profile) => _profile = profile;

    public IReadOnlyList<TrialEvent> Events => _events;

    public IReadOnlyList<TrialRejection> Rejections => _rejections;

    public IReadOnlyList<TrialInterval> Intervals => _intervals;

    public long Lines { get; private set; }

    /// <summary>Records that the profile knows and that say nothing about a holder.</summary>
    public long Ignored { get; private set; }

    public long BadPriorities { get; private set; }

    /// <summary>Names of the profiles in a rules folder.</summary>
    public static IReadOnlyList<string> ProfilesOf(string rules, ICollection<Problem> problems) => [.. NatProfiles.Load(rules, problems).All.Select(profile => profile.Name)];

    /// <summary>Reads the profile; null when it has problems, which are added.</summary>
    public static NatLogTrial? Open(string profileFile, ICollection<Problem> problems) =>
        NatProfiles.LoadOne(profileFile, problems) is { } profile ? new NatLogTrial(profile) : null;

    /// <summary>Path of a profile's file in a rules folder.</summary>
    public static string PathOf(string rules, string profile) => Path.Combine(rules, NatProfiles.Folder, profile + ".yaml");

    /// <summary>Reads a sample to its end.</summary>
    /// <param name="sample">The sample's file.</param>
    /// <param name="timeZone">What times without offset are relative to; null for the zone of the profile.</param>
    /// <param name="reference">Gives the year that some lines leave out.</param>
    /// <param name="problems">Takes what cannot be read.</param>
    public void Read(string sample, TimeSpan? timeZone, PacketTime reference, ICollection<Problem> problems) =>
        Read(reader => LogLines.ReadAll(sample, reader, problems), timeZone, reference);

    /// <summary>Reads the lines that the service put into quarantine because no profile understood them then.</summary>
    /// <param name="folder">Of the quarantine.</param>
    /// <param name="keyFolder">Of its key.</param>
    /// <param name="timeZone">What times without offset are relative to; null for the zone of the profile.</param>
    /// <param name="reference">Gives the year that some lines leave out.</param>
    /// <param name="problems">Takes why they cannot be read.</param>
    public void ReadQuarantine(string folder, string keyFolder, TimeSpan? timeZone, PacketTime reference, ICollection<Problem> problems)
    {
        try
        {
            var lines = Quarantine.Read(folder, keyFolder).ToList();
            Read(reader => lines.ForEach(line => reader.Take(line.Line)), timeZone, reference);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or IntervalStoreException)
        {
            problems.Add(new Problem(folder, 0, 0, problem.Message));
        }
    }

    private void Read(Action<ILineHandler> lines, TimeSpan? timeZone, PacketTime reference)
    {
        var sink = new Sink(_intervals);
        var builder = new NatIntervalBuilder(new NatIntervalOptions { MaxWaiting = int.MaxValue }, sink);
        var reader = new Reader(this, builder);
        var parser = new NatLineParser(_profile, new NatLineOptions { TimeZone = timeZone, Reference = reference }, reader);
        reader.Parser = parser;
        lines(reader);
        builder.Complete();
        _intervals.Sort(Compare);
        Lines = parser.Counters.Lines;
        Ignored = parser.Counters.Ignored;
        BadPriorities = parser.Counters.BadPriorities;
    }

    private static int Compare(TrialInterval left, TrialInterval right)
    {
        var order = left.Outer.CompareTo(right.Outer);
        order = order != 0 ? order : left.FirstPort.CompareTo(right.FirstPort);
        return order != 0 ? order : left.From.UnixNanoseconds.CompareTo(right.From.UnixNanoseconds);
    }

    /// <summary>Keeps intervals with their names.</summary>
    private sealed class Sink(List<TrialInterval> intervals) : IIntervalSink
    {
        private readonly List<LogSource> _sources = [];
        private readonly NameTable _names = new();

        public LogSource SourceOf(LogKind kind, string device)
        {
            if (_sources.Find(known => known.Device == device) is { } source)
            {
                return source;
            }

            _sources.Add(new LogSource((ushort)_sources.Count, kind, device));
            return _sources[^1];
        }

        public NameId Intern(ReadOnlySpan<char> name) => _names.Intern(name);

        public void Add(in AddressInterval interval) => intervals.Add(new TrialInterval(
            _sources[interval.Source].Device,
            interval.Inner,
            interval.Range.First,
            interval.FirstPort,
            interval.LastPort,
            interval.Protocol,
            interval.From,
            interval.To == AddressInterval.Open ? null : interval.To)
        {
            Vrf = interval.Realm.IsNone ? null : _names[interval.Realm],
            Account = interval.Account.IsNone ? null : _names[interval.Account],
            StartIsEstimated = interval.Marks.HasFlag(IntervalMarks.StartIsEstimated),
            EndIsEstimated = interval.Marks.HasFlag(IntervalMarks.EndIsEstimated),
            LastProof = interval.LastProof,
        });
    }

    private sealed class Reader(NatLogTrial trial, NatIntervalBuilder builder) : ILineHandler, INatEventHandler
    {
        private int _line;

        public NatLineParser? Parser { get; set; }

        public void Take(ReadOnlySpan<byte> line)
        {
            _line++;
            var reason = Parser!.Parse(line, PacketTime.None);
            if (reason != LineRejection.None)
            {
                trial._rejections.Add(Explain(line, reason, Parser.Failure));
            }
        }

        public void Take(in NatEvent happened)
        {
            builder.Take(happened);
            if (happened.Kind == NatEventKind.Ignored)
            {
                return;
            }

            trial._events.Add(new TrialEvent(
                _line, happened.Kind, happened.Device, happened.Time, happened.Inner, happened.Outer, happened.FirstPort, happened.LastPort, happened.Protocol)
            {
                Vrf = happened.Vrf,
                Account = happened.Account,
                InnerPort = happened.InnerPort,
                Destination = happened.Destination,
                DestinationPort = happened.DestinationPort,
                Started = happened.Started,
                Received = happened.Received,
                Digest = happened.Digest.ToString(),
            });
        }

        private TrialRejection Explain(ReadOnlySpan<byte> line, LineRejection reason, in LineFailure failure)
        {
            if (failure.Template is not { } template)
            {
                return new TrialRejection(_line, 0, reason, "", "", "");
            }

            var cleaned = LineCleaner.Clean(line, new byte[line.Length]);
            var found = cleaned[Math.Min(failure.Position, cleaned.Length)..];
            return new TrialRejection(_line, failure.Position + 1, reason, failure.Step?.Spelling ?? "", Encoding.UTF8.GetString(found[..Math.Min(found.Length, MostFound)]), template.Text);
        }
    }
}
