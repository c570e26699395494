using System.Text.Json;
using MinerFlow.SystemTests.Service;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Feeds;

/// <summary>Feeds of a running service.</summary>
public sealed class FeedServiceTests
{
    private const int Kills = 5;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task EverySightingOfTheLedgerIsInTheFilesAlthoughTheyRotateAreMovedAndTheServiceIsKilled()
    {
        using var folder = new ServiceFolder();
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        var feed = Directory.CreateDirectory(folder.PathOf("feed")).FullName;
        var eve = Path.Combine(feed, "eve.json");
        var random = new SeededRandom(11);
        link.Connect(20);
        for (var turn = 0; turn <= Kills; turn++)
        {
            using var service = await RunningService.StartAsync(
                folder.Path, null, "--follow", link.Path, "--set", "Feeds:Files:0:Name=eve", "--set", $"Feeds:Files:0:Path={eve}", "--set", "Feeds:Files:0:MaxBytes=16384",
                "--set", "Feeds:Files:0:Kept=10000", "--set", "Feeds:BatchRecords=7", "--set", "Feeds:Files:0:FromStart=true");
            link.Mine(40);
            await service.UntilMetricAsync("minerflow_feed_records_total", sent => sent > 0);
            if (turn < Kills)
            {
                MoveAsLogrotate(eve, Path.Combine(feed, $"moved-{turn}"));
                service.Reload();
                link.Mine(20);
                await Task.Delay(random.Below(1_500), TestContext.Current.CancellationToken);
                service.Kill();
            }
            else
            {
                await service.UntilMetricAsync("minerflow_packets_total", packets => packets == link.Packets);
                Assert.Equal(0, service.Stop());
            }
        }

        var lines = Directory.GetFiles(feed).SelectMany(File.ReadAllLines).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("mining")).ToList();
        var last = lines.GroupBy(mining => mining.GetProperty("key").GetString()!).ToDictionary(same => same.Key, same => same.Max(mining => mining.GetProperty("shares_accepted").GetInt64()));
        Assert.Equal(folder.InLedger(link.Path).OrderBy(pair => pair.Key, StringComparer.Ordinal), last.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.NotEmpty(Directory.GetFiles(feed, "moved-*"));
        Assert.True(Directory.GetFiles(feed, "eve.json.2*").Length > 3, "no file was ended because of its size");
    }

    /// <summary>With its <c>missingok</c>: a file that has just been ended because of its size is there again with the next record.</summary>
    private static void MoveAsLogrotate(string file, string to)
    {
        try
        {
            File.Move(file, to, overwrite: false);
        }
        catch (FileNotFoundException)
        {
        }
    }

    [Fact]
    public async Task AFeedThatIsAwayIsToldAndHoldsNothingUp()
    {
        using var folder = new ServiceFolder();
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        var eve = folder.PathOf("eve.json");
        using var service = await RunningService.StartAsync(
            folder.Path, null, "--follow", link.Path, "--set", "Feeds:Files:0:Name=eve", "--set", $"Feeds:Files:0:Path={eve}", "--set", "Feeds:Sockets:0:Name=local",
            "--set", $"Feeds:Sockets:0:Path={folder.PathOf("nobody.sock")}", "--set", "Feeds:Syslog:0:Name=siem", "--set", $"Feeds:Syslog:0:To=127.0.0.1:{RunningService.FreePort()}",
            "--set", "Feeds:Syslog:0:Transport=Tcp");
        link.Connect(5).Mine(25);
        await service.UntilMetricAsync("minerflow_feed_records_total", sent => sent >= 5, "feed=\"eve\"");

        // Each feed looks at the ledger when it is its turn, so each is waited for.
        await service.UntilMetricAsync("minerflow_feed_behind", behind => behind >= 5, "feed=\"siem\"");
        await service.UntilMetricAsync("minerflow_feed_behind", behind => behind >= 5, "feed=\"local\"");
        Assert.Equal((0, 0, 1), (await UpAsync("siem"), await UpAsync("local"), await UpAsync("eve")));
        Assert.True(await service.MetricAsync("minerflow_feed_failures_total", "reason=\"connect\"") >= 2);
        Assert.Equal(0, await service.MetricAsync("minerflow_feed_lost_total"));
        Assert.Equal("ok\n", await service.GetAsync("healthz"));
        Assert.Equal("ok\n", await service.GetAsync("readyz"));
        Assert.Equal(0, service.Stop());
        Assert.Contains("feed siem (tcp://127.0.0.1:", service.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("acct1", File.ReadAllText(eve), StringComparison.Ordinal);

        Task<double> UpAsync(string feed) => service.MetricAsync("minerflow_feed_up", $"feed=\"{feed}\"");
    }
}
