using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MinerFlow.SystemTests.Live;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Service;

/// <summary>What is shipped for Prometheus, systemd and collectors, judged by them.</summary>
public sealed partial class NeighbourTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly string Packaging = Repository.PathOf("src", "Sensor", "Packaging");

    [Fact]
    public async Task PrometheusReadsTheMetricsAndRunsTheAlerts()
    {
        NeedsPrograms("prometheus", "promtool");
        Tool.Run("promtool", "check", "rules", Path.Combine(Packaging, "prometheus-alerts.yaml"));
        using var folder = new ServiceFolder();
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        using var service = await RunningService.StartAsync(folder.Path, null, "--follow", link.Path, "--evidence", folder.PathOf("kept"));
        link.Connect(3).Mine(25);
        await service.UntilMetricAsync("minerflow_sightings_total", kept => kept > 0);

        // A scrape as a file: promtool names whatever Prometheus would not understand, or its makers advise against.
        var scrape = folder.PathOf("metrics");
        await File.WriteAllTextAsync(scrape, await service.GetAsync("metrics"), TestContext.Current.CancellationToken);
        Tool.Run("bash", "-c", $"promtool check metrics < {scrape}");

        using var prometheus = new Prometheus(folder, service.Address, Path.Combine(Packaging, "prometheus-alerts.yaml"));
        await service.UntilAsync(async () => await prometheus.ValueAsync("minerflow_sightings_total") > 0);
        Assert.Equal(await service.MetricAsync("minerflow_packets_total"), await prometheus.ValueAsync("sum(minerflow_packets_total)"));
        await service.UntilAsync(async () => await prometheus.RulesAsync("unknown") == 0 && await prometheus.RulesAsync("ok") > 0);
        Assert.Equal(0, await prometheus.RulesAsync("err"));
    }

    // Grafana asks Prometheus what the panels name: what Prometheus has no answer to, a panel shows as "No data".
    [Fact]
    public async Task PrometheusAnswersEveryPanelOfTheDashboard()
    {
        NeedsPrograms("prometheus");
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Packaging, "grafana-dashboard.json"), TestContext.Current.CancellationToken));
        var expressions = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!).ToList();
        using var folder = new ServiceFolder();
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        await File.WriteAllTextAsync(folder.PathOf("lines.csv"), "起始IP,单位名称,专线号\n10.0.0.0/24,示例公司,L-1\n", TestContext.Current.CancellationToken);
        using var service = await RunningService.StartAsync(folder.Path, null, "--follow", link.Path, "--set", $"Sources:Subscribers:0={folder.PathOf("lines.csv")}");
        link.Connect(3).Mine(25);
        await service.UntilMetricAsync("minerflow_sightings_total", kept => kept > 0);

        using var prometheus = new Prometheus(folder, service.Address, Path.Combine(Packaging, "prometheus-alerts.yaml"));

        Assert.NotEmpty(expressions);
        foreach (var expression in expressions)
        {
            var answer = 0;
            await service.UntilAsync(async () => (answer = await prometheus.SeriesAsync(expression)) > 0);
            Assert.True(answer > 0, expression);
        }
    }

    [Fact]
    public void EveryAlertComesWhenItShouldAndNotBefore()
    {
        NeedsPrograms("promtool");
        var cases = Repository.PathOf("tests", "System", "Service", "prometheus-alerts.test.yaml");

        Tool.Run("promtool", "test", "rules", cases);

        var tested = File.ReadAllText(cases);
        var alerts = AlertPattern().Matches(File.ReadAllText(Path.Combine(Packaging, "prometheus-alerts.yaml"))).Select(match => match.Groups["name"].Value).ToList();
        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert => Assert.Contains($"alertname=\"{alert}\"", tested, StringComparison.Ordinal));
    }

    [Fact]
    public void SystemdUnderstandsTheUnitAndFindsItLittleExposed()
    {
        NeedsPrograms("systemd-analyze");
        using var folder = new ServiceFolder();
        var unit = folder.PathOf("minerflow.service");
        File.WriteAllText(unit, File.ReadAllText(Path.Combine(Packaging, "minerflow.service")).Replace("/opt/minerflow/minerflow", RunningService.Program, StringComparison.Ordinal));

        // It also names faults of units of the machine that are none of ours.
        var said = Tool.Run("systemd-analyze", "verify", unit).Split('\n').Where(line => line.Contains("minerflow", StringComparison.Ordinal));
        var security = Tool.Run("systemd-analyze", "security", "--offline=true", "--no-pager", unit);

        Assert.Empty(said);
        var exposure = double.Parse(ExposurePattern().Match(security).Groups["level"].Value, CultureInfo.InvariantCulture);
        Assert.True(exposure <= 3, security);
    }

    [Fact]
    public async Task ACollectorGetsTheSameNumbersOverOtlp()
    {
        using var folder = new ServiceFolder();
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        await using var collector = OtlpCollector.Start();
        using var service = await RunningService.StartAsync(
            folder.Path, null, "--follow", link.Path, "--set", $"Telemetry:Otlp={collector.Address}v1/metrics", "--set", "Telemetry:IntervalSeconds=1");
        link.Connect(3).Mine(25);
        await service.UntilMetricAsync("minerflow_packets_total", packets => packets == link.Packets);

        Assert.Equal(0, service.Stop());

        // The last export comes with the end.
        var told = collector.Latest;
        Assert.Equal(link.Packets, told["minerflow_packets source=" + link.Path + " worker=0"]);
        Assert.Equal(link.Shares, told["minerflow_shares result=accepted"]);
        Assert.Equal(1, told["minerflow_ledger_up"]);
        Assert.Equal("minerflow", collector.ServiceName);
        Assert.Empty(collector.Problems);
    }

    private static void NeedsPrograms(params string[] programs)
    {
        var missing = programs.Where(program => !Tool.Exists(program)).ToList();
        Assert.SkipWhen(missing.Count > 0, $"not installed: {string.Join(", ", missing)}");
    }

    [GeneratedRegex("alert: (?<name>[A-Za-z]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex AlertPattern();

    [GeneratedRegex("Overall exposure level for minerflow.service: (?<level>[0-9.]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ExposurePattern();

    /// <summary>A Prometheus of the test's own, on loopback, that scrapes one service.</summary>
    private sealed class Prometheus : IDisposable
    {
        private readonly Process _process;
        private readonly HttpClient _client;

        public Prometheus(ServiceFolder folder, string target, string rules)
        {
            var config = folder.PathOf("prometheus.yml");
            File.WriteAllText(
                config,
                $$"""
                global: { scrape_interval: 1s, evaluation_interval: 1s }
                rule_files: [ "{{rules}}" ]
                scrape_configs: [ { job_name: minerflow, static_configs: [ { targets: [ "{{target}}" ] } ] } ]
                """);
            var port = RunningService.FreePort();
            _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
            _process = Tool.Start("prometheus", $"--config.file={config}", $"--storage.tsdb.path={folder.PathOf("tsdb")}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error");
            _process.ErrorDataReceived += (_, _) => { };
            _process.BeginErrorReadLine();
        }

        /// <summary>Value of an expression that has one; 0 while it has none or nobody answers yet.</summary>
        public async Task<double> ValueAsync(string expression)
        {
            using var answer = await AskAsync($"api/v1/query?query={Uri.EscapeDataString(expression)}");
            return answer?.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(result => result.GetProperty("value")[1].GetString()).FirstOrDefault() is { } value
                ? double.Parse(value, CultureInfo.InvariantCulture)
                : 0;
        }

        /// <summary>How many series an expression has; -1 when it is none, or nobody answers yet.</summary>
        public async Task<int> SeriesAsync(string expression)
        {
            using var answer = await AskAsync($"api/v1/query?query={Uri.EscapeDataString(expression)}");
            return answer?.RootElement.GetProperty("data").GetProperty("result").GetArrayLength() ?? -1;
        }

        /// <summary>How many of the rules are in this state of health.</summary>
        public async Task<int> RulesAsync(string health)
        {
            using var answer = await AskAsync("api/v1/rules");
            return answer?.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray()
                .SelectMany(group => group.GetProperty("rules").EnumerateArray()).Count(rule => rule.GetProperty("health").GetString() == health) ?? 0;
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            _client.Dispose();
        }

        private async Task<JsonDocument?> AskAsync(string path)
        {
            try
            {
                return JsonDocument.Parse(await _client.GetStringAsync(path, TestContext.Current.CancellationToken));
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }
    }
}
