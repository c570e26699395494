using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Receivers;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Web;

/// <summary>What the service's subscriber logs are at: each port and file, each device that speaks in them, and the store.</summary>
internal static class SubscriberMetrics
{
    public static IEnumerable<Metric> Of(SubscriberLogs subscribers) =>
    [
        new(
            "minerflow_log_records_total",
            MetricKind.Counter,
            "Messages, lines and records of subscriber logs, by source, sender and what became of them.",
            () => subscribers.Logs.States().SelectMany(state => state.Counts.Select(count => new MetricSample(
                count.Count, ("source", state.Name), ("kind", state.Kind), ("sender", count.Sender), ("result", count.Result))))),
        PerSource(subscribers, "minerflow_log_waiting_bytes", "Bytes that came and are not read yet.", state => state.Waiting),
        new(
            "minerflow_log_last_received_timestamp_seconds",
            MetricKind.Gauge,
            "When something came from the source last.",
            () => subscribers.Logs.States().Where(state => !state.LastSeen.IsNone).Select(state => new MetricSample(state.LastSeen.UnixNanoseconds / 1e9, ("source", state.Name), ("kind", state.Kind)))),
        PerDevice(subscribers, "minerflow_log_device_last_seen_timestamp_seconds", "Time of the last line that a device logged, by its own clock.", source => source.Coverage.Last!.Value.UnixNanoseconds / 1e9),
        PerDevice(subscribers, "minerflow_log_device_gap_seconds", "Seconds in which a device that usually speaks was silent, in the days that are kept.", source => source.Coverage.Gaps().Sum(gap => gap.To.SecondsSince(gap.From))),
        PerDevice(subscribers, "minerflow_log_device_clock_offset_seconds", "How far the clock of a device is behind ours, as its lines show.", source => source.Clock.At(source.Coverage.Last!.Value).OffsetMilliseconds / 1e3),
        new(
            "minerflow_quarantined_lines_total",
            MetricKind.Counter,
            "Lines that were not understood, by whether they were kept to be looked at.",
            () => [new MetricSample(subscribers.Logs.Quarantined.Kept, ("kept", "true")), new MetricSample(subscribers.Logs.Quarantined.Passed, ("kept", "false"))]),
        One("minerflow_interval_store_up", MetricKind.Gauge, "1 while subscriber logs are read into the store.", () => subscribers.IsUp ? 1 : 0),
        One("minerflow_interval_store_rows", MetricKind.Gauge, "Rows of the store on disk.", () => subscribers.Store.Rows),
        One("minerflow_interval_store_bytes", MetricKind.Gauge, "Bytes of the store on disk.", () => subscribers.Store.Bytes),
        One("minerflow_intervals_total", MetricKind.Counter, "Intervals made durable, each state counted.", () => subscribers.Store.Accepted),
        new(
            "minerflow_intervals_refused_total",
            MetricKind.Counter,
            "Intervals that were not taken: no question could find them, or 65,535 devices are known and theirs is none of them.",
            () => [new MetricSample(subscribers.Store.Refused, ("reason", "unusable")), new MetricSample(subscribers.Store.RefusedForSource, ("reason", "too-many-devices"))]),
    ];

    private static Metric PerSource(SubscriberLogs subscribers, string name, string help, Func<LiveSourceState, double> read) =>
        new(name, MetricKind.Gauge, help, () => subscribers.Logs.States().Select(state => new MetricSample(read(state), ("source", state.Name), ("kind", state.Kind))));

    private static Metric PerDevice(SubscriberLogs subscribers, string name, string help, Func<LogSource, double> read) => new(
        name,
        MetricKind.Gauge,
        help,
        () => subscribers.Store.Sources.Where(source => source.Coverage.Last is not null).Select(source => new MetricSample(read(source), ("device", source.Device), ("kind", source.Kind.ToString()))));

    private static Metric One(string name, MetricKind kind, string help, Func<double> read) => new(name, kind, help, () => [new MetricSample(read())]);
}
