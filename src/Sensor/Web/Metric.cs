namespace MinerFlow.Sensor.Web;

/// <summary>What kind of number a metric is, as Prometheus has it.</summary>
internal enum MetricKind
{
    /// <summary>Only grows; starts again with the process.</summary>
    Counter,

    Gauge,
}

/// <summary>One number of a metric with the labels that tell it from the others.</summary>
internal readonly record struct MetricSample(double Value, params (string Name, string Value)[] Labels);

/// <summary>A metric: its numbers are read when somebody asks.</summary>
/// <param name="Name">With unit and <c>_total</c> as Prometheus names metrics.</param>
/// <param name="Kind">Counter or gauge.</param>
/// <param name="Help">What it counts, one English sentence.</param>
/// <param name="Read">Gives the numbers of this moment.</param>
internal sealed record Metric(string Name, MetricKind Kind, string Help, Func<IEnumerable<MetricSample>> Read);
