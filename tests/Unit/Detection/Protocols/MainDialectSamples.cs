using static MinerFlow.Unit.Detection.Protocols.DialectSample;

namespace MinerFlow.Unit.Detection.Protocols;

/// <summary>Conversations of the dialects that most miners speak; all names and hashes are invented.</summary>
internal static class MainDialectSamples
{
    private const double Two32 = 4_294_967_296;

    private static readonly string H64 = Repeat("1a2b3c4d", 8);
    private static readonly string G64 = Repeat("5e6f7a8b", 8);

    // The hash of a block on a SHA-256d chain ends in zero words, as the job writes it.
    private static readonly string Proof = Repeat("1a2b3c4d", 6) + Repeat("0", 16);
    private static readonly string Monero = "4" + Repeat("Ab3dEf9hJ", 10) + "kmNp";
    private static readonly string Blob = "1010" + Repeat("c0ffee42", 18) + "000000";

    // A target whose work is exactly 2^32 tries: 2^224 - 1.
    private static readonly string Target32 = "00000000" + new string('f', 56);

    public static IEnumerable<DialectSample> All =>
    [
        new("stratum-v1", "version rolling and a late share")
        {
            Lines =
            [
                """C {"id":0,"method":"mining.configure","params":[["version-rolling"],{"version-rolling.mask":"1fffe000","version-rolling.min-bit-count":2}]}""",
                """S {"id":0,"result":{"version-rolling":true,"version-rolling.mask":"1fffe000"},"error":null}""",
                """C {"id":1,"method":"mining.subscribe","params":["cgminer/4.11.1"]}""",
                """S {"id":1,"result":[[["mining.set_difficulty","01"],["mining.notify","01"]],"08000002",4],"error":null}""",
                """C {"id":2,"method":"mining.authorize","params":["acct.rig7","x"]}""",
                """S {"id":2,"result":true,"error":null}""",
                """S {"id":null,"method":"mining.set_difficulty","params":[8192]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["1f","{{{Proof}}}","0100","00ff",["{{{H64}}}","{{{G64}}}"],"20000000","1703a30c","65f0c0de",true]}""",
                """C {"params":["acct.rig7","1f","00000001","65f0c0df","d3560b00","00800000"],"id":3,"method":"mining.submit"}""",
                """S {"id":3,"result":true,"error":null}""",
                """C {"params":["acct.rig7","1f","00000002","65f0c0df","d3560b01","00800000"],"id":4,"method":"mining.submit"}""",
                """S {"id":4,"result":null,"error":[21,"Job not found",null]}""",
            ],
            Certain = [7, 8, 10],
            Algorithm = "sha256d", Account = "acct", Worker = "rig7", Agent = "cgminer/4.11.1", Rejected = 1, Stale = 1, Work = 8192 * Two32,
        },
        new("equihash", "ZIP 301")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["EWBF 0.3.4b",null,"eu1.pool.example","3333"]}""",
                """S {"id":1,"result":["04d567b212","04d567b212"],"error":null}""",
                """C {"id":2,"method":"mining.authorize","params":["t1Account.rig","z"]}""",
                """S {"id":2,"result":true,"error":null}""",
                $$$"""S {"id":null,"method":"mining.set_target","params":["{{{Target32}}}"]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["5","04000000","{{{H64}}}","{{{G64}}}","{{{Repeat("0", 64)}}}","65f0c0de","1c0ffff0",true]}""",
                $$$"""C {"id":4,"method":"mining.submit","params":["t1Account.rig","5","65f0c0de","{{{Repeat("00", 27)}}}","fd4005{{{Repeat("ab", 1344)}}}"]}""",
                """S {"id":4,"result":true,"error":null}""",
            ],
            Certain = [5, 6],
            Account = "t1Account", Worker = "rig", Agent = "EWBF 0.3.4b", PoolHost = "eu1.pool.example", Algorithm = "equihash-200-9", Work = Two32, Unit = "Sol/s",
        },
        new("kawpow", "a target and a job")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["kawpowminer/1.2.4"]}""",
                """S {"id":1,"result":[null,"a1b2"],"error":null}""",
                """C {"id":2,"method":"mining.authorize","params":["RAccount.rig","x"]}""",
                """S {"id":2,"result":true,"error":null}""",
                $$$"""S {"id":null,"method":"mining.set_target","params":["{{{Target32}}}"]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["9","{{{H64}}}","{{{G64}}}","{{{Target32}}}",true,3000000,"1b00abcd"]}""",
                $$$"""C {"id":3,"method":"mining.submit","params":["RAccount.rig","9","0xa1b2c3d4e5f60718","0x{{{H64}}}","0x{{{G64}}}"]}""",
                """S {"id":3,"result":true,"error":null}""",
                $$$"""C {"id":4,"method":"eth_submitHashrate","params":["0x1d08a61","0x{{{H64}}}"]}""",
            ],
            Certain = [5, 6], CountsFromPool = false,
            Account = "RAccount", Worker = "rig", Agent = "kawpowminer/1.2.4", Height = 3_000_000, Work = Two32,
        },
        new("ethereum-stratum", "three hashes in a notification")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":[]}""",
                """S {"id":1,"result":true,"error":null}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["0x{{{Repeat("a1", 20)}}}.rig","x"]}""",
                """S {"id":2,"result":true,"error":null}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["9","{{{H64}}}","{{{G64}}}","{{{Target32}}}",true]}""",
                $$$"""C {"id":4,"method":"mining.submit","params":["0x{{{Repeat("a1", 20)}}}.rig","9","0xa1b2c3d4e5f60718","0x{{{H64}}}","0x{{{G64}}}"]}""",
                """S {"id":4,"result":true,"error":null}""",
            ],
            Certain = [4, 5], CountsFromPool = false,
            Account = "0x" + Repeat("a1", 20), Worker = "rig", Work = Two32,
        },
        new("eth-proxy", "three hashes")
        {
            Lines =
            [
                $$$"""C {"worker":"eth1.0","jsonrpc":"2.0","params":["0x{{{Repeat("a1", 20)}}}.rig","x"],"id":2,"method":"eth_submitLogin"}""",
                """S {"jsonrpc":"2.0","id":2,"result":true}""",
                """C {"worker":"","jsonrpc":"2.0","params":[],"id":3,"method":"eth_getWork"}""",
                $$$"""S {"jsonrpc":"2.0","id":0,"result":["0x{{{H64}}}","0x{{{G64}}}","0x{{{Target32}}}","0x7a1200"]}""",
                $$$"""C {"id":4,"jsonrpc":"2.0","method":"eth_submitWork","params":["0xa1b2c3d4e5f60718","0x{{{H64}}}","0x{{{G64}}}"]}""",
                """S {"jsonrpc":"2.0","id":4,"result":true}""",
                $$$"""C {"id":6,"jsonrpc":"2.0","method":"eth_submitHashrate","params":["0x1d08a61","0x{{{H64}}}"]}""",
            ],
            Certain = [0, 3, 4], CountsFromPool = false,
            Account = "0x" + Repeat("a1", 20), Worker = "rig", Height = 8_000_000, Work = Two32,
        },
        new("ethereum-stratum-1", "NiceHash")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["ethminer/0.19.0","EthereumStratum/1.0.0"]}""",
                """S {"id":1,"result":[["mining.notify","ae6812eb","EthereumStratum/1.0.0"],"080c"],"error":null}""",
                """C {"id":2,"method":"mining.authorize","params":["acct.rig","x"]}""",
                """S {"id":2,"result":true,"error":null}""",
                """S {"id":null,"method":"mining.set_difficulty","params":[0.5]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["bf01","{{{H64}}}","{{{G64}}}",true]}""",
                """C {"id":4,"method":"mining.submit","params":["acct.rig","bf01","68765fccd712"]}""",
                """S {"id":4,"result":true,"error":null}""",
            ],
            Certain = [5],
            TellsFromMiner = false, CountsFromPool = false,
            Account = "acct", Worker = "rig", Agent = "ethminer/0.19.0", Work = 0.5 * Two32,
        },
        new("ethereum-stratum-2", "EIP-1571")
        {
            Lines =
            [
                """C {"id":0,"method":"mining.hello","params":{"agent":"ethminer-0.17","host":"pool.example","port":"4d2","proto":"EthereumStratum/2.0.0"}}""",
                """S {"id":0,"result":{"proto":"EthereumStratum/2.0.0","encoding":"plain","resume":"0","timeout":"b4","maxerrors":"5","node":"Geth"}}""",
                """C {"id":1,"method":"mining.subscribe","params":[]}""",
                """S {"id":1,"result":"s-12345"}""",
                """C {"id":2,"method":"mining.authorize","params":["acct.rig","x"]}""",
                """S {"id":2,"result":"w-1"}""",
                $$$"""S {"method":"mining.set","params":{"epoch":"dc","target":"{{{Target32}}}","algo":"ethash","extranonce":"af4c"}}""",
                $$$"""S {"method":"mining.notify","params":["bf01","7a1200","{{{H64}}}","0"]}""",
                """C {"id":12,"method":"mining.submit","params":["bf01","68765fccd712","w-1"]}""",
                """S {"id":12,"result":true}""",
            ],
            Certain = [0, 1, 6, 7],
            Account = "acct", Worker = "rig", Agent = "ethminer-0.17", PoolHost = "pool.example", Algorithm = "ethash", Height = 8_000_000, Work = Two32,
        },
        new("cryptonote", "XMRig")
        {
            Lines =
            [
                $$$"""C {"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"{{{Monero}}}.rig","pass":"x","agent":"XMRig/6.21.0 (Linux x86_64)","algo":["rx/0","cn/r"]}}""",
                $$$"""S {"id":1,"jsonrpc":"2.0","result":{"id":"11366","job":{"algo":"rx/0","blob":"{{{Blob}}}","height":3000000,"job_id":"JOS1","seed_hash":"{{{H64}}}","target":"01000000"},"status":"OK"},"error":null}""",
                $$$"""C {"id":2,"jsonrpc":"2.0","method":"submit","params":{"id":"11366","job_id":"JOS1","nonce":"7b150100","result":"{{{G64}}}"}}""",
                """S {"id":2,"jsonrpc":"2.0","result":{"status":"OK"},"error":null}""",
                $$$"""S {"jsonrpc":"2.0","method":"job","params":{"algo":"rx/0","blob":"{{{Blob}}}","height":3000001,"job_id":"JOS2","seed_hash":"{{{H64}}}","target":"01000000"}}""",
                $$$"""C {"id":3,"jsonrpc":"2.0","method":"submit","params":{"id":"11366","job_id":"JOS2","nonce":"7b150101","result":"{{{H64}}}"}}""",
                """S {"id":3,"jsonrpc":"2.0","result":null,"error":{"code":-1,"message":"Block expired"}}""",
                """C {"id":9,"jsonrpc":"2.0","method":"keepalived","params":{"id":"11366"}}""",
                """S {"id":9,"jsonrpc":"2.0","result":{"status":"KEEPALIVED"},"error":null}""",
            ],
            Certain = [1, 2, 4, 5],
            Account = Monero, Worker = "rig", Agent = "XMRig/6.21.0 (Linux x86_64)", Algorithm = "rx/0", Height = 3_000_001,
            Rejected = 1, Stale = 1, Work = Two32 - 1,
        },
        new("cryptonote", "an old client without an agent, and a target of eight bytes")
        {
            Lines =
            [
                $$$"""C {"method":"login","params":{"login":"{{{Monero}}}","pass":"x"},"id":1}""",
                $$$"""S {"id":1,"jsonrpc":"2.0","error":null,"result":{"id":"78","job":{"blob":"{{{Blob}}}","job_id":"5","target":"0000000001000000"},"status":"OK"}}""",
                $$$"""C {"method":"submit","params":{"id":"78","job_id":"5","nonce":"7b150100","result":"{{{G64}}}"},"id":2}""",
                """S {"id":2,"jsonrpc":"2.0","error":null,"result":{"status":"OK"}}""",
            ],
            Certain = [1, 2],
            Account = Monero, Work = Two32,
        },
        new("cryptonote", "Tari's own algorithm: the blob is a hash")
        {
            Lines =
            [
                $$$"""C {"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"12{{{Repeat("FrdYx", 17)}}}.tower","pass":"x","agent":"SRBMiner-MULTI/2.9.4","algo":["sha3x"]}}""",
                $$$"""S {"id":1,"jsonrpc":"2.0","result":{"id":"5e55","job":{"algo":"sha3x","blob":"{{{H64}}}","height":91300,"job_id":"00112233","target":"0000000001000000","xn":"a1b2"},"status":"OK"},"error":null}""",
                $$$"""C {"id":2,"jsonrpc":"2.0","method":"submit","params":{"id":"5e55","job_id":"00112233","nonce":"a1b2000000000001","result":"{{{G64}}}"}}""",
                """S {"id":2,"jsonrpc":"2.0","result":{"status":"OK"},"error":null}""",
            ],
            Certain = [1, 2],
            Coin = "XTM", Account = "12" + Repeat("FrdYx", 17), Worker = "tower", Agent = "SRBMiner-MULTI/2.9.4", Algorithm = "sha3x", Height = 91300, Work = Two32,
        },
        new("cryptonote", "Bytom: the job is a header, field by field")
        {
            Lines =
            [
                """C {"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"acct.001","pass":"","agent":"bmminer/2.0.0"}}""",
                $$$"""S {"id":1,"jsonrpc":"2.0","result":{"id":"acct_1","job":{"version":"0100000000000000","height":"552b000000000000","previous_block_hash":"{{{H64}}}","timestamp":"a846d95a00000000","transactions_merkle_root":"{{{G64}}}","transaction_status_hash":"{{{H64}}}","nonce":"00000000a6040000","bits":"a30baa000000001d","job_id":"710425","seed":"{{{G64}}}","target":"01000000"},"status":"OK"},"error":null}""",
                $$$"""C {"id":2,"jsonrpc":"2.0","method":"submit","params":{"id":"acct_1","job_id":"710425","nonce":"00000000a6040001","result":"{{{G64}}}"}}""",
                """S {"id":2,"jsonrpc":"2.0","result":{"status":"OK"},"error":null}""",
            ],
            Certain = [1, 2],
            Coin = "BTM", Account = "acct", Worker = "001", Agent = "bmminer/2.0.0", Algorithm = "tensority", Work = Two32 - 1,
        },
        new("equihash", "Verus: hashes in the words of Zcash, a filled solution")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["ccminer/3.8.3",null,"vrsc.pool.example","3956"]}""",
                """S {"id":1,"result":[null,"a1b2c3d4"],"error":null}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["R{{{Repeat("kGf", 11)}}}.phone","d=4096"]}""",
                """S {"id":2,"result":true,"error":null}""",
                $$$"""S {"id":null,"method":"mining.set_target","params":["00000000{{{new string('f', 56)}}}"]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["7c1f","04000100","{{{H64}}}","{{{G64}}}","{{{H64}}}","65a1b2c3","1a2b3c1b",true,"080000000001{{{Repeat("0d", 119)}}}"]}""",
                $$$"""C {"id":3,"method":"mining.submit","params":["R{{{Repeat("kGf", 11)}}}.phone","7c1f","65a1b2c3","{{{Repeat("0e", 28)}}}","fd4005080000000001{{{Repeat("0f", 1338)}}}"]}""",
                """S {"id":3,"result":true,"error":null}""",
            ],
            Certain = [5, 6],
            Account = "R" + Repeat("kGf", 11), Worker = "phone", Agent = "ccminer/3.8.3", PoolHost = "vrsc.pool.example", Algorithm = "verushash", Work = Two32,
        },
    ];
}
