using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Master;

namespace MinerFlow.Enrichment.Subscribers.Resolution;

/// <summary>Chains of one account as the candidate that an answer shows.</summary>
internal static class CandidateText
{
    public static AttributionCandidate Of(List<Chain> chains)
    {
        var first = chains.MinBy(chain => chain.From.UnixNanoseconds)!;
        var last = chains.MaxBy(chain => chain.To.UnixNanoseconds)!;
        var naming = first.Links[^1];
        var evidence = chains
            .SelectMany(chain => chain.Links)
            .SelectMany(link => new[] { link.Interval.FirstLine, link.Interval.LastLine })
            .Where(line => !line.IsNone)
            .Distinct()
            .Select(line => line.ToString())
            .ToList();
        var subscriber = chains.Find(chain => chain.Subscriber is not null)?.Subscriber;
        return new AttributionCandidate(first.Account, SourceOf(naming.Source.Kind), first.From, last.To == AddressInterval.Open ? null : last.To, !last.Links.All(link => link.IsStanding || link.EndIsLogged), evidence)
        {
            Subscriber = subscriber,
            Chain = [.. chains.SelectMany(chain => chain.Links).DistinctBy(link => link.Interval).Select(LinkOf)],
            MarginSeconds = Margin(chains) is { } margin ? margin / (double)PacketTime.NanosecondsPerSecond : null,
            RestsOnSession = chains.Exists(CoverageCheck.RestsOnSession),
            RestsOnLikelihood = chains.Exists(CoverageCheck.RestsOnLikelihood),
            PortWitness = AccessPort.Compare(naming.Of.NameOf(naming.Interval.AccessPort), subscriber?.AccessPort),
        };
    }

    private static long? Margin(List<Chain> chains)
    {
        // Several intervals of one account are one: only its outer ends are changes of hands.
        var margins = chains.Count == 1 ? chains[0].Links.Select(link => link.Margin) : chains.Select(chain => chain.Links.Min(link => link.Margin));
        return margins.Where(margin => margin is not null).DefaultIfEmpty(null).Min();
    }

    private static AttributionLink LinkOf(Holding link)
    {
        var interval = link.Interval;
        var culture = CultureInfo.InvariantCulture;
        var ports = interval.SharesAddress ? string.Create(culture, $":{interval.FirstPort}-{interval.LastPort}") : "";
        var protocol = interval.Protocol == 0 ? "" : string.Create(culture, $" protocol {interval.Protocol}");
        var inner = interval.Inner == default ? "" : $" -> {interval.Inner}";
        return new AttributionLink($"{link.Source.Device} {SourceOf(link.Source.Kind)} {interval.Range}{ports}{protocol}{inner}", Text(interval.FirstLine), Text(interval.LastLine));
    }

    private static string Text(LineDigest line) => line.IsNone ? "" : line.ToString();

    private static string SourceOf(LogKind kind) => kind switch
    {
        LogKind.Radius => "radius",
        LogKind.Nat => "nat",
        LogKind.Dhcp => "dhcp",
        LogKind.Rule => "rule",
        _ => "line",
    };
}
