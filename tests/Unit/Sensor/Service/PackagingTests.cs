using System.Text.Json;
using System.Text.RegularExpressions;
using MinerFlow.Connections.Evidence;
using MinerFlow.Detection.Protocols;
using MinerFlow.Exchange;
using MinerFlow.Abstractions;
using MinerFlow.Sensor.Hosting;
using MinerFlow.Sensor.Web;
using MinerFlow.Traffic;
using MinerFlow.Unit.Enrichment;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace MinerFlow.Unit.Sensor.Service;

/// <summary>The files that are shipped beside the program fit it.</summary>
public sealed partial class PackagingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void TheDashboardIsJsonAndNamesOnlyMetricsThatExist()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Shipped("grafana-dashboard.json")));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        var expressions = panels.SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!).ToList();

        Assert.True(expressions.Count >= panels.Count);
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        AssertNamesMetrics(expressions);
    }

    [Fact]
    public void TheAlertsAreYamlAndNameOnlyMetricsAndLabelsThatExist()
    {
        var alerts = new YamlStream();
        using var text = File.OpenText(Shipped("prometheus-alerts.yaml"));
        alerts.Load(text);
        var rules = Children(Child(alerts.Documents[0].RootNode, "groups")).SelectMany(group => Children(Child(group, "rules"))).ToList();

        Assert.NotEmpty(rules);
        Assert.All(rules, rule => Assert.Contains(Scalar(Child(Child(rule, "labels"), "severity")), new[] { "warning", "critical" }));
        Assert.All(rules, rule => Assert.NotEqual("", Scalar(Child(Child(rule, "annotations"), "description"))));
        AssertNamesMetrics(rules.Select(rule => Scalar(Child(rule, "expr"))));
    }

    // Every reason that an alert waits for is one that the service counts.
    [Fact]
    public void TheAlertsWaitForReasonsOfLossThatAreCounted()
    {
        var text = PrometheusText.Of(Metrics().Where(metric => metric.Name == "minerflow_drops_total"));
        var counted = ReasonPattern().Matches(text).Select(match => match.Groups["reason"].Value).Order(StringComparer.Ordinal);
        var awaited = AwaitedPattern().Matches(File.ReadAllText(Shipped("prometheus-alerts.yaml"))).SelectMany(match => match.Groups["reasons"].Value.Split('|'));

        // What a stop leaves unread is told at the stop.
        Assert.Equal(counted.Except(["stop"]), awaited.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TheShippedSettingsAreOnesThatTheServiceKnows()
    {
        var problems = new List<string>();
        ServiceSettings.Read(new ServiceArguments(Shipped("minerflow.json"), new Dictionary<string, string?> { ["Sensor:IdentityKeyFile"] = _folder.PathOf("key") }).ToConfiguration(), Repository.Root, ServiceTexts.English, problems, mayCreate: true);

        // On the machine that runs the tests the folder of the service is not there, or it is.
        Assert.All(problems, problem => Assert.Contains("/var/lib", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryMetricIsWellNamedAndExplained()
    {
        var metrics = Metrics();

        Assert.Equal(metrics.Count, metrics.Select(metric => metric.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(metrics, metric => Assert.Matches("^(minerflow|process|dotnet)(_[a-z]+)+$", metric.Name));
        Assert.All(metrics, metric => Assert.Equal(metric.Kind == MetricKind.Counter, metric.Name.EndsWith("_total", StringComparison.Ordinal)));

        // OTLP carries counters without their suffix: two metrics would become one there.
        Assert.Empty(metrics.Where(metric => metric.Kind == MetricKind.Counter).Select(metric => metric.Name[..^"_total".Length]).Intersect(metrics.Select(metric => metric.Name)));
        Assert.All(metrics, metric => Assert.EndsWith(".", metric.Help, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static string Shipped(string name) => Repository.PathOf("src", "Sensor", "Packaging", name);

    private void AssertNamesMetrics(IEnumerable<string> expressions)
    {
        var known = Metrics().Select(metric => metric.Name).ToHashSet(StringComparer.Ordinal);
        Assert.All(expressions, expression =>
        {
            var named = MetricPattern().Matches(expression).Select(match => match.Value).ToList();
            Assert.NotEmpty(named);
            Assert.All(named, name => Assert.Contains(name, known));
        });
    }

    /// <summary>The metrics of a service that was not started.</summary>
    private IReadOnlyList<Metric> Metrics()
    {
        var problems = new List<string>();
        _folder.Write("media.yaml", "channel: folder\nrecipient: x\nfolder: /mnt\n");
        var settings = ServiceSettings.Read(
            new ServiceArguments(null, new Dictionary<string, string?>
            {
                ["Sensor:IdentityKeyFile"] = _folder.PathOf("key"),
                ["Sources:Rules"] = Invocation.Rules,
                ["Push:Destinations"] = _folder.FullName,
                ["Push:Actors"] = _folder.Write("actors.csv", "name,os_user,duties\n报送,tester,Sender\n"),
                ["Subscribers:Store"] = _folder.PathOf("store"),
                ["Subscribers:Keys"] = _folder.PathOf("keys"),
            }).ToConfiguration(),
            "", ServiceTexts.English, problems, mayCreate: true);
        var catalog = new ProtocolCatalog();
        var sources = LoadedSources.Load(settings.Sources, catalog, new List<Problem>());
        var spool = SightingSpool.Open(new SpoolOptions { Folder = _folder.PathOf("spool") });
        var surroundings = new ServiceSurroundings(new ServiceLog(new Terminal(Stream.Null, TextWriter.Null)), ServiceTexts.English, TimeProvider.System, _ => null);
        var subscribers = SubscriberLogs.Start(settings, surroundings);
        var evidence = EvidenceFiles.Open(new EvidenceOptions { Folder = _folder.PathOf("evidence") }, TimeProvider.System, _ => { });
        using var service = new SensorService(settings, sources, catalog, spool, evidence, surroundings, subscribers);
        using var outbox = Outbox.Load(settings, new Terminal(Stream.Null, TextWriter.Null) { User = "tester" }, surroundings.Log, surroundings.Texts, []);
        return new SensorMetrics(service, TimeProvider.System, "0", outbox).All;
    }

    private static YamlNode Child(YamlNode node, string name) => ((YamlMappingNode)node).Children[name];

    private static IEnumerable<YamlNode> Children(YamlNode node) => ((YamlSequenceNode)node).Children;

    private static string Scalar(YamlNode node) => ((YamlScalarNode)node).Value!;

    [GeneratedRegex("(minerflow|process|dotnet)_[a-z_]+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex MetricPattern();

    [GeneratedRegex("reason=\"(?<reason>[a-z_]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ReasonPattern();

    [GeneratedRegex("reason=~\"(?<reasons>[a-z_|]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex AwaitedPattern();
}
