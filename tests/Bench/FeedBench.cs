using System.Diagnostics;
using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Ledger;
using MinerFlow.Reporting.Feeds;
using MinerFlow.Reporting.Feeds.Transports;

namespace MinerFlow.Bench;

/// <summary><c>feeds COUNT</c>: sightings into a ledger of SQLite, and from there to a file in every format.</summary>
internal static class FeedBench
{
    private const int SightingsInTransaction = 1_000;

    public static int Run(string[] arguments)
    {
        if (arguments is not [var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            Console.Error.WriteLine("Usage: MinerFlow.Bench feeds COUNT");
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("minerflow-bench-");
        try
        {
            var ledger = Path.Combine(folder.FullName, "ledger.db");
            Measured("to the ledger", count, () => Write(ledger, count));
            foreach (var format in Enum.GetValues<FeedFormat>())
            {
                var file = Path.Combine(folder.FullName, $"feed.{format}");
                Measured($"{format}", count, () => Send(ledger, format, file));
                Console.WriteLine($"  {new FileInfo(file).Length / count} bytes a record");
            }

            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Write(string place, int count)
    {
        using var ledger = SightingLedger.Open(place);
        foreach (var batch in Enumerable.Range(0, count).Select(Sighting).Chunk(SightingsInTransaction))
        {
            ledger.Write(batch);
        }
    }

    private static void Send(string ledger, FeedFormat format, string file)
    {
        var origin = new FeedOrigin("sensor01.example", Environment.ProcessId, "1.0.0", TimeSpan.FromHours(8));
        var plan = new FeedPlan($"{format}", "file", format.Make(origin), () => new FileTransport(new FileTransportOptions(file) { MaxBytes = long.MaxValue }, TimeProvider.System)) { FromStart = true };
        var sender = new FeedSender(ledger, "sensor-1", plan);
        while (sender.Round(CancellationToken.None).GetAwaiter().GetResult() == FeedRound.More)
        {
        }

        sender.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static void Measured(string what, int count, Action work)
    {
        var (watch, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        work();
        cpu = Environment.CpuUsage.TotalTime - cpu;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {count / watch.Elapsed.TotalSeconds:0} records/s, {cpu.TotalMicroseconds / count:0} us of CPU a record; peak memory {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB"));
    }

    private static Sighting Sighting(int number)
    {
        var (start, end) = (PacketTime.FromSeconds(1_772_438_400 + (number / 1_000)), PacketTime.FromSeconds(1_772_438_700 + (number / 1_000)));
        var seen = new MiningEvent
        {
            Client = new Endpoint(IpAddress.FromIPv4(0x6440_0000 + (uint)number), 40_000),
            Server = new Endpoint(IpAddress.FromIPv4(0xC633_6407), 3_333),
            Transport = Transport.Tcp,
            FlowId = (ulong)number,
            Role = MiningRole.Miner,
            State = MiningState.Accepted,
            Dialect = "stratum-v1",
            Rule = "stratum-v1",
            Coin = "BTC",
            Algorithm = "sha256d",
            Agent = "cgminer/4.11.1",
            Login = new Identity($"{number:x32}", "acc…7f", "invented"),
            PoolHost = "pool.example",
            SharesAccepted = 25,
            Hashrate = new Hashrate(9e12, "H/s", 25, 300),
            Confidence = 0.99,
            FirstSeen = start,
            LastSeen = end,
            Evidence = [new Evidence("stratum-v1", 3, "mining.notify with 9 parameters")],
            CaptureFile = "eth1",
            FirstFrame = 1,
            LastFrame = 188,
        };
        return new Sighting
        {
            Key = $"{number:x64}",
            Sensor = "sensor-1",
            Client = seen.Client.Address,
            ClientPorts = [seen.Client.Port],
            Server = seen.Server,
            Transport = seen.Transport,
            WindowStart = start,
            WindowEnd = end,
            FirstSeen = start,
            LastSeen = end,
            Connections = 1,
            Best = new EnrichedEvent(seen),
        };
    }
}
