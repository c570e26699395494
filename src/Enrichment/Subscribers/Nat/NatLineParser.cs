using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Nat.Templates;

namespace MinerFlow.Enrichment.Subscribers.Nat;

internal sealed record NatLineOptions
{
    /// <summary>What times without offset are relative to; null for the zone of the profile.</summary>
    public TimeSpan? TimeZone { get; init; }

    /// <summary>What a device is called that its lines do not name.</summary>
    public string Device { get; init; } = "nat";

    /// <summary>Gives the year that some lines leave out: any moment within half a year of them.</summary>
    public PacketTime Reference { get; init; } = PacketTime.None;

    /// <summary>Longest line that is read. 8 KiB: RFC 5425 asks receivers for 8,192 octets; beyond it no device was seen.</summary>
    public int MaxLineBytes { get; init; } = 8 * 1024;
}

/// <summary>What became of the lines of one source; a line has one record or several, and each record gave an event, was ignored or rejected.</summary>
internal sealed class NatLineCounters
{
    private readonly long[] _rejected = new long[Enum.GetValues<LineRejection>().Length];

    public long Lines { get; set; }

    public long Events { get; set; }

    /// <summary>Records that the profile knows and that say nothing about a holder.</summary>
    public long Ignored { get; set; }

    /// <summary>Heads whose priority is none; their lines are read all the same.</summary>
    public long BadPriorities { get; set; }

    public long this[LineRejection reason] => _rejected[(int)reason];

    public long Rejected => _rejected.Sum();

    public void Reject(LineRejection reason) => _rejected[(int)reason]++;
}

/// <summary>Takes events one by one.</summary>
internal interface INatEventHandler
{
    void Take(in NatEvent happened);
}

/// <summary>Reads the lines of one source with one profile. Allocates nothing per line after each name was seen once. Not for several threads at a time.</summary>
internal sealed class NatLineParser(NatProfile profile, NatLineOptions options, INatEventHandler handler, NatLineCounters? counters = null)
{
    private readonly byte[] _cleaned = new byte[options.MaxLineBytes];
    private readonly ByteNames _names = new();
    private readonly TimeSpan _zone = options.TimeZone ?? profile.TimeZone;
    private LineFailure _failure;

    /// <summary>Its own, or those of a source that goes on over several files.</summary>
    public NatLineCounters Counters { get; } = counters ?? new();

    /// <summary>Why the last line, or its last bad record, gave no event.</summary>
    public LineFailure Failure => _failure;

    /// <summary>Reads one line without its line end.</summary>
    /// <param name="line">As it came.</param>
    /// <param name="received">When the receiver got it; <see cref="PacketTime.None"/> from files.</param>
    /// <param name="peer">Who sent it, for lines that do not name their device; null for the name in the options.</param>
    /// <param name="digest">That of the line, where it is known already; default to have it made.</param>
    /// <returns>None when every record of the line was understood, else why not.</returns>
    public LineRejection Parse(ReadOnlySpan<byte> line, PacketTime received, string? peer = null, LineDigest digest = default)
    {
        Counters.Lines++;
        _failure = default;
        return line.Length > options.MaxLineBytes ? Reject(LineRejection.TooLong) : Read(line, received, peer, digest);
    }

    private LineRejection Reject(LineRejection reason)
    {
        _failure.Reason = reason;
        Counters.Reject(reason);
        return reason;
    }

    private LineRejection Read(ReadOnlySpan<byte> raw, PacketTime received, string? peer, LineDigest digest)
    {
        var line = LineCleaner.Clean(raw, _cleaned);
        if (!line.ContainsAnyExcept((byte)' ', (byte)'\t'))
        {
            return Reject(LineRejection.Empty);
        }

        var reference = received.IsNone ? options.Reference : received;
        var context = new LineContext(_zone, reference, profile.Events);
        var head = LineValues.None;
        var position = ReadHeads(line, context, ref head, ref received);
        foreach (var body in profile.Bodies)
        {
            var at = position;
            var values = head;
            if (body.TryFind(line, ref at, context, ref values, ref _failure))
            {
                _failure = default;
                return Deliver(digest.IsNone ? LineDigest.Of(raw) : digest, line, at, body, context, head, values, received, peer);
            }
        }

        var reason = Reject(_failure.Reason == LineRejection.None ? LineRejection.NoPattern : _failure.Reason);
        foreach (var body in profile.Bodies)
        {
            var at = position;
            var values = head;
            if (body.Repeats && body.TryFindLater(line, ref at, context, ref values))
            {
                Deliver(digest.IsNone ? LineDigest.Of(raw) : digest, line, at, body, context, head, values, received, peer);
                return reason;
            }
        }

        return reason;
    }

    /// <summary>Reads what stands before the message: the relay's head, then the device's own where there are two.</summary>
    private int ReadHeads(ReadOnlySpan<byte> line, in LineContext context, ref LineValues values, ref PacketTime received)
    {
        var head = SyslogHead.Read(line, 0, context.Zone, context.Reference);
        Counters.BadPriorities += head.HasBadPriority ? 1 : 0;
        var outerTime = head.Time;
        if (head.AfterHost > head.AfterPriority && head.AfterHost < line.Length && line[head.AfterHost] == '<')
        {
            var inner = SyslogHead.Read(line, head.AfterHost, context.Zone, context.Reference);
            head.AfterHost = inner.AfterPriority;
            head = inner.Time.IsNone ? head : inner;
        }

        values.Time = head.Time;
        values.Precision = head.Precision;
        values.Device = head.Host;
        var position = head.AfterPriority;
        if (TryReadOwnHead(line, head.AfterPriority, ref position, context, ref values)
            || (head.AfterTime > head.AfterPriority && TryReadOwnHead(line, head.AfterTime, ref position, context, ref values))
            || (head.AfterHost > head.AfterTime && TryReadOwnHead(line, head.AfterHost, ref position, context, ref values)))
        {
            received = received.IsNone ? outerTime : received;
            return position;
        }

        if (received.IsNone && outerTime != head.Time)
        {
            received = outerTime;
        }

        return head.AfterHost;
    }

