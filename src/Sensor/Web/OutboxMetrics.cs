using MinerFlow.Ledger.Deliveries;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Web;

/// <summary>What waits for recipients and what went, by destination.</summary>
internal static class OutboxMetrics
{
    public static IEnumerable<Metric> Of(Outbox outbox, TimeProvider time) =>
    [
        PerDestination(outbox, "minerflow_push_waiting", MetricKind.Gauge, "Packages that wait to be delivered.", figures => figures.Waiting),
        PerDestination(
            outbox,
            "minerflow_push_oldest_age_seconds",
            MetricKind.Gauge,
            "Age of the oldest package that waits; 0 when none does.",
            figures => figures.OldestMadeAt is { } oldest ? (time.GetUtcNow() - oldest).TotalSeconds : 0),
        PerDestination(outbox, "minerflow_push_dead", MetricKind.Gauge, "Packages that wait for a person.", figures => figures.Dead),
        PerDestination(outbox, "minerflow_push_attempts_total", MetricKind.Counter, "Attempts to deliver.", figures => figures.Attempts),
        PerDestination(outbox, "minerflow_push_delivered_total", MetricKind.Counter, "Packages that arrived.", figures => figures.Delivered),
    ];

    private static Metric PerDestination(Outbox outbox, string name, MetricKind kind, string help, Func<DeliveryFigures, double> read) =>
        new(name, kind, help, () => outbox.Figures.Select(figures => new MetricSample(read(figures), ("destination", figures.Destination))));
}
