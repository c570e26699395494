using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Unit.Enrichment;

namespace MinerFlow.Unit.Ledger;

/// <summary>Sightings of invented clients, 100 seconds apart, with every field filled.</summary>
internal static class SyntheticSightings
{
    /// <summary>What only the restricted fields may hold.</summary>
    public static readonly string[] Names = ["bc1qexample", "rig1.clear", "yc0359000001", "张示例"];

    public static List<Sighting> Make(int count)
    {
        var aggregator = new SightingAggregator(new SightingOptions { Sensor = "s1", Window = TimeSpan.FromDays(1) });
        for (var i = 0; i < count; i++)
        {
            aggregator.Add(Enriched(i));
        }

        return [.. aggregator.Complete()];
    }

    /// <summary>One sighting of a client whose holder is known.</summary>
    public static Sighting Of(string address, DateTimeOffset from, TimeSpan length, Attribution attribution)
    {
        var sighting = Make(1)[0];
        return sighting with
        {
            Key = $"{address} {from:O}",
            Client = IpAddress.TryParse(address, out var client) ? client : throw new ArgumentException(address, nameof(address)),
            WindowStart = PacketTime.From(from),
            FirstSeen = PacketTime.From(from),
            LastSeen = PacketTime.From(from + length),
            Best = sighting.Best with { Attribution = attribution },
        };
    }

    private static EnrichedEvent Enriched(int i)
    {
        var miningEvent = Events.Miner((ulong)i, i * 100, (i * 100) + 60, work: 1e14, shares: 10) with
        {
            Client = new Endpoint(IpAddress.FromIPv4(0xCB00_7100 + (uint)i), 40000),
            Login = new Identity("00112233445566778899aabbccddeeff", "bc1…g1", "bc1qexampleexample.rig1"),
            Worker = new Identity("ffeeddccbbaa99887766554433221100", "r", "rig1.clear"),
            Workers = 2,
            PoolHost = "pool.example",
            PoolTag = "/Tag/",
            SharesRejected = 3,
            SharesStale = 1,
            Difficulty = 65536,
            Height = 730_000,
            Jobs = 12,
            StatedHashrate = double.PositiveInfinity,
            Encrypted = true,
        };
        var subscriber = new Subscriber("张示例", true) { County = "盐湖区" };
        return new EnrichedEvent(miningEvent)
        {
            Pool = new PoolMatch("Example Pool", "host") { Coin = "BTC" },
            PoolPlace = new Place("SG", null, null) { AutonomousSystem = 64500, Organisation = "Example Net" },
            ClientPlace = new Place("CN", "山西", "运城"),
            Device = new DeviceGuess("ASIC", "class"),
            Power = new PowerEstimate(1, 2, 3, "ASIC at 1 to 3 J/TH"),
            Attribution = new Attribution(
                AttributionOutcome.Unique,
                [new AttributionCandidate("yc0359000001@adsl", "radius", Events.Second(0), null, true, ["aa", "bb"]) { Subscriber = subscriber }])
            {
                Grade = 'A',
            },
        };
    }
}
