using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Lines;

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

    private readonly StaticLineRegister? _lines;
    private readonly IAddressIntervals? _logs;
    private readonly bool _hasInventory;
    private readonly SubscriberDirectoryOptions _options;
    private readonly long _skew;

    private SubscriberDirectory(StaticLineRegister? lines, IAddressIntervals? logs, SubscriberDirectoryOptions options)
    {
        _lines = lines;
        _logs = logs;
        _hasInventory = lines is { Lines.Count: > 0 } || options.OwnPrefixes.Count > 0;
        _options = options;
        _skew = options.ClockSkew.Ticks * 100;
    }

    public static SubscriberDirectory Build(StaticLineRegister? lines, IAddressIntervals? logs, SubscriberDirectoryOptions? options = null) =>
        new(lines, logs, options ?? new SubscriberDirectoryOptions());

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

        var question = new Question(from, to, Early(from), Late(to));
        var fitting = Join(Find(address, question), port, question, out var needsPort);
        if (needsPort)
        {
            return Insufficient(MissingPort);
        }

        return fitting.Count == 0 ? Nobody(address, scope, from, to) : Answer(fitting, question);
    }

    private List<Holder> Find(IpAddress address, Question question)
    {
        var holders = new List<Holder>();
        var found = new List<AddressInterval>();
        _lines?.Intervals.Find(address, null, question.Early, question.Late, found);
        foreach (var interval in found)
        {
            holders.Add(new Holder(interval, _lines!.Intervals.NameOf(interval.Account), StaticLineRegister.SourceName, _lines.HolderOf(interval)));
        }

        found.Clear();
        _logs?.Find(address, null, question.Early, question.Late, found);
        foreach (var interval in found)
        {
            var account = _logs!.NameOf(interval.Account);
            // An account that is also a line number of the register brings that line's holder, when the register knows exactly one.
            holders.Add(new Holder(interval, account, SourceName(_logs.Sources[interval.Source].Kind), _lines?.FindByLineNumber(account)));
        }

        return holders;
    }

    /// <summary>Walks from the most specific range outwards until the time asked is covered.</summary>
    private static List<Holder> Join(List<Holder> holders, ushort? port, Question question, out bool needsPort)
    {
        needsPort = false;
        var levels = holders
            .GroupBy(holder => holder.Interval.Range)
            .Select(group => (group.Key.Span, Newest: new PacketTime(group.Max(holder => holder.Interval.From.UnixNanoseconds)), Holders: group.ToList()))
            .ToList();
        levels.Sort((left, right) => left.Span != right.Span ? left.Span.CompareTo(right.Span) : right.Newest.UnixNanoseconds.CompareTo(left.Newest.UnixNanoseconds));
        var fitting = new List<Holder>();
        foreach (var (_, _, level) in levels)
        {
            needsPort |= port is null && level.Exists(holder => holder.Interval.SharesAddress);
            fitting.AddRange(level.Where(holder => holder.Account.Length > 0 && holder.Interval.Holds(port)));
            if (needsPort || IsCovered(fitting, question))
            {
                break;
            }
        }

        return fitting;
    }

    private Attribution Answer(List<Holder> fitting, Question question)
    {
        var accounts = fitting.GroupBy(holder => holder.Account, StringComparer.Ordinal).Select(group => group.ToList()).ToList();
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

    private Attribution Nobody(IpAddress address, AddressScope scope, PacketTime from, PacketTime to)
    {
        if (_logs is { } logs && logs.Knows(address))
        {
            return logs.Sources.Any(source => source.Coverage.Covers(from, to)) ? new Attribution(AttributionOutcome.None, []) : Insufficient(MissingTime);
        }

        if (_lines is { } lines && lines.HasHolder(address))
        {
            return new Attribution(AttributionOutcome.None, []);
        }

        if (scope == AddressScope.Inner)
        {
            return Insufficient(MissingInner);
        }

        if (_lines?.Intervals.Knows(address) == true || _options.OwnPrefixes.Any(prefix => prefix.Contains(address)))
        {
            return Insufficient(MissingLog);
        }

        return _hasInventory ? new Attribution(AttributionOutcome.NotOurs, []) : Insufficient(MissingInventory);
    }

    private bool IsProven(List<Holder> holders, Question question)
    {
        var whole = holders.Find(holder => holder.Interval.From <= question.From && holder.Interval.To > question.To);
        return whole?.Interval is { } interval
            && interval.FirstProof <= question.From
            && interval.LastProof >= question.To
            && (interval.From.IsNone || question.From.UnixNanoseconds - interval.From.UnixNanoseconds > 2 * _skew)
            && (interval.To == AddressInterval.Open || interval.To.UnixNanoseconds - question.To.UnixNanoseconds > 2 * _skew);
    }

    private static bool IsCovered(List<Holder> holders, Question question)
    {
        var reached = question.From;
        foreach (var interval in holders.Select(holder => holder.Interval).OrderBy(interval => interval.From.UnixNanoseconds))
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

    private static AttributionCandidate Candidate(List<Holder> holders)
    {
        var first = holders.MinBy(holder => holder.Interval.From.UnixNanoseconds)!;
        var last = holders.MaxBy(holder => holder.Interval.To.UnixNanoseconds)!.Interval;
        var evidence = holders
            .SelectMany(holder => new[] { holder.Interval.FirstLine, holder.Interval.LastLine })
            .Where(line => !line.IsNone)
            .Distinct()
            .Select(line => line.ToString())
            .ToList();
        PacketTime? to = last.To == AddressInterval.Open ? null : last.To;
        return new AttributionCandidate(first.Account, first.Source, first.Interval.From, to, last.Marks.HasFlag(IntervalMarks.EndIsEstimated), evidence)
        {
            Subscriber = holders.Find(holder => holder.Subscriber is not null)?.Subscriber,
        };
    }

    private static string SourceName(LogKind kind) => kind switch
    {
        LogKind.Radius => "radius",
        LogKind.Nat => "nat",
        LogKind.Dhcp => "dhcp",
        _ => StaticLineRegister.SourceName,
    };

    private static Attribution Insufficient(string missing) => new(AttributionOutcome.Insufficient, []) { Missing = [missing] };

    private PacketTime Early(PacketTime time) => new(time.UnixNanoseconds < long.MinValue + _skew ? long.MinValue : time.UnixNanoseconds - _skew);

    private PacketTime Late(PacketTime time) => new(time.UnixNanoseconds > long.MaxValue - 1 - _skew ? long.MaxValue - 1 : time.UnixNanoseconds + _skew);

    /// <summary>The time asked, and the same widened by the clock skew: others within the wider one compete.</summary>
    private readonly record struct Question(PacketTime From, PacketTime To, PacketTime Early, PacketTime Late);

    /// <summary>An interval with its names; no account for an address pool.</summary>
    private sealed record Holder(AddressInterval Interval, string Account, string Source, Subscriber? Subscriber);
}
