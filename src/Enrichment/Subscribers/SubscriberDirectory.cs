using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers;

public sealed record SubscriberDirectoryOptions
{
    /// <summary>How far clocks of logs and captures may be apart. 2 s: what accounting servers with NTP keep, with the delay of a busy access server.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Prefixes of our own beyond those in the static register: they make "not ours" and "nobody" sayable.</summary>
    public IReadOnlyList<IpRange> OwnPrefixes { get; init; } = [];
}

/// <summary>Who was behind an address at a time, by an interval join over all sources. Immutable; replaced whole when a source changes.</summary>
public sealed class SubscriberDirectory
{
    internal const string MissingPort = "source port";
    internal const string MissingInventory = "address inventory";
    internal const string MissingLog = "RADIUS, DHCP or NAT log of this address pool";
    internal const string MissingTime = "RADIUS, DHCP or NAT log of the time asked";
    internal const string MissingInner = "RADIUS or DHCP log of inner addresses";
    internal const string MissingPrecision = "a narrower time: the address was held in part of it only";

    private readonly IntervalIndex _index;
    private readonly IReadOnlyList<ISubscriberSource> _logs;
    private readonly bool _hasInventory;
    private readonly SubscriberDirectoryOptions _options;
    private readonly long _skew;

    private SubscriberDirectory(StaticLineRegister? lines, IReadOnlyList<ISubscriberSource> logs, SubscriberDirectoryOptions options)
    {
        var intervals = logs.SelectMany(log => log.Intervals).Select(interval => WithSubscriber(interval, lines));
        _index = new IntervalIndex(lines is null ? intervals : intervals.Concat(((ISubscriberSource)lines).Intervals));
        _logs = logs;
        _hasInventory = lines is { Lines.Count: > 0 } || options.OwnPrefixes.Count > 0;
        _options = options;
        _skew = options.ClockSkew.Ticks * 100;
    }

    /// <summary>Intervals in the index.</summary>
    public int Count => _index.Count;

    public static SubscriberDirectory Build(StaticLineRegister? lines, RadiusLog? radius, SubscriberDirectoryOptions? options = null) =>
        new(lines, radius is null ? [] : [radius], options ?? new SubscriberDirectoryOptions());

    /// <summary>
    /// Who held the address during the whole time from <paramref name="from"/> to <paramref name="to"/>, both moments included. The most
    /// specific range that was held then decides, a newer one before an older one of the same size. <see cref="AttributionOutcome.Unique"/> only when
    /// one account held it all the time and no other came within <see cref="SubscriberDirectoryOptions.ClockSkew"/>.
    /// </summary>
    public Attribution Lookup(IpAddress address, ushort? port, PacketTime from, PacketTime to)
    {
        var scope = AddressScopes.Of(address);
        if (scope == AddressScope.Impossible || to < from)
        {
            return new Attribution(AttributionOutcome.Invalid, []);
        }

        var ranges = new List<int>();
        _index.FindRanges(address, ranges);
        var question = new Question(from, to, Early(from), Late(to));
        var fitting = Join(ranges, port, question, out var needsPort);
        if (needsPort)
        {
            return Insufficient(MissingPort);
        }

        return fitting.Count == 0 ? Nobody(address, scope, ranges, from, to) : Answer(fitting, question);
    }

    /// <summary>Walks from the most specific range outwards until the time asked is covered.</summary>
    private List<SubscriberInterval> Join(List<int> ranges, ushort? port, Question question, out bool needsPort)
    {
        needsPort = false;
        var levels = new List<(UInt128 Span, PacketTime Newest, List<SubscriberInterval> Intervals)>();
        foreach (var range in ranges)
        {
            var found = new List<SubscriberInterval>();
            _index.FindIntervals(range, question.Early, question.Late, found);
            if (found.Count > 0)
            {
                levels.Add((_index.RangeAt(range).Span, found[0].From, found));
            }
        }

        levels.Sort((left, right) => left.Span != right.Span ? left.Span.CompareTo(right.Span) : right.Newest.UnixNanoseconds.CompareTo(left.Newest.UnixNanoseconds));
        var fitting = new List<SubscriberInterval>();
        foreach (var (_, _, intervals) in levels)
        {
            needsPort |= port is null && intervals.Exists(interval => interval.SharesAddress);
            fitting.AddRange(intervals.Where(interval => interval.Account is not null && (port is not { } p || (interval.FirstPort <= p && p <= interval.LastPort))));
            if (needsPort || IsCovered(fitting, question))
            {
                break;
            }
        }

        return fitting;
    }

