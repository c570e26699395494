using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.Texts;

internal sealed partial record ReportTexts
{
    public static readonly ReportTexts English = new()
    {
        SheetHits = "Hits",
        SheetNotes = "Notes",
        Item = "Item",
        Content = "Content",
        Sensor = "Sensor",
        TimeZone = "Time zone",
        Captures = "Captures",
        Period = "Period",
        Sources = "Sources",
        Counters = "Counters",
        Problems = "Problems",
        Limits = "Limits",
        LimitLines =
        [
            "Hits are conversations with a pool; blockchain nodes, pool backends and visits to web sites are not.",
            "Rates are estimated from the shares the pool accepted; the relative standard error of n shares is 1/sqrt(n). Rates of different algorithms are never added.",
            "Power is an estimate from the device table and the rate; it is no measurement.",
            "A coin that the conversation does not tell is 'unknown'.",
            "Natural persons are masked; a release names who, why and until when.",
        ],
        Client = "Client",
        Pool = "Pool",
        CoinAndDialect = "Coin, dialect,\nstate",
        Shares = "Shares ok/bad",
        Rate = "Hashrate",
        Power = "power",
        Subscriber = "Subscriber",
        Seen = "First – last seen",
        Why = "Why",
        NoHits = "No mining found.",
        RowsCut = "{0} of {1} {1:hit|hits} shown; --rows 0 shows all, --format csv and --xlsx list all.",
        Totals = "{0} {0:hit|hits}: {1} {1:client|clients}, {2} {2:pool|pools}, {3} {3:connection|connections}",
        Others = "Also seen, no hits: pool backends {0}, blockchain nodes {1}, visitors {2}",
        Read = "Read: {0} {0:capture|captures}, {1} {1:frame|frames}, {2}; {3}",
        Unread = "Not read: {0} {0:capture|captures}, see the messages",
        Connections = "{0} {0:connection|connections}",
        Stale = "{0} stale",
        RateTotals = "Hashrate",
        FrameWord = "frame",
        NaturalPerson = "natural person",
        Roles = new Dictionary<MiningRole, string>
        {
            [MiningRole.Unknown] = "unknown",
            [MiningRole.Miner] = "miner",
            [MiningRole.Pool] = "pool",
            [MiningRole.Proxy] = "proxy",
            [MiningRole.PoolBackend] = "pool backend",
            [MiningRole.Node] = "node",
            [MiningRole.Visitor] = "visitor",
        },
        States = new Dictionary<MiningState, string>
        {
            [MiningState.Accepted] = "accepted",
            [MiningState.Attempted] = "attempted",
            [MiningState.Rejected] = "rejected",
        },
        Outcomes = new Dictionary<AttributionOutcome, string>
        {
            [AttributionOutcome.Unique] = "identified",
            [AttributionOutcome.Ambiguous] = "ambiguous",
            [AttributionOutcome.None] = "no record",
            [AttributionOutcome.Insufficient] = "insufficient",
            [AttributionOutcome.NotOurs] = "not ours",
            [AttributionOutcome.Invalid] = "invalid",
        },
        Reasons = new Dictionary<string, string>(),
    };
}