    private bool TryReadOwnHead(ReadOnlySpan<byte> line, int from, ref int position, in LineContext context, ref LineValues values)
    {
        ByteText.SkipBlanks(line, ref from);
        foreach (var head in profile.Heads)
        {
            var at = from;
            var tried = values;
            var unseen = default(LineFailure);
            if (head.TryMatchAt(line, ref at, context, ref tried, ref unseen))
            {
                values = tried;
                position = at;
                return true;
            }
        }

        return false;
    }

    private LineRejection Deliver(
        LineDigest digest, ReadOnlySpan<byte> line, int at, LineTemplate body, in LineContext context, LineValues head, LineValues values, PacketTime received, string? peer)
    {
        var worst = LineRejection.None;
        while (true)
        {
            if (Deliver(values, received, peer, digest) is var reason and not LineRejection.None)
            {
                _failure = new LineFailure { Position = at, Template = body };
                worst = Reject(reason);
            }

            var kind = values.Kind;
            values = head;
            values.Kind = kind;
            var failure = default(LineFailure);
            while (!body.TryMatchNext(line, ref at, context, ref values, ref failure))
            {
                if (failure.Reason == LineRejection.None)
                {
                    return worst;
                }

                _failure = failure;
                worst = Reject(failure.Reason);
                failure = default;
                if (!body.TryGoToNext(line, ref at))
                {
                    return worst;
                }
            }
        }
    }

    /// <summary>Makes one record an event, or says what it lacks.</summary>
    private LineRejection Deliver(in LineValues values, PacketTime received, string? peer, LineDigest digest)
    {
        switch (values.Kind)
        {
            case null:
                return LineRejection.UnknownEvent;
            case NatEventKind.Ignored:
            case NatEventKind.DeviceRestarted:
                break;
            default:
                if (Check(values) is var missing and not LineRejection.None)
                {
                    return missing;
                }

                break;
        }

        var kind = values.Kind.Value;
        if (values.HasOuter && values.HasInner && values.Outer == values.Inner)
        {
            // A session that was not translated: its logs stand among the others.
            kind = NatEventKind.Ignored;
        }

        var (time, precision) = TimeOf(values, received);
        if (kind == NatEventKind.Ignored)
        {
            Counters.Ignored++;
        }

        if (time.IsNone)
        {
            return kind == NatEventKind.Ignored ? LineRejection.None : LineRejection.NoTime;
        }

        if (PortsOf(values, out var first, out var last) is var wrong and not LineRejection.None)
        {
            return wrong;
        }

        Counters.Events += kind == NatEventKind.Ignored ? 0 : 1;
        handler.Take(new NatEvent
        {
            Kind = kind,
            Protocol = values.Protocol,
            FirstPort = first,
            LastPort = last,
            InnerPort = (ushort)values.InnerPort,
            DestinationPort = (ushort)values.DestinationPort,
            Outer = values.Outer,
            Inner = values.Inner,
            Destination = values.Destination,
            Time = time,
            Precision = precision,
            Started = values.Start,
            Received = received,
            Device = _names.Get(values.Device) ?? peer ?? options.Device,
            Vrf = _names.Get(values.Vrf),
            Account = _names.Get(values.Account),
            Digest = digest,
        });
        return LineRejection.None;
    }

    private static LineRejection Check(in LineValues values) =>
        !values.HasOuter ? LineRejection.NoOuterAddress
        : !values.HasInner && values.Account.IsEmpty ? LineRejection.NoInnerAddress
        : values.AsksForPort && values.FirstPort < 0 ? LineRejection.NoPort
        : LineRejection.None;

    private static (PacketTime Time, TimeSpan Precision) TimeOf(in LineValues values, PacketTime received)
    {
        if (!values.Time.IsNone)
        {
            return (values.Time, values.Precision);
        }

        // An interim that only says since when: at that time at least it is true.
        return (values.Start.IsNone ? received : values.Start, TimeSpan.FromSeconds(1));
    }

    private static LineRejection PortsOf(in LineValues values, out ushort first, out ushort last)
    {
        (first, last) = (0, ushort.MaxValue);
        if (values.FirstPort < 0)
        {
            return LineRejection.None;
        }

        if (values.PortCount == 0)
        {
            return LineRejection.BadNumber;
        }

        var end = values.LastPort >= 0 ? values.LastPort : values.PortCount > 0 ? values.FirstPort + values.PortCount - 1 : values.FirstPort;
        if (end > ushort.MaxValue)
        {
            return LineRejection.PortTooLarge;
        }

        (first, last) = ((ushort)values.FirstPort, (ushort)end);
        return end < values.FirstPort ? LineRejection.ReversedPorts : LineRejection.None;
    }
}
