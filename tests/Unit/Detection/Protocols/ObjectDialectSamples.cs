using static MinerFlow.Unit.Detection.Protocols.DialectSample;

namespace MinerFlow.Unit.Detection.Protocols;

/// <summary>Conversations of dialects that name each of their parameters.</summary>
internal static class ObjectDialectSamples
{
    private static readonly string H64 = Repeat("1a2b3c4d", 8);
    private static readonly string Job = Repeat("5e6f7a8b", 4);
    private static readonly string Identity = Repeat("QUBIC", 12);

    public static IEnumerable<DialectSample> All =>
    [
        new("hathor", "a node's server")
        {
            Lines =
            [
                $$$"""C {"id":"1","method":"mining.subscribe","params":{"address":"H{{{new string('q', 33)}}}","mine_txs":false}}""",
                """S {"result":"ok","error":null,"id":"1"}""",
                $$$"""S {"method":"job","params":{"data":"{{{H64 + H64}}}","job_id":"{{{Job}}}","nonce_size":16,"weight":32.0,"parent_hash":"{{{H64}}}"},"id":"0"}""",
                $$$"""C {"id":"2","method":"mining.submit","params":{"job_id":"{{{Job}}}","nonce":"a1b2c3d4"}}""",
                """S {"result":"ok","error":null,"id":"2"}""",
                $$$"""C {"id":"3","method":"mining.submit","params":{"job_id":"{{{Job}}}","nonce":"a1b2c3d5"}}""",
                """S {"error":{"code":31,"message":"Stale job submitted"},"data":{},"id":"3"}""",
            ],
            Certain = [2],
            Coin = "HTR", Algorithm = "sha256d", Account = "H" + new string('q', 33), Rejected = 1, Stale = 1, Work = 4_294_967_296,
        },
        new("qatum", "the id says what it is")
        {
            Lines =
            [
                $$$"""C {"id":1,"wallet":"{{{Identity}}}","worker":"rig12"}""",
                """S {"id":1,"result":true,"error":null}""",
                """S {"id":6,"difficulty":123}""",
                $$$"""S {"id":2,"computorId":"{{{Identity}}}"}""",
                $$$"""S {"id":3,"seed":"{{{H64}}}","isEmpty":false}""",
                $$$"""C {"id":4,"nonce":"{{{H64}}}","seed":"{{{H64}}}","computorId":"{{{Identity}}}"}""",
                """S {"id":4,"result":true,"error":null}""",
                $$$"""C {"id":5,"computorId":"{{{Identity}}}","hashrate":412}""",
            ],
            Certain = [0, 4, 5, 7],
            Coin = "QUBIC", Account = Identity, Worker = "rig12",
        },
    ];
}
