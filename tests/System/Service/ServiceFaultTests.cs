using System.Globalization;
using Microsoft.Data.Sqlite;
using Xunit;

namespace MinerFlow.SystemTests.Service;

/// <summary>What goes wrong in months, in minutes: nothing that was acknowledged is lost or doubled, and the service says what happened.</summary>
public sealed class ServiceFaultTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    /// <summary>How often each fault comes: <c>tests/System/faults [TIMES] [SEED]</c>.</summary>
    private static readonly int Times = FromEnvironment("FAULT_TIMES", 2);

    private static readonly int Seed = FromEnvironment("FAULT_SEED", 1);

    private enum Fault
    {
        Kill,
        LedgerGone,
        LedgerLocked,
        DiskFull,
        ClockStepped,
    }

    [Fact]
    public async Task FaultsAtRandomLoseAndDoubleNothingThatWasAcknowledged()
    {
        using var folder = new ServiceFolder();
        folder.MountOrSkip(megabytes: 24 + (2 * Times));
        var random = new Random(Seed);
        var faults = Enum.GetValues<Fault>().SelectMany(fault => Enumerable.Repeat(fault, Times)).ToArray();
        random.Shuffle(faults);
        var lives = new List<(string Capture, Dictionary<string, long>? Acknowledged, long Shares)>();
        var life = await Life.BeginAsync(folder, 0);
        try
        {
            foreach (var (round, fault) in faults.Index())
            {
                life.Link.Mine(5 + random.Next(25));
                TestContext.Current.TestOutputHelper?.WriteLine($"{round + 1}: {fault} after {life.Link.Shares} shares");
                if (fault != Fault.Kill)
                {
                    await SufferAsync(fault, life, folder, random);
                    continue;
                }

                // Anywhere between reading and writing.
                await Task.Delay(random.Next(400), TestContext.Current.CancellationToken);
                life.Service.Kill();
                lives.Add((life.Link.Path, folder.Acknowledged(life.Link.Path), life.Link.Shares));
                life.Dispose();
                life = await Life.BeginAsync(folder, round + 1);
            }

            await life.UntilReadAsync();
            Assert.Equal(0, life.Service.Stop());
            lives.Add((life.Link.Path, null, life.Link.Shares));
        }
        finally
        {
            life.Dispose();
        }

        Assert.Contains(" 0 wait in the spool", life.Service.Log, StringComparison.Ordinal);
        var (acknowledgedInAll, keptInAll) = (0L, 0L);
        foreach (var (capture, acknowledged, shares) in lives)
        {
            var kept = folder.InLedger(capture);
            if (acknowledged is not null)
            {
                Assert.Equal(acknowledged.OrderBy(pair => pair.Key), kept.OrderBy(pair => pair.Key));
            }

            Assert.True(acknowledged is null ? kept.Values.Sum() == shares : kept.Values.Sum() <= shares, $"{capture}: {kept.Values.Sum()} of {shares} shares\n{life.Service.Log}");
            acknowledgedInAll += acknowledged?.Values.Sum() ?? shares;
            keptInAll += kept.Values.Sum();
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{faults.Length} faults in {lives.Count} lives: {lives.Sum(each => each.Shares)} shares on the link, {acknowledgedInAll} acknowledged, {keptInAll} in the ledger");
    }

    [Fact]
    public async Task AnUndisturbedRunKeepsEveryShareAndAStopInTheMidstOfAWindowToo()
    {
        using var folder = new ServiceFolder();
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        using (var service = await RunningService.StartAsync(folder.Path, null, "--follow", link.Path))
        {
            link.Connect(20).Mine(63);
            await service.UntilMetricAsync("minerflow_packets_total", packets => packets == link.Packets);
            Assert.Equal(0, service.Stop());
            Assert.Contains("stopped after", service.Log, StringComparison.Ordinal);
        }

        Assert.Equal(link.Shares, folder.InLedger(link.Path).Values.Sum());

        // The file is read again from its front: windows that were whole are known, the last one is completed.
        using (var again = await RunningService.StartAsync(folder.Path, null, "--follow", link.Path))
        {
            link.Mine(30);
            await again.UntilMetricAsync("minerflow_packets_total", packets => packets == link.Packets);
            Assert.Equal(0, again.Stop());
        }

        Assert.Equal(link.Shares, folder.InLedger(link.Path).Values.Sum());
    }

    [Fact]
    public async Task ASpoolThatIsFullLosesWhatComesThenAndSaysSo()
    {
        using var folder = new ServiceFolder();
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        using var service = await RunningService.StartAsync(
            folder.Path, null, "--follow", link.Path, "--set", "Spool:MaxBytes=1048576", "--set", "Spool:SegmentBytes=65536", "--set", "Sensor:StopSeconds=1");
        var aside = folder.PathOf("aside.db");
        MoveLedger(folder.Ledger, aside);
        link.Connect(200).Mine(80);
        await service.UntilMetricAsync("minerflow_drops_total", lost => lost > 0, "spool_full");
        await service.UntilMetricAsync("minerflow_packets_total", packets => packets == link.Packets);
        await service.UntilMetricAsync("minerflow_ledger_up", up => up == 0);
        var status = await service.GetAsync("api/status");
        Assert.Contains("\"ledger_up\":false", status, StringComparison.Ordinal);
        MoveLedger(aside, folder.Ledger);
        await service.UntilMetricAsync("minerflow_spool_sightings", waiting => waiting == 0);
        await service.UntilMetricAsync("minerflow_ledger_up", up => up == 1);
        var kept = await service.MetricAsync("minerflow_sightings_total");

        Assert.Equal(0, service.Stop());
        Assert.Contains("sightings were lost: spool_full", service.Log, StringComparison.Ordinal);
        Assert.Contains("the ledger cannot be written", service.Log, StringComparison.Ordinal);
        Assert.Contains("the ledger can be written again", service.Log, StringComparison.Ordinal);
        Assert.True(folder.InLedger(link.Path).Count >= kept);
    }

    private static async Task SufferAsync(Fault fault, Life life, ServiceFolder folder, Random random)
    {
        switch (fault)
        {
            case Fault.LedgerGone:
                var (away, back) = (life.Said("the ledger cannot be written"), life.Said("the ledger can be written again"));
                var aside = folder.PathOf("aside.db");
                MoveLedger(folder.Ledger, aside);
                life.Link.Mine(25);
                await life.Service.UntilMetricAsync("minerflow_ledger_up", up => up == 0);
                MoveLedger(aside, folder.Ledger);
                await life.Service.UntilMetricAsync("minerflow_ledger_up", up => up == 1);
                await life.UntilSaidAsync("the ledger cannot be written", away + 1);
                await life.UntilSaidAsync("the ledger can be written again", back + 1);
                break;
            case Fault.LedgerLocked:
                using (var other = new SqliteConnection($"Data Source={folder.Ledger};Pooling=False"))
                {
                    other.Open();
                    using var transaction = other.BeginTransaction(deferred: false);
                    life.Link.Mine(25);
                    await Task.Delay(random.Next(500), TestContext.Current.CancellationToken);
                    transaction.Rollback();
                }

                break;
            case Fault.DiskFull:
                var full = life.Said("cannot be written");
                var ballast = folder.PathOf("ballast");
                await FillAsync(ballast);
                life.Link.Mine(25);
                await life.Service.UntilAsync(async () => await life.Service.MetricAsync("minerflow_spool_up") == 0 || await life.Service.MetricAsync("minerflow_ledger_up") == 0);
                await life.UntilSaidAsync("cannot be written", full + 1);
                File.Delete(ballast);
                await life.Service.UntilAsync(async () => await life.Service.MetricAsync("minerflow_spool_up") == 1 && await life.Service.MetricAsync("minerflow_ledger_up") == 1);
                break;
            default:
                await life.UntilReadAsync();
                var steps = life.Said("packet time went back by");
                life.StepBack(TimeSpan.FromHours(1 + random.Next(6)));
                life.Link.Mine(15);
                await life.UntilSaidAsync("packet time went back by", steps + 1);
                if (random.Next(2) == 0)
                {
                    life.Link.Step(TimeSpan.FromHours(1 + random.Next(12)));
                    life.Link.Mine(15);
                }

                break;
        }
    }

    /// <summary>A ledger on its way elsewhere, with the files that belong to it.</summary>
    private static void MoveLedger(string from, string to)
    {
        foreach (var part in (string[])["-wal", "-shm", ""])
        {
            if (File.Exists(from + part))
            {
                File.Move(from + part, to + part, overwrite: true);
            }
        }
    }

    private static async Task FillAsync(string path)
    {
        await using var file = File.Create(path);
        var block = new byte[4_096];
        try
        {
            while (true)
            {
                file.Write(block);
                await file.FlushAsync(TestContext.Current.CancellationToken);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static int FromEnvironment(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : otherwise;

    /// <summary>One life of the service, with a capture of its own: what a sensor on the wire missed while it was down, it never sees.</summary>
    private sealed record Life(MinerLink Link, RunningService Service) : IDisposable
    {
        private DateTimeOffset _earliest = Link.Now;
        private bool _isOver;

        public static async Task<Life> BeginAsync(ServiceFolder folder, int number)
        {
            var captures = Directory.CreateTempSubdirectory("minerflow-link-").FullName;
            var link = new MinerLink(Path.Combine(captures, $"life{number}.pcap"), Start + TimeSpan.FromDays(30 * number)).Connect(10);
            return new Life(link, await RunningService.StartAsync(folder.Path, null, "--follow", link.Path));
        }

        /// <summary>Sets the clock to before anything that this life has seen: whatever of it was read so far, it is a step back.</summary>
        public void StepBack(TimeSpan by)
        {
            _earliest -= by;
            Link.Step(_earliest - Link.Now);
        }

        /// <summary>How often it has said something.</summary>
        public int Said(string text) => Service.Log.Split(text).Length - 1;

        public Task UntilSaidAsync(string text, int times) => Service.UntilAsync(() => Task.FromResult(Said(text) >= times));

        public Task UntilReadAsync() => Service.UntilMetricAsync("minerflow_packets_total", packets => packets == Link.Packets);

        public void Dispose()
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
            Service.Dispose();
            Link.Dispose();
            Directory.Delete(Path.GetDirectoryName(Link.Path)!, recursive: true);
        }
    }
}
