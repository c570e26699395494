using MinerFlow.Reporting.Feeds;

namespace MinerFlow.Sensor.Web;

/// <summary>How far each feed is, what it lost and why it waits.</summary>
internal static class FeedMetrics
{
    public static IEnumerable<Metric> Of(IReadOnlyList<FeedSender> feeds) => feeds.Count == 0 ? [] :
    [
        PerFeed(feeds, "minerflow_feed_records_total", MetricKind.Counter, "Records handed over.", counters => counters.Sent),
        PerFeed(feeds, "minerflow_feed_up", MetricKind.Gauge, "1 while what comes goes out.", counters => counters.IsUp ? 1 : 0),
        PerFeed(feeds, "minerflow_feed_behind", MetricKind.Gauge, "Sightings of the ledger that the feed has not come to.", counters => counters.Behind),
        new(
            "minerflow_feed_lost_total",
            MetricKind.Counter,
            "Records that were not handed over and will not be, by reason.",
            () => feeds.Select(feed => new MetricSample(feed.Counters.TooLong, [.. Labels(feed), ("reason", "too_long")]))),
        new(
            "minerflow_feed_failures_total",
            MetricKind.Counter,
            "Attempts that stopped early, by reason; what waits comes with the next.",
            () => feeds.SelectMany(feed => Enum.GetValues<FeedProblem>()
                .Select(problem => new MetricSample(feed.Counters.Failures.GetValueOrDefault(problem), [.. Labels(feed), ("reason", problem.ToWord())]))
                .Append(new MetricSample(feed.Counters.LedgerFailures, [.. Labels(feed), ("reason", "ledger")])))),
    ];

    private static Metric PerFeed(IReadOnlyList<FeedSender> feeds, string name, MetricKind kind, string help, Func<FeedCounters, double> read) =>
        new(name, kind, help, () => feeds.Select(feed => new MetricSample(read(feed.Counters), Labels(feed))));

    private static (string, string)[] Labels(FeedSender feed) => [("feed", feed.Plan.Name), ("kind", feed.Plan.Kind)];
}
