using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Reporting;

/// <summary>Invented findings: documentation addresses, invented names.</summary>
internal static class Sample
{
    public static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    /// <summary>2026-11-22T00:00:00.123456Z, which is 08:00 at +08:00.</summary>
    public static readonly PacketTime Start = PacketTime.FromSeconds(1_795_305_600, 123_456_000);

    public static readonly PacketTime End = PacketTime.FromSeconds(1_795_309_200);

    public static MiningEvent Event() => new()
    {
        Client = Endpoint("203.0.113.9", 22_017),
        Server = Endpoint("198.51.100.7", 3_333),
        Transport = Transport.Tcp,
        FlowId = ulong.MaxValue,
        Role = MiningRole.Miner,
        State = MiningState.Accepted,
        Dialect = "stratum-v1",
        Rule = "stratum-v1",
        Coin = "BTC",
        Algorithm = "sha256d",
        Agent = "cgminer/4.11.1",
        Login = new Identity("0123456789abcdef0123456789abcdef", "acc…7f", "account-in-clear-7f"),
        Worker = new Identity("fedcba9876543210fedcba9876543210", "r…", "rig-in-clear"),
        Workers = 3,
        PoolHost = "pool.example",
        PoolTag = "/Example Pool/",
        SharesSubmitted = 129,
        SharesAccepted = 128,
        SharesRejected = 1,
        SharesStale = 1,
        Difficulty = 65_536,
        Hashrate = new Hashrate(9.123456789e12, "H/s", 128, 3_600),
        StatedHashrate = 9.5e12,
        Height = 900_000,
        Jobs = 60,
        Confidence = 0.99,
        FirstSeen = Start,
        LastSeen = End,
        Evidence = [new Evidence("stratum-v1", 3, "mining.notify with 9 parameters")],
        CaptureFile = "captures/one.pcapng",
        FirstFrame = 1,
        LastFrame = 188,
    };

    public static EnrichedEvent Enriched() => new(Event())
    {
        Pool = new PoolMatch("Example Pool", "host"),
        PoolPlace = new Place("US", null, "Springfield") { AutonomousSystem = 64_500, Organisation = "Example Hosting" },
        Device = new DeviceGuess("Antminer S9", "agent"),
        Power = new PowerEstimate(900, 1_300, 1_500, "98 J/TH at 9.1 TH/s"),
        Attribution = new Attribution(AttributionOutcome.Unique, [Person()]) { Grade = 'A' },
    };

    public static AttributionCandidate Person() => new("yc0359000001@adsl", "radius", Start, End, EndIsEstimated: true, ["aa11"])
    {
        Subscriber = new Subscriber("张三丰", IsNaturalPerson: true)
        {
            Kind = "个人",
            CreditCode = "140802199001011234",
            InstallationAddress = "示例省示例市盐湖区阳光小区5号楼2单元301室",
            County = "盐湖区",
            LineNumber = "03590000001",
            ContactName = "李四",
            ContactPhone = "13800005678",
        },
    };

    public static AttributionCandidate Company() => new("ent-0001", "line", Start, null, EndIsEstimated: false, [])
    {
        Subscriber = new Subscriber("示例数据有限公司", IsNaturalPerson: false)
        {
            Kind = "民营企业",
            CreditCode = "91140800MA00000000",
            InstallationAddress = "示例市示例路1号3层",
            ContactName = "王五",
            ContactPhone = "13900001234",
        },
    };

    public static Sighting Sighting() => Sighting(Enriched());

    public static Sighting Sighting(EnrichedEvent best) => new()
    {
        Key = new string('a', 64),
        Sensor = "sensor-1",
        Client = best.Event.Client.Address,
        ClientPorts = [best.Event.Client.Port],
        Server = best.Event.Server,
        Transport = best.Event.Transport,
        WindowStart = Start,
        WindowEnd = End,
        FirstSeen = best.Event.FirstSeen,
        LastSeen = best.Event.LastSeen,
        Connections = 1,
        Best = best,
    };

    public static Endpoint Endpoint(string address, ushort port)
    {
        Assert.True(IpAddress.TryParse(address, out var parsed));
        return new Endpoint(parsed, port);
    }
}
