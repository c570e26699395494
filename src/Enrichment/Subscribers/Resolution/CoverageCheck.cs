using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Inventory;

namespace MinerFlow.Enrichment.Subscribers.Resolution;

/// <summary>Whether the logs would have said so: a silent log proves nothing.</summary>
internal static class CoverageCheck
{
    // A session's first packet comes with it, and so do its first ports; the steps of both clocks are in this.
    private static readonly TimeSpan LongestFirstPacket = TimeSpan.FromSeconds(10);

    // Below the first nobody is named; from the second on an end that no line states is no doubt of its own.
    private const double LeastChance = 0.5;
    private const double GoodChance = 0.95;

    /// <summary>
    /// Why a chain must not be named although only one fits: log lines are missing in the time in which it may have changed hands unseen. Null when
    /// nothing speaks against it.
    /// </summary>
    public static MissingPiece? Doubt(Chain chain)
    {
        if (MayBeOver(chain))
        {
            return new MissingPiece(MissingKind.LostLine, chain.Links[0].Source.Device);
        }

        foreach (var link in chain.Links)
        {
            // NAT gives a block back and out again within minutes: a gap at the time asked may hide a whole holder, even between two proofs of another.
            if (link.Source.Kind == LogKind.Nat && link.Source.Coverage.GapIn(link.Asked.From, link.Asked.To) is { } gap)
            {
                return Gap(link.Source, gap);
            }

            foreach (var unproven in new[] { link.UnprovenEnd, link.UnprovenStart })
            {
                if (unproven is { } window && Doubt(link.Source, window) is { } doubt)
                {
                    return doubt;
                }
            }
        }

        return null;
    }

    /// <summary>
    /// Ports that a session got at its beginning are its own until it ends. Where it is likelier that they were given back before and the line that says so was lost, as it is with
    /// those that a session gets on its way and may give back while it goes on, the name rests on their having begun together.
    /// </summary>
    public static bool RestsOnSession(Chain chain) => IsLikelyOver(chain.Links[0]) && BeganTogether(chain);

    /// <summary>Ports that are likely to have been held still, but not more than that: a release that is lost leaves no trace until somebody else is given the same.</summary>
    public static bool RestsOnLikelihood(Chain chain) => chain.Links[0] is { Source.Kind: LogKind.Nat, ChanceOfBeingHeld: >= LeastChance and < GoodChance } && !BeganTogether(chain);

    private static bool MayBeOver(Chain chain) => IsLikelyOver(chain.Links[0]) && !BeganTogether(chain);

    private static bool IsLikelyOver(Holding link) => link.Source.Kind == LogKind.Nat && link.ChanceOfBeingHeld < LeastChance;

    private static bool BeganTogether(Chain chain) => chain.Links.Count > 1 && chain.Links[0].BeganAfter(chain.Links[1]).Duration() <= LongestFirstPacket;

    /// <summary>Null when the log speaks over the whole time without a gap.</summary>
    public static MissingPiece? Doubt(LogSource source, TimeWindow window)
    {
        var coverage = source.Coverage;
        return coverage.GapIn(window.From, window.To) is { } gap ? Gap(source, gap)
            : coverage.Covers(window.From, window.To) ? null
            : new MissingPiece(MissingKind.TimeOutsideLog, source.Device, coverage.First, coverage.Last);
    }

    /// <summary>Whether any gap of a log lies so near that an answer cannot be of the best grade.</summary>
    public static bool HasGapNear(Chain chain) => chain.Links.Any(link => !link.IsStanding && link.Source.Coverage.GapIn(link.Competing.From, link.Competing.To) is not null);

    /// <summary>The logs that would have told of the address: those of the devices that its pools name, else all of the kind.</summary>
    public static List<LogSource> Relevant(IAddressIntervals? logs, List<AddressPool> pools, bool isShared)
    {
        var relevant = (logs?.Sources ?? []).Where(source => isShared ? source.Kind == LogKind.Nat : source.Kind is LogKind.Radius or LogKind.Dhcp).ToList();
        if (isShared && relevant.Count == 0)
        {
            // Access servers that translate themselves tell the blocks in their accounting.
            relevant = (logs?.Sources ?? []).Where(source => source.Kind == LogKind.Radius).ToList();
        }

        var devices = pools.Select(pool => isShared ? pool.Device : pool.AccessServer ?? pool.Device).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var named = relevant.Where(source => devices.Contains(source.Device)).ToList();
        return named.Count > 0 ? named : relevant;
    }

    public static SourceState State(LogSource source, TimeWindow asked)
    {
        var around = asked.Widen(PacketTime.NanosecondsPerSecond * 86_400, PacketTime.NanosecondsPerSecond * 86_400);
        var gap = source.Coverage.GapIn(asked.From, asked.To) ?? source.Coverage.GapIn(around.From, around.To);
        return new SourceState(
            source.Device,
            source.Clock.IsKnown ? source.Clock.At(asked.From).OffsetMilliseconds : null,
            source.Kind is LogKind.Line or LogKind.Rule || source.Coverage.Covers(asked.From, asked.To),
            gap?.From,
            gap?.To);
    }

    private static MissingPiece Gap(LogSource source, CoverageGap gap) => new(MissingKind.CoverageGap, source.Device, gap.From, gap.To);
}
