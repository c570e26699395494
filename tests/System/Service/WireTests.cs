using MinerFlow.Enrichment;
using MinerFlow.SystemTests.Live;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Service;

/// <summary><c>minerflow run</c> on a cable of the test's own: what it keeps is what was on it, and every frame is accounted for.</summary>
public sealed class WireTests
{
    private const string Scenario = "stratum-v1/cgminer";

    private static readonly string Miner = Repository.PathOf("captures", Scenario + ".pcapng");
    private static readonly string[] Captures = [.. Repository.Scenarios.Select(scenario => Repository.PathOf("captures", scenario + ".pcapng"))];
    private static readonly int FramesOfAll = Repository.Scenarios.Sum(FramesOf);

    // Also when windows end before the service does: nothing of a connection waits for its end.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhatItKeepsOfALinkIsWhatItKeepsOfTcpdumpsFileRecordForRecord(bool windowsEnd)
    {
        using var lab = LinkLab.OrSkip("tcpreplay", "tcpdump");
        using var live = new ServiceFolder();
        using var replayed = new ServiceFolder();
        var file = replayed.PathOf("tcpdump.pcap");
        using (var service = await StartAsync(lab, live, workers: 2))
        using (var tcpdump = Tcpdump.Start(lab, file, FramesOfAll))
        {
            lab.Send(Captures);
            tcpdump.WaitForEnd();
            await AssertAccountedAsync(service, FramesOfAll);
            if (windowsEnd)
            {
                await service.UntilAsync(async () => await service.MetricAsync("minerflow_sightings_total") > 0 && await service.MetricAsync("minerflow_sightings_open") == 0);
            }

            Assert.Equal(0, service.Stop());
        }

        using (var service = await RunningService.StartAsync(replayed.Path, null, "--follow", file))
        {
            await service.UntilMetricAsync("minerflow_packets_total", packets => packets == FramesOfAll);
            Assert.Equal(0, service.Stop());
        }

        var (expected, kept) = (Sightings(replayed), Sightings(live));
        var records = kept.ConvertAll(Record);
        Assert.True(records.Count >= Repository.Scenarios.Count(scenario => !scenario.StartsWith("traps/", StringComparison.Ordinal)) / 2, string.Join('\n', records));
        Assert.Equal(expected.ConvertAll(Record), records);

        // Two sockets may be handed frames of two processors in another order, nanoseconds apart: a rate begins with one of them.
        Assert.All(expected.Zip(kept), pair => Assert.Equal(RateOf(pair.First), RateOf(pair.Second), RateOf(pair.First) * 1e-3));
    }

    [Fact]
    public async Task TwoWorkersShareALinkUnderLoad()
    {
        using var lab = LinkLab.OrSkip("tcpreplay");
        using var folder = new ServiceFolder();
        using var service = await StartAsync(lab, folder, workers: 2);

        await lab.SendAsync(times: 40, framesPerSecond: 50_000, Captures);

        await AssertAccountedAsync(service, 40L * FramesOfAll);
        Assert.True(await service.MetricAsync("minerflow_packets_total", "worker=\"0\"") > 0);
        Assert.True(await service.MetricAsync("minerflow_packets_total", "worker=\"1\"") > 0);
        Assert.Equal(0, service.Stop());
        Assert.NotEmpty(Records(folder));
    }

    [Fact]
    public async Task RulesAreReadAgainUnderLoadWithoutLosingAFrame()
    {
        using var lab = LinkLab.OrSkip("tcpreplay");
        using var folder = new ServiceFolder();
        using var service = await StartAsync(lab, folder, workers: 2);

        var sending = lab.SendAsync(times: 20, framesPerSecond: 5_000, Captures);
        for (var reload = 1; reload <= 5 || !sending.IsCompleted; reload++)
        {
            service.Reload();
            await service.UntilMetricAsync("minerflow_reloads_total", done => done >= reload, "done");
        }

        await sending;
        await AssertAccountedAsync(service, 20L * FramesOfAll);
        Assert.Equal(0, await service.MetricAsync("minerflow_drops_total"));
        Assert.Equal(0, service.Stop());
    }

