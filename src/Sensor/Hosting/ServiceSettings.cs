using System.Net;
using Microsoft.Extensions.Configuration;
using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using MinerFlow.Connections;
using MinerFlow.Connections.Evidence;
using MinerFlow.Detection;
using MinerFlow.Enrichment.Subscribers.Receivers;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Exchange;
using MinerFlow.Reporting.Feeds;
using MinerFlow.Reporting.Push.Tls;
using MinerFlow.Sensor.Commands;

namespace MinerFlow.Sensor.Hosting;

/// <summary>All options of the service, checked one by one and against each other.</summary>
internal sealed record ServiceSettings
{
    public required SensorOptions Sensor { get; init; }

    public required LiveCaptureOptions Capture { get; init; }

    public required FollowOptions Follow { get; init; }

    public required CaptureInputOptions CaptureInput { get; init; }

    public required FlowOptions Flows { get; init; }

    public required DetectionOptions Detection { get; init; }

    public required WindowOptions Sightings { get; init; }

    public required EvidenceOptions Evidence { get; init; }

    public required SourceOptions Sources { get; init; }

    public required SpoolOptions Spool { get; init; }

    public required LedgerOptions Ledger { get; init; }

    public required WebOptions Web { get; init; }

    public required TelemetryOptions Telemetry { get; init; }

    public required SubscriberOptions Subscribers { get; init; }

    public required PushOptions Push { get; init; }

    /// <summary>The interval store; null for none.</summary>
    public IntervalStoreOptions? Store { get; init; }

    /// <summary>Logs that are read into the store; null without one.</summary>
    public LiveLogOptions? LiveLogs { get; init; }

    /// <summary>Where hits go beside the ledger; empty for nowhere.</summary>
    public IReadOnlyList<FeedPlan> Feeds { get; init; } = [];

    /// <summary>Names of everything that is captured from.</summary>
    public IEnumerable<string> SourceNames => Capture.Interfaces.Select(each => each.Name).Concat(Follow.Files);

    /// <summary>Where to listen; null for nowhere.</summary>
    public IPEndPoint? Listen { get; init; }

    /// <summary>What HTTPS shows; null for HTTP.</summary>
    public OwnCertificate? Certificate { get; init; }

    /// <summary>Words that a client may show; empty when none is asked for.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = [];

    /// <summary>Reads everything; what is wrong is added to <paramref name="problems"/>, and then the result is not to be used.</summary>
    /// <param name="configuration">JSON file, environment and command line, the later over the earlier.</param>
    /// <param name="programFolder">The rules lie there unless the settings name a folder.</param>
    /// <param name="texts">Language of the problems.</param>
    /// <param name="problems">Takes one sentence each.</param>
    /// <param name="mayCreate">What is made at the first start may be made now.</param>
    public static ServiceSettings Read(IConfigurationRoot configuration, string programFolder, ServiceTexts texts, ICollection<string> problems, bool mayCreate)
    {
        var reader = new SettingsReader(configuration, texts);
        var sensor = reader.Read<SensorOptions>(SensorOptions.Section);
        var flows = reader.Read<FlowOptions>(FlowOptions.Section);
        var window = reader.Read<WindowOptions>(WindowOptions.Section);
        var web = reader.Read<WebOptions>(WebOptions.Section);
        var sources = reader.Read<SourceOptions>(SourceOptions.Section);
        var checks = new SettingsChecks(reader, texts, mayCreate);
        var input = reader.Read<CaptureInputOptions>(CaptureInputOptions.Section);
        var detection = reader.Read<DetectionOptions>(DetectionOptions.Section);
        var subscribers = reader.Read<SubscriberOptions>(SubscriberOptions.Section);
        var rules = sources.Rules.Length > 0 ? sources.Rules : Path.Combine(programFolder, "rules");
        var subscriberChecks = new SubscriberChecks(reader, texts);
        var store = subscriberChecks.Store(subscribers, sources);
        var settings = new ServiceSettings
        {
            Sensor = sensor,
            Capture = reader.Read<LiveCaptureOptions>(LiveCaptureOptions.Section),
            Follow = reader.Read<FollowOptions>(FollowOptions.Section),
            // Followed files are never mapped: another program writes them.
            CaptureInput = input with { Follow = true },
            Flows = flows with { PeriodSeconds = window.PeriodSeconds },
            Detection = detection with { IdentityKey = checks.IdentityKey(sensor) },
            Sightings = window,
            Evidence = reader.Read<EvidenceOptions>(EvidenceOptions.Section),
            Sources = sources with { Rules = rules },
            Subscribers = subscribers,
            Store = store,
            LiveLogs = store is null ? null : subscriberChecks.LiveLogs(subscribers, rules),
            Spool = reader.Read<SpoolOptions>(SpoolOptions.Section),
            Ledger = reader.Read<LedgerOptions>(LedgerOptions.Section),
            Web = web,
            Telemetry = reader.Read<TelemetryOptions>(TelemetryOptions.Section),
            Feeds = new FeedChecks(reader, texts, ProductVersion.Text).Plans(reader.Read<FeedsOptions>(FeedsOptions.Section)),
            Push = reader.Read<PushOptions>(PushOptions.Section),
            Listen = checks.Listen(web),
            Certificate = checks.Certificate(web),
            Tokens = checks.Tokens(web),
        };
        reader.RefuseOthers();
        checks.Together(settings);
        foreach (var problem in reader.Problems)
        {
            problems.Add(problem);
        }

        return settings;
    }
}
