using static MinerFlow.Unit.Detection.Protocols.DialectSample;

namespace MinerFlow.Unit.Detection.Protocols;

/// <summary>Conversations after the specifications that each dialect names; all names and hashes are invented.</summary>
internal static class DialectSamples
{
    private const double Two32 = 4_294_967_296;

    private static readonly string H64 = Repeat("1a2b3c4d", 8);
    private static readonly string G64 = Repeat("5e6f7a8b", 8);
    private static readonly string Kas = "kaspa:q" + Repeat("qp", 30);
    private static readonly string CkbWallet = "ckb1q" + Repeat("yq", 21);
    private static readonly string AleoWallet = "aleo1" + Repeat("qz", 29);
    private static readonly string Cycle = string.Join(',', Enumerable.Range(1, 42).Select(edge => edge * 1001));
    private static readonly string TextCycle = string.Join(',', Enumerable.Range(1, 42).Select(edge => $"\"{edge:x8}\""));

    private static readonly string Bytes32 = string.Join(',', Enumerable.Range(100, 32));

    // A target whose work is exactly 2^32 tries: 2^224 - 1.
    private static readonly string Target32 = "00000000" + new string('f', 56);

    public static IEnumerable<DialectSample> All =>
    [
        .. MainDialectSamples.All,
        .. ObjectDialectSamples.All,
        .. HeaderDialectSamples.All,
        new("kaspa", "a node's bridge")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["BzMiner-v11.1.0"]}""",
                """S {"id":1,"jsonrpc":"2.0","result":[true,"EthereumStratum/1.0.0"],"error":null}""",
                """S {"jsonrpc":"2.0","method":"set_extranonce","params":["0029"],"id":null}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["{{{Kas}}}.shelf","x"]}""",
                """S {"id":2,"jsonrpc":"2.0","result":true,"error":null}""",
                """S {"jsonrpc":"2.0","method":"mining.set_difficulty","params":[4],"id":null}""",
                """S {"jsonrpc":"2.0","method":"mining.notify","params":["7",[1234567890123456789,9223372036854775807,18446744073709551615,42],1700000000123],"id":7}""",
                $$$"""C {"id":3,"method":"mining.submit","params":["{{{Kas}}}.shelf","7","0x0029a1b2c3d4e5f6"]}""",
                """S {"id":3,"jsonrpc":"2.0","result":true,"error":null}""",
                $$$"""C {"id":4,"method":"mining.submit","params":["{{{Kas}}}.shelf","7","0x0029a1b2c3d4e5f7"]}""",
                """S {"id":4,"jsonrpc":"2.0","result":null,"error":[21,"Job not found",null]}""",
            ],
            Certain = [1, 2, 6, 7],
            Coin = "KAS", Algorithm = "kheavyhash", Account = Kas, Worker = "shelf", Agent = "BzMiner-v11.1.0", Rejected = 1, Stale = 1, Work = 4 * Two32,
        },
        new("kaspa", "jobs of ASICs and a clone's address")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["iceriverminer-v1.1.0","EthereumStratum/1.0.0"]}""",
                """S {"id":1,"result":[true,"KaspaStratum/1.0.0"],"error":null}""",
                """S {"id":null,"method":"mining.set_extranonce","params":["0029",6]}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["karlsen:q{{{Repeat("qp", 30)}}}.a","x"]}""",
                """S {"id":null,"method":"mining.set_difficulty","params":[64]}""",
                $$$"""S {"id":1,"method":"mining.notify","params":["8","{{{Repeat("ab", 40)}}}"]}""",
                $$$"""C {"id":5,"method":"mining.submit","params":["karlsen:q{{{Repeat("qp", 30)}}}.a","8","0x0029a1b2c3d4e5f6"]}""",
                """S {"id":5,"result":true,"error":null}""",
            ],
            Certain = [1, 5, 6],
            Coin = "KLS", Account = "karlsen:q" + Repeat("qp", 30), Worker = "a", Agent = "iceriverminer-v1.1.0", Work = 64 * Two32,
        },
        new("alephium", "pairs of groups")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.authorize","params":["1EmNx7mTBQ.gpu1","x"]}""",
                """S {"id":null,"method":"mining.set_extranonce","params":["515a"]}""",
                """S {"id":null,"method":"mining.set_difficulty","params":[2]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":[{"fromGroup":0,"toGroup":1,"jobId":"a1","headerBlob":"{{{Repeat("0c", 200)}}}","txsBlob":"00","targetBlob":"{{{Repeat("f1", 29)}}}"},{"fromGroup":2,"toGroup":3,"jobId":"a2","headerBlob":"{{{Repeat("0d", 200)}}}","txsBlob":"00","targetBlob":"{{{Repeat("f1", 29)}}}"}]}""",
                $$$"""C {"id":3,"method":"mining.submit","params":{"jobId":"a2","fromGroup":2,"toGroup":3,"nonce":"{{{Repeat("ab", 24)}}}","worker":"1EmNx7mTBQ.gpu1"}}""",
                """S {"id":3,"method":"mining.submit_result","result":true,"error":null}""",
                """C {"id":4,"method":"alph_submitHashrate","params":["0x59682f00","ab"]}""",
            ],
            Certain = [3, 4, 5],
            Coin = "ALPH", Algorithm = "blake3-alephium", Account = "1EmNx7mTBQ", Worker = "gpu1", Work = 2 * 16d * (1 << 30),
        },
        new("ergo", "Autolykos")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["lolMiner 1.76","EthereumStratum/1.0.0"]}""",
                """S {"id":1,"result":[["mining.notify","ae6812eb","EthereumStratum/1.0.0"],"0a3f2c"],"error":null}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["9{{{Repeat("fGkRq", 10)}}}.case","x"]}""",
                """S {"id":null,"method":"mining.set_difficulty","params":[1]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["j1",1732101,"{{{H64}}}","","","02","26959946667150639794667015087019630673637144422540572481103610249215","",true]}""",
                $$$"""C {"id":4,"method":"mining.submit","params":["9{{{Repeat("fGkRq", 10)}}}.case","j1","a1b2c3d4e5","","0a3f2ca1b2c3d4e5"]}""",
                """S {"id":4,"result":true,"error":null}""",
            ],
            Certain = [4, 5],
            Coin = "ERG", Algorithm = "autolykos2", Account = "9" + Repeat("fGkRq", 10), Worker = "case", Agent = "lolMiner 1.76", Height = 1732101, Work = Two32,
        },
        new("conflux", "the node")
        {
            Lines =
            [
                """C {"jsonrpc":"2.0","method":"mining.subscribe","params":["cfxmine",""],"id":1}""",
                """S {"jsonrpc":"2.0","result":"true","id":1}""",
                $$$"""S {"id":17,"jsonrpc":"2.0","method":"mining.notify","params":["0x{{{H64}}}","0x{{{G64}}}","0x{{{Target32}}}"]}""",
                $$$"""C {"jsonrpc":"2.0","method":"mining.submit","params":["cfxmine","0x{{{H64}}}","0x0011223344556677","0x{{{G64}}}"],"id":9}""",
                """S {"jsonrpc":"2.0","result":["true"],"id":9}""",
                $$$"""C {"jsonrpc":"2.0","method":"mining.submit","params":["cfxmine","0x{{{H64}}}","0x0011223344556678","0x{{{G64}}}"],"id":10}""",
                """S {"jsonrpc":"2.0","result":["false","Stale share"],"id":10}""",
            ],
            Certain = [2, 3],
            Algorithm = "octopus", Account = "cfxmine", Agent = "cfxmine", Rejected = 1, Stale = 1, Work = Two32,
        },
        new("conflux", "a pool")
        {
            Lines =
            [
                $$$"""C {"id":1,"method":"mining.subscribe","params":["cfx:aa{{{Repeat("x7", 20)}}}.shed","x"]}""",
                """S {"id":1,"result":true,"error":null}""",
                $$$"""S {"id":null,"method":"mining.notify","xn":"30","params":["2a17","110233544","0x{{{G64}}}","0x{{{Target32}}}"]}""",
                $$$"""C {"id":2,"method":"mining.submit","params":["cfx:aa{{{Repeat("x7", 20)}}}.shed","2a17","0x3011223344556677","0x{{{G64}}}"]}""",
                """S {"id":2,"result":true,"error":null}""",
            ],
            Certain = [2, 3],
            Coin = "CFX", Algorithm = "octopus", Account = "cfx:aa" + Repeat("x7", 20), Worker = "shed", Height = 110233544, Work = Two32,
        },
        new("ckb", "pools")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["ckbminer-v1.0.0",null,"ckb.pool.example","10861"]}""",
                """S {"id":1,"result":[null,"3e29d5",5],"error":null}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["{{{CkbWallet}}}.k7","x"]}""",
                $$$"""S {"id":null,"method":"mining.set_target","params":["{{{Target32}}}"]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["1611","{{{H64}}}",17230120,"{{{G64}}}",true]}""",
                $$$"""C {"id":102,"method":"mining.submit","params":["{{{CkbWallet}}}.k7","1611","000000000000000000114026"]}""",
                """S {"id":102,"result":true,"error":null}""",
                $$$"""C {"id":103,"method":"mining.submit","params":["{{{CkbWallet}}}.k7","1611","000000000000000000114027"]}""",
                """S {"id":103,"result":false,"error":[23,"low difficulty",null]}""",
            ],
            Certain = [4, 5],
            Coin = "CKB", Algorithm = "eaglesong", Account = CkbWallet, Worker = "k7", Agent = "ckbminer-v1.0.0", PoolHost = "ckb.pool.example", Height = 17230120,
            Rejected = 1, Work = Two32,
        },
        new("ckb", "the older calls")
        {
            Lines =
            [
                $$$"""C {"id":1,"method":"ckb_submitLogin","params":{"login":"{{{CkbWallet}}}","agent":"MinerName/v1","worker":"w1"}}""",
                """S {"id":1,"result":true}""",
                """C {"id":2,"method":"ckb_getWork","params":null}""",
                $$$"""S {"id":2,"result":{"height":100,"pow_hash":"0x{{{H64}}}","target":"0x{{{Target32}}}"}}""",
                $$$"""C {"id":3,"method":"ckb_submitWork","params":{"pow_hash":"0x{{{H64}}}","nonce":"0x9a93e9597317c7a"}}""",
                """S {"id":3,"result":true}""",
                """C {"id":4,"method":"ckb_submitHashrate","params":"0x123"}""",
            ],
            Certain = [0, 3, 4],
            Coin = "CKB", Algorithm = "eaglesong", Account = CkbWallet, Worker = "w1", Agent = "MinerName/v1", Height = 100, Work = Two32,
        },
        new("beam", "members in the message")
        {
            Lines =
            [
                $$$"""C {"method":"login","api_key":"{{{H64}}}9.rig","id":"login","jsonrpc":"2.0"}""",
                """S {"id":"login","jsonrpc":"2.0","method":"result","code":0,"description":"Login successful","nonceprefix":"ab4e3a"}""",
                $$$"""S {"id":"212","jsonrpc":"2.0","method":"job","input":"{{{G64}}}","difficulty":125829120,"height":3180001}""",
                $$$"""C {"method":"solution","id":"212","nonce":"ab4e3a0011223344","output":"{{{Repeat("0f", 104)}}}","jsonrpc":"2.0"}""",
                """S {"id":"212","jsonrpc":"2.0","method":"result","code":1,"description":"accepted"}""",
                $$$"""C {"method":"solution","id":"212","nonce":"ab4e3a0011223345","output":"{{{Repeat("0f", 104)}}}","jsonrpc":"2.0"}""",
                """S {"id":"212","jsonrpc":"2.0","method":"result","code":3,"description":"expired"}""",
                """S {"id":"212","jsonrpc":"2.0","method":"cancel"}""",
            ],
            Certain = [1, 2, 3],
            Coin = "BEAM", Algorithm = "beamhash", Account = H64 + "9", Worker = "rig", Height = 3180001, Rejected = 1, Stale = 1, Work = 192, Unit = "Sol/s",
        },
        new("grin", "text ids and a cycle of 42")
        {
            Lines =
            [
                """C {"id":"0","jsonrpc":"2.0","method":"login","params":{"login":"anna.g32","pass":"x","agent":"grin-miner"}}""",
                """S {"id":"0","jsonrpc":"2.0","method":"login","result":"ok","error":null}""",
                """C {"id":"1","jsonrpc":"2.0","method":"getjobtemplate","params":null}""",
                $$$"""S {"id":"1","jsonrpc":"2.0","method":"getjobtemplate","result":{"difficulty":32768,"height":3410022,"job_id":4,"pre_pow":"{{{Repeat("0a", 238)}}}"},"error":null}""",
                $$$"""C {"id":"2","jsonrpc":"2.0","method":"submit","params":{"edge_bits":32,"height":3410022,"job_id":4,"nonce":8895699060858340771,"pow":[{{{Cycle}}}]}}""",
                """S {"id":"2","jsonrpc":"2.0","method":"submit","result":"ok","error":null}""",
                $$$"""C {"id":"3","jsonrpc":"2.0","method":"submit","params":{"edge_bits":32,"height":3410022,"job_id":4,"nonce":8895699060858340772,"pow":[{{{Cycle}}}]}}""",
                """S {"id":"3","jsonrpc":"2.0","method":"submit","error":{"code":-32503,"message":"Solution submitted too late"}}""",
                $$$"""S {"id":"Stratum","jsonrpc":"2.0","method":"job","params":{"difficulty":32768,"height":3410023,"job_id":5,"pre_pow":"{{{Repeat("0b", 240)}}}","cleanjob":false}}""",
            ],
            Certain = [3, 4, 8],
            Account = "anna", Worker = "g32", Agent = "grin-miner", Height = 3410023, Rejected = 1, Stale = 1, Work = 2, Unit = "Sol/s",
        },
        new("grin", "Epic Cash: three algorithms, and no cycle in a share of two of them")
        {
            Lines =
            [
                """C {"id":"0","jsonrpc":"2.0","method":"login","params":{"login":"ridge.rig1","pass":"secret12","agent":"epic-miner"}}""",
                """S {"id":"0","jsonrpc":"2.0","method":"login","result":"ok","error":null}""",
                """C {"id":"0","jsonrpc":"2.0","method":"getjobtemplate","params":{"algorithm":"progpow"}}""",
                $$$"""S {"id":"Stratum","jsonrpc":"2.0","method":"job","params":{"algorithm":"progpow","block_difficulty":[["cuckoo",17475934],["randomx",584275583],["progpow",526630508509]],"difficulty":[["cuckoo",3],["randomx",800000],["progpow",2500000000]],"epochs":[[3620060,3621060,[{{{Bytes32}}}]]],"height":3620860,"job_id":6,"pre_pow":"{{{Repeat("0c", 274)}}}"}}""",
                $$$"""C {"id":"0","jsonrpc":"2.0","method":"submit","params":{"height":3620860,"job_id":6,"nonce":12345,"pow":{"ProgPow":[{{{Bytes32}}}]} }}""",
                """S {"id":"0","jsonrpc":"2.0","method":"submit","result":"ok","error":null}""",
            ],
            Certain = [3, 4],
            Coin = "EPIC", Algorithm = "progpow", Account = "ridge", Worker = "rig1", Agent = "epic-miner", Height = 3620860, Work = 2_500_000_000,
        },
        new("aeternity", "a cuckoo cycle")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["ae-miner/1.0.0",null,"ae.pool.example",9999]}""",
                """S {"id":1,"result":["ed70df83","080000"],"error":null}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["ak_{{{Repeat("2fGkR", 10)}}}.box",null]}""",
                $$$"""S {"id":null,"method":"mining.set_target","params":["{{{Target32}}}"]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["d70fd222","{{{H64}}}",true]}""",
                $$$"""C {"id":4,"method":"mining.submit","params":["ak_{{{Repeat("2fGkR", 10)}}}.box","d70fd222","98b6ac44",[{{{TextCycle}}}]]}""",
                """S {"id":4,"result":true,"error":null}""",
            ],
            Certain = [4, 5],
            Coin = "AE", Algorithm = "cuckoo29", Account = "ak_" + Repeat("2fGkR", 10), Worker = "box", Agent = "ae-miner/1.0.0", PoolHost = "ae.pool.example",
            Work = Two32, Unit = "Sol/s",
        },
        new("iron-fish", "a body")
        {
            Lines =
            [
                $$$"""C {"id":0,"method":"mining.subscribe","body":{"version":3,"agent":"ironfish-cli/1.10.0","publicAddress":"{{{H64}}}.desk"}}""",
                """S {"id":0,"method":"mining.subscribed","body":{"clientId":412,"xn":"64da"}}""",
                $$$"""S {"id":1,"method":"mining.set_target","body":{"target":"{{{Target32}}}"}}""",
                $$$"""S {"id":2,"method":"mining.notify","body":{"miningRequestId":77,"header":"{{{Repeat("0a", 180)}}}"}}""",
                """C {"id":1,"method":"mining.submit","body":{"miningRequestId":77,"randomness":"64da112233445566"}}""",
                """S {"id":8,"method":"mining.submitted","body":{"id":1,"result":true}}""",
                """C {"id":2,"method":"mining.submit","body":{"miningRequestId":77,"randomness":"64da112233445567"}}""",
                """S {"id":9,"method":"mining.submitted","body":{"id":2,"result":false,"message":"duplicate"}}""",
            ],
            Certain = [0, 1, 2, 3, 4, 5],
            Coin = "IRON", Account = H64, Worker = "desk", Agent = "ironfish-cli/1.10.0", Rejected = 1, Work = Two32,
        },
        new("aleo", "AleoStratum")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["aleo-miner/0.9.1","AleoStratum/2.0.0",null]}""",
                $$$"""S {"id":1,"result":["5e55","0a0b0c0d","{{{AleoWallet}}}"],"error":null}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["{{{AleoWallet}}}.rig","x"]}""",
                """S {"id":null,"method":"mining.set_target","params":[4096]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["0a0b","{{{Repeat("0e", 60)}}}","{{{AleoWallet}}}",true]}""",
                $$$"""C {"id":3,"method":"mining.submit","params":["{{{AleoWallet}}}.rig","0a0b","0a0b0c0d11223344","{{{Repeat("0c", 48)}}}","{{{Repeat("0d", 48)}}}"]}""",
                """S {"id":3,"result":true,"error":null}""",
            ],
            Certain = [0, 1, 4, 5],
            Coin = "ALEO", Account = AleoWallet, Worker = "rig", Agent = "aleo-miner/0.9.1", Work = 4096, Unit = "Sol/s",
        },
        new("zano", "pushed jobs")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["T-Rex/0.26.8","EthereumStratum/1.0.0"]}""",
                """S {"id":1,"result":[["mining.notify","5e55","EthereumStratum/1.0.0"],"0000000000000000"],"error":null}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["Zx{{{Repeat("C", 95)}}}.zz","x"]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["0x{{{H64}}}","0x{{{G64}}}","0x{{{Target32}}}","0x0000000000282a1b"]}""",
                $$$"""C {"id":3,"method":"mining.submit","params":["Zx{{{Repeat("C", 95)}}}.zz","0x{{{H64}}}","0x0011223344556677","0x{{{G64}}}","0x{{{H64}}}"]}""",
                """S {"id":3,"result":true,"error":null}""",
            ],
            Certain = [3],
            Coin = "ZANO", Algorithm = "progpowz", Account = "Zx" + Repeat("C", 95), Worker = "zz", Agent = "T-Rex/0.26.8", Height = 2632219, Work = Two32,
            TellsFromMiner = false,
        },
        new("zano", "Ethereum's login")
        {
            Lines =
            [
                $$$"""C {"id":1,"jsonrpc":"2.0","method":"eth_submitLogin","params":["Zx{{{Repeat("C", 95)}}}","x"],"worker":"nook"}""",
                """S {"id":1,"jsonrpc":"2.0","result":true}""",
                $$$"""S {"id":2,"jsonrpc":"2.0","result":["0x{{{H64}}}","0x{{{G64}}}","0x{{{Target32}}}","0x00000000002b1a04"]}""",
                $$$"""C {"id":4,"jsonrpc":"2.0","method":"eth_submitWork","params":["0x0011223344556677","0x{{{H64}}}","0x{{{G64}}}"],"worker":"nook"}""",
                """S {"id":4,"jsonrpc":"2.0","result":true}""",
            ],
            Certain = [0, 2],
            Coin = "ZANO", Algorithm = "progpowz", Account = "Zx" + Repeat("C", 95), Worker = "nook", Height = 2824708, Work = Two32,
        },
        new("zano", "asked for")
        {
            Lines =
            [
                $$$"""C {"id":1,"method":"login","params":{"login":"Zx{{{Repeat("C", 95)}}}.zz","pass":"x","agent":"progminer"}}""",
                """S {"id":1,"jsonrpc":"2.0","result":true}""",
                $$$"""S {"id":0,"jsonrpc":"2.0","result":["0x{{{H64}}}","0x{{{G64}}}","0x{{{Target32}}}","0x0000000000282a1b"]}""",
                $$$"""C {"id":3,"method":"eth_submitWork","params":["0x0011223344556677","0x{{{H64}}}","0x{{{G64}}}"]}""",
                """S {"id":3,"result":true,"error":null}""",
            ],
            Certain = [0, 2],
            Coin = "ZANO", Algorithm = "progpowz", Account = "Zx" + Repeat("C", 95), Worker = "zz", Agent = "progminer", Height = 2632219, Work = Two32,
        },
    ];
}
