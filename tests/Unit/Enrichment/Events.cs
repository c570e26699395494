using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment;

/// <summary>Invented mining events. Times are seconds after 2022-04-08T00:00:00Z.</summary>
internal static class Events
{
    public static PacketTime Second(double seconds) => new(At("2022-04-08T00:00:00Z").UnixNanoseconds + (long)(seconds * 1e9));

    public static EnrichedEvent Of(MiningEvent miningEvent) => new(miningEvent);

    public static MiningEvent Miner(ulong flow, double from, double to, double work = 0, long shares = 0, int port = 40000) => new()
    {
        Client = new Endpoint(Ip("203.0.113.9"), (ushort)port),
        Server = new Endpoint(Ip("198.51.100.7"), 3333),
        Transport = Transport.Tcp,
        FlowId = flow,
        Role = MiningRole.Miner,
        State = MiningState.Accepted,
        Dialect = "stratum-v1",
        Rule = "stratum-v1",
        Coin = "BTC",
        Algorithm = "sha256d",
        Agent = "cgminer/4.11.1",
        SharesSubmitted = shares,
        SharesAccepted = shares,
        AcceptedWork = work,
        Hashrate = shares > 0 ? new Hashrate(work / (to - from), "H/s", shares, to - from) : null,
        Confidence = 0.99,
        FirstSeen = Second(from),
        LastSeen = Second(to),
        Evidence = [new Evidence("stratum-v1", 4, "mining.notify with 9 parameters")],
        CaptureFile = "synthetic.pcapng",
        FirstFrame = 1,
        LastFrame = 188,
    };
}
