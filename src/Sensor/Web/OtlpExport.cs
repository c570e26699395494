using System.Diagnostics.Metrics;
using MinerFlow.Sensor.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace MinerFlow.Sensor.Web;

/// <summary>The same metrics to a collector over OTLP (HTTP with protobuf), as often as the settings say and once more at the end.</summary>
internal sealed class OtlpExport : IDisposable
{
    private const string MeterName = "MinerFlow";
    private const string TotalSuffix = "_total";

    private readonly Meter _meter = new(MeterName);
    private readonly MeterProvider _provider;

    public OtlpExport(TelemetryOptions options, SensorMetrics metrics, string sensor, string version)
    {
        foreach (var metric in metrics.All)
        {
            if (metric.Kind == MetricKind.Counter)
            {
                // OpenTelemetry's names carry no suffix; who writes Prometheus' text from them adds it.
                _meter.CreateObservableCounter(metric.Name.EndsWith(TotalSuffix, StringComparison.Ordinal) ? metric.Name[..^TotalSuffix.Length] : metric.Name, () => Read(metric), description: metric.Help);
            }
            else
            {
                _meter.CreateObservableGauge(metric.Name, () => Read(metric), description: metric.Help);
            }
        }

        _provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(MeterName)
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("minerflow", serviceVersion: version, serviceInstanceId: sensor))
            .AddOtlpExporter((exporter, reader) =>
            {
                exporter.Endpoint = new Uri(options.Otlp);
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = options.IntervalSeconds * 1_000;
            })
            .Build();
    }

    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
    }

    private static IEnumerable<Measurement<double>> Read(Metric metric) =>
        metric.Read().Select(sample => new Measurement<double>(sample.Value, (sample.Labels ?? []).Select(label => new KeyValuePair<string, object?>(label.Name, label.Value))));
}