    private Attribution Answer(List<SubscriberInterval> fitting, Question question)
    {
        var accounts = fitting.GroupBy(interval => interval.Account, StringComparer.Ordinal).Select(group => group.ToList()).ToList();
        var candidates = accounts
            .ConvertAll(Candidate)
            .OrderBy(candidate => candidate.ValidFrom.UnixNanoseconds)
            .ThenBy(candidate => candidate.Account, StringComparer.Ordinal)
            .ToList();
        if (accounts.Count > 1)
        {
            // domain grades: D for 2 to 20 candidates, E beyond.
            return new Attribution(AttributionOutcome.Ambiguous, candidates) { Grade = accounts.Count <= 20 ? 'D' : 'E' };
        }

        return IsCovered(fitting, question)
            ? new Attribution(AttributionOutcome.Unique, candidates) { Grade = IsProven(accounts[0], question) ? 'A' : 'B' }
            : new Attribution(AttributionOutcome.Insufficient, candidates) { Missing = [MissingPrecision] };
    }

    private Attribution Nobody(IpAddress address, AddressScope scope, List<int> ranges, PacketTime from, PacketTime to)
    {
        var known = ranges.Exists(range => _index.AllOf(range).ToArray().Any(interval => interval.Account is not null && interval.Source != StaticLineRegister.SourceName));
        if (known)
        {
            return _logs.Any(log => log.Covers(from, to)) ? new Attribution(AttributionOutcome.None, []) : Insufficient(MissingTime);
        }

        var fixedLine = ranges.Exists(range => _index.AllOf(range).ToArray().Any(interval => interval.Account is not null));
        if (fixedLine)
        {
            return new Attribution(AttributionOutcome.None, []);
        }

        if (scope == AddressScope.Inner)
        {
            return Insufficient(MissingInner);
        }

        if (ranges.Count > 0 || _options.OwnPrefixes.Any(prefix => prefix.Contains(address)))
        {
            return Insufficient(MissingLog);
        }

        return _hasInventory ? new Attribution(AttributionOutcome.NotOurs, []) : Insufficient(MissingInventory);
    }

    private bool IsProven(List<SubscriberInterval> intervals, Question question)
    {
        var whole = intervals.Find(interval => interval.From <= question.From && interval.To > question.To);
        return whole is not null
            && whole.FirstProof <= question.From
            && whole.LastProof >= question.To
            && (whole.From.IsNone || question.From.UnixNanoseconds - whole.From.UnixNanoseconds > 2 * _skew)
            && (whole.To == SubscriberInterval.Open || whole.To.UnixNanoseconds - question.To.UnixNanoseconds > 2 * _skew);
    }

    private static bool IsCovered(List<SubscriberInterval> intervals, Question question)
    {
        var reached = question.From;
        foreach (var interval in intervals.OrderBy(interval => interval.From.UnixNanoseconds))
        {
            if (interval.From > reached)
            {
                return false;
            }

            if (interval.To > question.To)
            {
                return true;
            }

            reached = interval.To > reached ? interval.To : reached;
        }

        return false;
    }

    private static AttributionCandidate Candidate(List<SubscriberInterval> intervals)
    {
        var first = intervals.MinBy(interval => interval.From.UnixNanoseconds)!;
        var last = intervals.MaxBy(interval => interval.To.UnixNanoseconds)!;
        var evidence = intervals.SelectMany(interval => interval.Evidence).Select(Convert.ToHexStringLower).Distinct(StringComparer.Ordinal).ToList();
        PacketTime? to = last.To == SubscriberInterval.Open ? null : last.To;
        return new AttributionCandidate(first.Account!, first.Source, first.From, to, last.EndIsEstimated, evidence)
        {
            Subscriber = intervals.Find(interval => interval.Subscriber is not null)?.Subscriber,
        };
    }

    /// <summary>An account that is also a line number of the register brings that line's holder, when the register knows exactly one.</summary>
    private static SubscriberInterval WithSubscriber(SubscriberInterval interval, StaticLineRegister? lines) =>
        interval.Account is { } account && interval.Subscriber is null && lines?.FindByLineNumber(account) is { } subscriber
            ? interval with { Subscriber = subscriber }
            : interval;

    private static Attribution Insufficient(string missing) => new(AttributionOutcome.Insufficient, []) { Missing = [missing] };

    private PacketTime Early(PacketTime time) => new(time.UnixNanoseconds < long.MinValue + _skew ? long.MinValue : time.UnixNanoseconds - _skew);

    private PacketTime Late(PacketTime time) => new(time.UnixNanoseconds > long.MaxValue - 1 - _skew ? long.MaxValue - 1 : time.UnixNanoseconds + _skew);

    /// <summary>The time asked, and the same widened by the clock skew: others within the wider one compete.</summary>
    private readonly record struct Question(PacketTime From, PacketTime To, PacketTime Early, PacketTime Late);
}
