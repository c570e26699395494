using System.Net;
using MinerFlow.Reporting.Push;
using MinerFlow.SystemTests.Service;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary><c>minerflow run</c> drains the outbox beside its other work.</summary>
public sealed class OutboxServiceTests : IDisposable
{
    private readonly ServiceFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheServiceSendsWhatWaitsAndAFarSideThatIsAwayHoldsUpNothing()
    {
        using var ledger = new ReviewedLedger(_folder.Path);
        var (media, away) = (Directory.CreateDirectory(_folder.PathOf("media")).FullName, _folder.PathOf("away"));
        Directory.CreateDirectory(_folder.PathOf("destinations"));
        Describe("media", media);
        Describe("away", away);
        ledger.Queue("media", "a.txt");
        ledger.Queue("away", "b.txt");
        File.WriteAllBytes(_folder.PathOf("empty.pcap"), File.ReadAllBytes(Directory.EnumerateFiles(Repository.PathOf("captures", "stratum-v1"), "*.pcapng").Order(StringComparer.Ordinal).First()));

        using var service = await RunningService.StartAsync(
            _folder.Path, null, "--follow", _folder.PathOf("empty.pcap"), "--set", $"Push:Destinations={_folder.PathOf("destinations")}", "--set", $"Push:Actors={ledger.Actors}", "--set", "Push:PollSeconds=1");
        await service.UntilMetricAsync("minerflow_push_delivered_total", count => count == 1, "media");
        await service.UntilMetricAsync("minerflow_push_attempts_total", count => count >= 2, "away");
        Assert.Equal((1, 0), (await service.MetricAsync("minerflow_push_waiting", "away"), await service.MetricAsync("minerflow_push_dead", "away")));
        using var health = await service.AskAsync("healthz");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Directory.CreateDirectory(away);
        await service.UntilMetricAsync("minerflow_push_delivered_total", count => count == 1, "away");

        Assert.All((string[])[media, away], folder => Assert.Empty(PackageFolder.Check(Assert.Single(Directory.GetDirectories(folder)), key: null).Findings));
        Assert.Contains("away: packages arrive again", service.Log, StringComparison.Ordinal);
    }

    private void Describe(string name, string folder) => File.WriteAllText(
        _folder.PathOf($"destinations/{name}.yaml"), $"channel: folder\nrecipient: {ReviewedLedger.Recipient}\nmasked: automatic\nfolder: {folder}\nfirst-wait-seconds: 1\nlongest-wait-seconds: 1\n");
}
