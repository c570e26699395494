using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Web;

/// <summary>How the service is: for supervisors, for Prometheus, for people.</summary>
internal static class StatusEndpoints
{
    public static void MapStatus(this IEndpointRouteBuilder routes, SensorService service, SensorMetrics metrics, string version)
    {
        routes.MapGet("/metrics", () => Results.Text(PrometheusText.Of(metrics.All), PrometheusText.ContentType))
            .WithTags("Status").WithSummary("All metrics in Prometheus' text format.").Produces<string>(contentType: "text/plain");
        routes.MapGet("/healthz", () => Answer(service.Watchdog.Silent()))
            .WithTags("Status").WithSummary("200 while every loop of the service makes progress; else 503 with the names of those that do not.").Produces<string>(contentType: "text/plain");
        routes.MapGet("/readyz", () => Answer(NotReady(service)))
            .WithTags("Status").WithSummary("200 while the service captures and keeps what it finds; else 503 with what is missing.").Produces<string>(contentType: "text/plain");
        routes.MapGet("/api/status", () => ServiceStatus.Of(service, version)).WithTags("Status").WithSummary("What the service does and how far it is.");
    }

    private static IResult Answer(IReadOnlyList<string> wrong) => wrong.Count == 0
        ? Results.Text("ok\n")
        : Results.Text(string.Join('\n', wrong) + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);

    /// <summary>A ledger that is away is waited for; a spool that cannot be written is a loss about to happen.</summary>
    private static List<string> NotReady(SensorService service)
    {
        var missing = new List<string>();
        if (!service.IsReady)
        {
            missing.Add("capture");
        }

        if (service.Gathered.SpoolFails)
        {
            missing.Add("spool");
        }

        if (service.Subscribers is { IsUp: false })
        {
            missing.Add("subscribers");
        }

        return missing;
    }
}

/// <summary>The service at one moment.</summary>
internal sealed record ServiceStatus
{
    public required string Version { get; init; }

    public required bool Ready { get; init; }

    public required IReadOnlyList<SourceStatus> Sources { get; init; }

    public required int SightingsOpen { get; init; }

    public required long SightingsKept { get; init; }

    public required long SightingsLost { get; init; }

    public required bool LedgerUp { get; init; }

    /// <summary>Sightings in the spool that the ledger lacks.</summary>
    public required long LedgerBacklog { get; init; }

    public required bool SpoolUp { get; init; }

    public required long SpoolBytes { get; init; }

    public required int Rules { get; init; }

    public required int SubscriberIntervals { get; init; }

    public required DateTimeOffset SourcesRead { get; init; }

    /// <summary>False while files lie there that were refused.</summary>
    public required bool SourcesUpToDate { get; init; }

    public static ServiceStatus Of(SensorService service, string version) => new()
    {
        Version = version,
        Ready = service.IsReady,
        Sources = [.. service.Capture.Snapshots().Select(SourceStatus.Of)],
        SightingsOpen = service.Gathered.Open,
        SightingsKept = service.Gathered.Kept,
        SightingsLost = service.Gathered.Lost,
        LedgerUp = service.Ledger.IsUp,
        LedgerBacklog = service.Ledger.Backlog,
        SpoolUp = !service.Gathered.SpoolFails,
        SpoolBytes = service.Spool.Bytes,
        Rules = service.Sources.Rules.Protocols.Count(),
        SubscriberIntervals = service.Sources.Intervals,
        SourcesRead = service.Reload.LastDone,
        SourcesUpToDate = service.Reload.IsUpToDate,
    };
}

/// <summary>One worker of one source.</summary>
/// <param name="Name">Interface or file.</param>
/// <param name="Worker">Number among the workers of the source.</param>
/// <param name="Packets">Frames handed to decoding.</param>
/// <param name="KernelDrops">Frames that the kernel dropped.</param>
/// <param name="Flows">Flows in the table.</param>
/// <param name="Connections">Flows that are read.</param>
/// <param name="PacketTime">Packet time in ISO 8601; null before the first frame.</param>
internal sealed record SourceStatus(
    string Name,
    int Worker,
    long Packets,
    long KernelDrops,
    long Flows,
    long Connections,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PacketTime)
{
    public static SourceStatus Of(CaptureSnapshot snapshot) => new(
        snapshot.Source,
        snapshot.Worker,
        snapshot.Connections.Frames,
        snapshot.Capture.KernelDrops,
        snapshot.Connections.FlowsActive,
        snapshot.Connections.ConnectionsActive,
        snapshot.Now.IsNone ? null : snapshot.Now.ToString());
}
