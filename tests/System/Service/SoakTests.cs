using System.Diagnostics;
using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.SystemTests.Live;
using Xunit;

namespace MinerFlow.SystemTests.Service;

/// <summary>Memory under floods: for a minute always, for as long as <c>tests/System/soak</c> is told when asked.</summary>
public sealed class SoakTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private const double PacketTimeToRealTime = 10;

    private const int HalfOpenInAFlood = 15_000;

    /// <summary>Bounds that the floods below reach within seconds.</summary>
    private static readonly string[] Bounds =
    [
        "--set", "Flows:FlowSlots=65536", "--set", "Flows:Connections=5000", "--set", "Flows:StreamBytesTotal=16777216", "--set", "Flows:StreamBytesKept=8192",
        "--set", "Flows:TcpIdleSeconds=120",
    ];

    [Fact]
    public async Task FloodsMeetBoundsThatAreCountedAndMemoryStaysFlat()
    {
        using var folder = new ServiceFolder();
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        using var service = await RunningService.StartAsync(folder.Path, null, ["--follow", link.Path, .. Bounds]);
        link.Connect(100);
        var memory = new List<double>();
        for (var wave = 0; wave < 24; wave++)
        {
            link.Flood(60_000, wave).HalfOpen(HalfOpenInAFlood, 100 + wave).Endless(400_000).Mine(5);
            await service.UntilMetricAsync("minerflow_packets_total", packets => packets == link.Packets);

            // What waits between capture and gatherer has a bound of its own, larger than what is looked at here: two or three waves are in windows that have not ended.
            await service.UntilMetricAsync("minerflow_sightings_open", open => open <= 3 * HalfOpenInAFlood);
            memory.Add(await service.MetricAsync("process_resident_memory_bytes"));
            TestContext.Current.TestOutputHelper?.WriteLine($"wave {wave}: {memory[^1] / 1e6:0} MB after {link.Packets} packets");
        }

        var bounds = await service.GetAsync("metrics");
        Assert.True(await service.MetricAsync("minerflow_bounds_hit_total", "\"flows\"") > 0, bounds);
        Assert.True(await service.MetricAsync("minerflow_bounds_hit_total", "\"connections\"") > 0, bounds);
        Assert.True(await service.MetricAsync("minerflow_bounds_hit_total", "\"stream_kept\"") > 0, bounds);
        Assert.True(await service.MetricAsync("minerflow_flows") <= 65_536);
        Assert.True(await service.MetricAsync("minerflow_connections") <= 5_000);
        Assert.Equal(0, await service.MetricAsync("minerflow_drops_total"));

        // Eight waves fill what is bounded and the heap's generations. From then on the collector's own swing is a fifth; what floods kept for good would be more.
        Assert.True(memory[16..].Average() < memory[8..16].Average() * 1.2, string.Join(", ", memory));
        Assert.Equal(0, service.Stop());
    }

    [Fact]
    public async Task AFloodOfHalfMessagesTakesBoundedRoomInTheLedgerAndIsToldOf()
    {
        const int Kept = 200;
        using var folder = new ServiceFolder();
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        using var service = await RunningService.StartAsync(
            folder.Path, null, ["--follow", link.Path, "--set", "Sightings:WindowSeconds=60", "--set", $"Sightings:MaxAttempts={Kept}", .. Bounds]);
        link.Connect(5);
        for (var window = 0; window < 4; window++)
        {
            link.Mine(5).HalfOpen(10_000, window).Mine(55);
        }

        await service.UntilMetricAsync("minerflow_sightings_folded_total", folded => folded > 20_000);
        var ledger = await service.MetricAsync("minerflow_ledger_bytes");
        Assert.Equal(0, await service.MetricAsync("minerflow_drops_total"));
        Assert.Equal(0, service.Stop());

        // A stream is told of when it makes room for another, or at the end: also beyond its own window, and yet within the bound.
        var sightings = folder.SightingsInLedger();
        var attempts = sightings.Where(sighting => sighting.Best.Event.State == MiningState.Attempted).ToList();
        Assert.InRange(attempts.Count, Kept, 5 * Kept);

        // The flood is twice what has room, and the miners that were there before it stay.
        Assert.Equal(link.Shares, sightings.Sum(sighting => sighting.Best.Event.SharesAccepted));

        // Those that were kept say how many were not: nothing is left out without a word. An address may come twice by chance.
        Assert.InRange(attempts.Count + attempts.Sum(sighting => sighting.FurtherAttempts ?? 0), 36_000, 40_000);
        Assert.Contains("most of them to 198.51.100.7:3333: ", service.Log, StringComparison.Ordinal);
        Assert.True(ledger > 0, "the ledger has no size");
    }

    [Fact]
    public async Task AsLongAsItIsTold()
    {
        var told = Environment.GetEnvironmentVariable("SOAK_MINUTES");
        Assert.SkipUnless(double.TryParse(told, NumberStyles.Float, CultureInfo.InvariantCulture, out var minutes), "run by tests/System/soak [MINUTES]");
        using var folder = new ServiceFolder();
        var pipe = folder.PathOf("link");
        Tool.Run("mkfifo", pipe);
        var starting = RunningService.StartAsync(folder.Path, null, ["--follow", pipe, "--set", "Sightings:WindowSeconds=60", "--set", "Sightings:PeriodSeconds=20", "--set", "Sightings:MaxAttempts=1000", .. Bounds]);
        using var link = await Task.Run(() => new MinerLink(pipe, Start), TestContext.Current.CancellationToken);
        using var service = await starting;
        var (clock, said, wave) = (Stopwatch.StartNew(), TimeSpan.Zero, 0);
        var memory = new List<double>();
        using var watched = new CancellationTokenSource();
        var delays = new SightingDelays(service, clock);
        var watching = Task.Run(() => delays.WatchAsync(watched.Token), TestContext.Current.CancellationToken);
        for (; clock.Elapsed.TotalMinutes < minutes; wave++)
        {
            // Churn, and one wave in four with a flood.
            link.Connect(20).Mine(3).Leave(wave < 50 ? 0 : 20);
            delays.OnWire(link.Now);
            if (wave % 4 == 0)
            {
                link.Flood(20_000, wave).HalfOpen(HalfOpenInAFlood, wave).Endless(100_000);
            }

            // Ten times as fast as on a wire: what the ledger is asked to take stays within what it can.
            var ahead = ((link.Now - Start) / PacketTimeToRealTime) - clock.Elapsed;
            if (ahead > TimeSpan.Zero)
            {
                await Task.Delay(ahead, TestContext.Current.CancellationToken);
            }

            if (clock.Elapsed - said > TimeSpan.FromSeconds(Math.Min(30, minutes * 6)))
            {
                said = clock.Elapsed;
                memory.Add(await service.MetricAsync("process_resident_memory_bytes"));
                TestContext.Current.TestOutputHelper?.WriteLine(
                    $"{clock.Elapsed.TotalMinutes:0.0} min: {memory[^1] / 1e6:0} MB, {await service.MetricAsync("minerflow_packets_total")} packets, {await service.MetricAsync("minerflow_shares_total", "accepted")} shares, "
                    + $"{await service.MetricAsync("minerflow_ledger_sightings_total")} sightings, dropped {await service.MetricAsync("minerflow_drops_total")}, "
                    + $"bounds hit {await service.MetricAsync("minerflow_bounds_hit_total")}, share on the wire to its sighting on disk: {delays.Told()}");
            }
        }

        await watched.CancelAsync();
        await watching;
        link.Dispose();
        Assert.True(await service.MetricAsync("minerflow_drops_total") == 0, string.Join('\n', (await service.GetAsync("metrics")).Split('\n').Where(line => line.StartsWith("minerflow_drops_total{", StringComparison.Ordinal))));
        Assert.Equal(0, service.Stop());

        // The collector's own swing is a fifth: what is compared are averages of quarters.
        Assert.True(memory[(memory.Count * 3 / 4)..].Average() < memory[(memory.Count / 4)..(memory.Count / 2)].Average() * 1.15, $"memory in bytes: {string.Join(", ", memory)}");
    }
}
