using System.Buffers;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Reporting.Feeds;

namespace MinerFlow.SystemTests.Feeds;

/// <summary>Records of invented miners, with text that every format has to escape.</summary>
internal static class FeedSamples
{
    public static readonly FeedOrigin Origin = new("sensor01.example", 812, "1.2.3", TimeSpan.FromHours(8));

    private static readonly PacketTime Start = PacketTime.FromSeconds(1_772_438_400);

    public static IEnumerable<FeedRecord> Records(int count) => Enumerable.Range(0, count).Select(i => FeedRecord.Of(Sighting(i), i % 3 == 0 ? null : i, isAgain: i % 5 == 0));

    public static List<FeedMessage> Messages(int count, IFeedFormat format) => [.. Records(count).Select(record => Message(record, format))];

    /// <summary>Key of the sighting with this number.</summary>
    public static string KeyOf(int number) => $"{number:x64}";

    private static FeedMessage Message(FeedRecord record, IFeedFormat format)
    {
        var output = new ArrayBufferWriter<byte>();
        format.Write(record, output);
        return new FeedMessage(output.WrittenSpan.ToArray(), record.Key, record.Finding.Event.Role.ToWord(), record.Finding.Event.Coin);
    }

    private static Sighting Sighting(int number)
    {
        var client = new Endpoint(number % 2 == 0 ? IpAddress.FromIPv4(0xCB00_7100 + (uint)(number % 250)) : new IpAddress(0x2001_0DB8_0000_0000, (ulong)number), 40_000);
        var server = new Endpoint(number % 2 == 0 ? IpAddress.FromIPv4(0xC633_6407) : new IpAddress(0x2001_0DB8_0000_0000, 7), 3_333);
        var seen = new MiningEvent
        {
            Client = client,
            Server = server,
            Transport = number % 7 == 0 ? Transport.Udp : Transport.Tcp,
            FlowId = (ulong)number,
            Role = (number % 3) switch { 0 => MiningRole.Miner, 1 => MiningRole.Pool, _ => MiningRole.Proxy },
            State = (MiningState)(number % 3),
            Dialect = "stratum-v1",
            Rule = "stratum-v1",
            Coin = number % 4 == 0 ? "unknown" : "BTC",
            Agent = $"rig \"{number}\" a=b|c\\d]e 矿机",
            Login = new Identity("0123456789abcdef0123456789abcdef", "acc…7f", "login-in-clear"),
            PoolHost = "pool.example",
            SharesSubmitted = number + 1,
            SharesAccepted = number,
            Hashrate = number == 0 ? null : new Hashrate(number * 1e12, "H/s", number, 300),
            Confidence = 0.99,
            FirstSeen = Start,
            LastSeen = PacketTime.FromSeconds(1_772_438_400 + number),
            Evidence = [new Evidence("stratum-v1", 3, "mining.notify with 9 parameters")],
            CaptureFile = "eth1",
            FirstFrame = 1,
            LastFrame = 9,
        };
        return new Sighting
        {
            Key = KeyOf(number),
            Sensor = "sensor-1",
            Client = client.Address,
            ClientPorts = [client.Port],
            Server = server,
            Transport = seen.Transport,
            WindowStart = Start,
            WindowEnd = PacketTime.FromSeconds(1_772_438_700),
            FirstSeen = seen.FirstSeen,
            LastSeen = seen.LastSeen,
            Connections = 2,
            Best = new EnrichedEvent(seen)
            {
                Pool = new PoolMatch("示例矿池", "host"),
                PoolPlace = new Place("US", null, "Springfield") { AutonomousSystem = 64_500, Organisation = "Example Hosting" },
                Attribution = new Attribution(AttributionOutcome.Unique, [new AttributionCandidate("account-in-clear", "radius", Start, null, EndIsEstimated: false, [])]) { Grade = 'A' },
            },
        };
    }
}