    [Fact]
    public async Task AnInterfaceGoesDownIsRenamedAndIsPulledOutAndEachTimeTheServiceGoesOn()
    {
        using var lab = LinkLab.OrSkip("tcpreplay");
        using var folder = new ServiceFolder();
        using var service = await StartAsync(lab, folder, workers: 1);
        var sent = 0;
        await SendAsync();

        lab.Network.Ip("link", "set", LinkLab.Mirror, "down");
        await UntilLogAsync("the interface is down", 1);
        lab.Network.Ip("link", "set", LinkLab.Mirror, "up");
        await UntilLogAsync("the interface is up", 1);
        await SendAsync();

        // A name can be changed while the interface is down only; the socket stays with the interface.
        lab.Network.Ip("link", "set", LinkLab.Mirror, "down");
        lab.Network.Ip("link", "set", LinkLab.Mirror, "name", "mfrenamed");
        lab.Network.Ip("link", "set", "mfrenamed", "up");
        await SendAsync();
        lab.Network.Ip("link", "set", "mfrenamed", "down");
        lab.Network.Ip("link", "set", "mfrenamed", "name", LinkLab.Mirror);
        lab.Network.Ip("link", "set", LinkLab.Mirror, "up");
        await SendAsync();

        lab.Unplug();
        await UntilLogAsync("there is no such interface any more", 1);
        var ups = service.Log.Split("the interface is up").Length;
        lab.Plug();
        await UntilLogAsync("the interface is up", ups);
        await SendAsync();

        await AssertAccountedAsync(service, sent);
        Assert.True(await service.MetricAsync("minerflow_link_losses_total") >= 2);
        Assert.Equal(0, await service.MetricAsync("minerflow_drops_total"));
        Assert.Equal(0, service.Stop());
        Assert.Contains("stratum-v1", string.Join('\n', Records(folder)), StringComparison.Ordinal);

        async Task SendAsync()
        {
            sent += FramesOf(Scenario);

            // An interface that came up is not at once one that carries frames.
            await lab.SendAsync(times: 1, framesPerSecond: 1_000, Miner);
            await service.UntilMetricAsync("minerflow_packets_total", packets => packets == sent);
        }

        Task UntilLogAsync(string text, int times) => service.UntilAsync(() => Task.FromResult(service.Log.Split(text).Length > times));
    }

    // A cable without a card: nobody but the kernel can stamp its frames, and the service says so.
    [Fact]
    public async Task ACardThatStampsNothingIsNamedAndTheKernelsClockStands()
    {
        using var lab = LinkLab.OrSkip("tcpreplay");
        using var folder = new ServiceFolder();
        using var service = await StartAsync(lab, folder, workers: 1, "--set", "Capture:Interfaces:0:HardwareTimestamps=true", "--set", "Capture:Interfaces:0:NearCard=true");

        await lab.SendAsync(times: 1, framesPerSecond: 1_000, Miner);

        await AssertAccountedAsync(service, FramesOf(Scenario));
        Assert.Equal(0, await service.MetricAsync("minerflow_hardware_stamped_packets_total"));
        Assert.Equal(0, service.Stop());
        Assert.Contains($"{LinkLab.Mirror}: the card does not stamp frames itself, the kernel's clock does: ", service.Log, StringComparison.Ordinal);
        Assert.NotEmpty(Records(folder));
    }

    private static Task<RunningService> StartAsync(LinkLab lab, ServiceFolder folder, int workers, params string[] settings) => RunningService.StartAsync(
        ["ip", "netns", "exec", lab.Network.Name, RunningService.Program], folder.Path, null, lab.Network.NewClient(), "http", "127.0.0.1",
        ["--rules", Repository.PathOf("rules"), "--interface", LinkLab.Mirror, "--set", $"Capture:Interfaces:0:Workers={workers}", .. settings]);

    /// <summary>captured = decoded + rejected + held + dropped, and captured is what was sent.</summary>
    private static async Task AssertAccountedAsync(RunningService service, long sent)
    {
        await service.UntilAsync(async () => await service.MetricAsync("minerflow_packets_total") + await service.MetricAsync("minerflow_drops_total", "\"kernel\"") == sent);
        var packets = await service.MetricAsync("minerflow_packets_total");
        var sum = await service.MetricAsync("minerflow_decoded_packets_total") + await service.MetricAsync("minerflow_rejected_packets_total") + await service.MetricAsync("minerflow_fragments_held_total");
        Assert.Equal(packets, sum);
        TestContext.Current.TestOutputHelper?.WriteLine($"{sent} sent = {packets} read + {await service.MetricAsync("minerflow_drops_total", "\"kernel\"")} dropped by the kernel");
    }

    private static int FramesOf(string scenario) => TrafficWriter.Frames(Repository.ReadScenario(scenario), TrafficForm.Plain).Count();

    private static List<string> Records(ServiceFolder folder) => Sightings(folder).ConvertAll(Record);

    /// <summary>In the order of their records.</summary>
    private static List<Sighting> Sightings(ServiceFolder folder) => [.. folder.SightingsInLedger().OrderBy(Record, StringComparer.Ordinal)];

    /// <summary>Hashes a second.</summary>
    private static double RateOf(Sighting sighting) => sighting.Best.Event.Hashrate?.PerSecond ?? 0;

    /// <summary>Everything of a sighting but its rate, the name of its capture and the numbers of its frames, which are each worker's own.</summary>
    private static string Record(Sighting sighting)
    {
        var best = sighting.Best.Event;
        return string.Join('|', [
            $"{best.Role} {best.State} {best.Dialect} {best.Coin} {best.Algorithm} {best.Agent} {best.Login?.Clear} {best.Worker?.Clear} {best.PoolHost} {best.PoolTag}",
            $"{sighting.Client} [{string.Join(' ', sighting.ClientPorts)}] {sighting.Server} {sighting.Transport} {sighting.WindowStart} {sighting.WindowEnd} {sighting.FirstSeen} {sighting.LastSeen}",
            $"{sighting.Connections} {best.SharesSubmitted} {best.SharesAccepted} {best.SharesRejected} {best.SharesStale} {best.AcceptedWork} {best.Difficulty} {best.Hashrate?.Unit} {best.Hashrate?.Shares} {best.Jobs} {best.Confidence}",
            string.Join(';', best.Evidence.Select(line => $"{line.Rule} {line.Seen}")),
        ]);
    }
}
