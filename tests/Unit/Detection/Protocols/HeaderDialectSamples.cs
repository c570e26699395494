using static MinerFlow.Unit.Detection.Protocols.DialectSample;

namespace MinerFlow.Unit.Detection.Protocols;

/// <summary>Conversations of dialects whose jobs are block headers, whole or in parts, of another layout than Bitcoin's.</summary>
internal static class HeaderDialectSamples
{
    private const double Two32 = 4_294_967_296;

    private static readonly string H64 = Repeat("1a2b3c4d", 8);
    private static readonly string G64 = Repeat("5e6f7a8b", 8);
    private static readonly string Xel = "xel:" + Repeat("ys4p", 15);

    // A target whose work is exactly 2^32 tries: 2^224 - 1.
    private static readonly string Target32 = "00000000" + new string('f', 56);

    public static IEnumerable<DialectSample> All =>
    [
        new("decred", "NiceHash")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["gominer/0.2.0-decred"]}""",
                """S {"id":1,"result":[[["mining.set_difficulty","1"],["mining.notify","2bd595e34826a3b6"]],"0000000000000000e3014335",12],"error":null}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["Ds{{{Repeat("fGk", 11)}}}.oven","x"]}""",
                """S {"id":null,"method":"mining.set_difficulty","params":[4096]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["76df","{{{H64}}}","{{{Repeat("d5", 100)}}}","",[],"01000000","","57a152d0",false]}""",
                $$$"""C {"id":4,"method":"mining.submit","params":["Ds{{{Repeat("fGk", 11)}}}.oven","76df","0100000000188fece3014335","5783c78e","f6c4e01d"]}""",
                """S {"id":4,"result":true,"error":null}""",
            ],
            Certain = [0, 4],
            Coin = "DCR", Account = "Ds" + Repeat("fGk", 11), Worker = "oven", Agent = "gominer/0.2.0-decred", Work = 4096 * Two32,
        },
        new("decred", "a pool that fills every field")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["cgminer/4.10.0"]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["76df","{{{H64}}}","{{{Repeat("d5", 108)}}}","",[],"01000000","1a1778b7","57a152d0",false]}""",
                """C {"id":4,"method":"mining.submit","params":["user.worker","76df","0100000000188fece3014335","5783c78e","f6c4e01d"]}""",
                """S {"id":4,"result":true,"error":null}""",
            ],
            Certain = [1],
            TellsFromMiner = false, Account = "user", Worker = "worker", Agent = "cgminer/4.10.0",
        },
        new("sia", "the header as one text")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["sia-gominer/1.0"]}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["{{{Repeat("5e", 38)}}}.shop","x"]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["49","0x{{{Repeat("0a", 80)}}}","0x{{{Target32}}}"]}""",
                $$$"""C {"id":3,"method":"mining.submit","params":["{{{Repeat("5e", 38)}}}.shop","49","0x0011223344556677"]}""",
                """S {"id":3,"result":true,"error":null}""",
            ],
            Certain = [2, 3],
            Algorithm = "blake2b-sia", Account = Repeat("5e", 38), Worker = "shop", Agent = "sia-gominer/1.0", Work = Two32,
        },
        new("sia", "fields of the header")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["sgminer/5.5"]}""",
                """S {"id":null,"method":"mining.set_difficulty","params":[128]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["bf","{{{H64}}}","{{{G64}}}","",[],"","","9ad6845700000000",true]}""",
                """C {"id":3,"method":"mining.submit","params":["user.w","bf","0a0b","9ad6845700000000","0011223344556677"]}""",
                """S {"id":3,"result":true,"error":null}""",
            ],
            Certain = [2, 3],
            Algorithm = "blake2b-sia", Account = "user", Worker = "w", Agent = "sgminer/5.5", Work = 128 * Two32,
        },
        new("sia", "SiaMining")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["marlin/1.0.0"]}""",
                """S {"id":null,"method":"mining.set_difficulty","params":[2]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["bf","{{{H64}}}","{{{Repeat("00", 100)}}}","0000000000000000",["{{{G64}}}","{{{H64}}}"],"","1a08645a","58258e5700000000",false]}""",
                """C {"id":3,"method":"mining.submit","params":["user.w","bf","0a0b0c0d","58258e5700000000","0011223344556677"]}""",
                """S {"id":3,"result":true,"error":null}""",
            ],
            Certain = [2, 3],
            Algorithm = "blake2b-sia", Account = "user", Worker = "w", Agent = "marlin/1.0.0", Work = 2 * Two32,
        },
        new("handshake", "five roots")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["handyminer/0.4.2"]}""",
                """S {"id":1,"result":[[["mining.notify","0a0b"],["mining.set_difficulty","0a0b"]],"0a0b0c0d",20],"error":null}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["hs1q{{{Repeat("qp", 19)}}}.hut","x"]}""",
                """S {"id":null,"method":"mining.set_difficulty","params":[256]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["j9","{{{H64}}}","{{{G64}}}","{{{H64}}}","{{{G64}}}","{{{H64}}}","00000000","190b2f1c","65a1b2c3"]}""",
                $$$"""C {"id":3,"method":"mining.submit","params":["hs1q{{{Repeat("qp", 19)}}}.hut","j9","{{{Repeat("0b", 20)}}}","65a1b2c3","00112233"]}""",
                """S {"id":3,"result":true,"error":null}""",
            ],
            Certain = [4, 5],
            Coin = "HNS", Algorithm = "handshake", Account = "hs1q" + Repeat("qp", 19), Worker = "hut", Agent = "handyminer/0.4.2", Work = 256 * Two32,
        },
        new("handshake", "hstratum")
        {
            Lines =
            [
                """S {"id":null,"method":"mining.set_difficulty","params":[1]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["j9","{{{H64}}}","{{{Repeat("0a", 60)}}}","{{{Repeat("0b", 60)}}}",["{{{G64}}}"],"{{{G64}}}","{{{H64}}}","{{{G64}}}","00000000","190b2f1c","65a1b2c3",true]}""",
                $$$"""C {"id":3,"method":"mining.submit","params":["user.hut","j9","{{{Repeat("0b", 20)}}}","65a1b2c3","00112233"]}""",
                """S {"id":3,"result":true,"error":null}""",
            ],
            Certain = [1, 2],
            Coin = "HNS", Algorithm = "handshake", Account = "user", Worker = "hut", Work = Two32,
        },
        new("nexa", "a commitment")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["BzMiner-v14"]}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["nexa:nqtsq5g5{{{Repeat("qp", 20)}}}.n1","x"]}""",
                """S {"id":null,"method":"mining.set_difficulty","params":[0.5]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["5c","{{{H64}}}",512345,"1a0b2f1c"]}""",
                $$$"""C {"id":3,"method":"mining.submit","params":["nexa:nqtsq5g5{{{Repeat("qp", 20)}}}.n1","5c","0011223344556677","65a1b2c3","0011223344556677"]}""",
                """S {"id":3,"result":true,"error":null}""",
            ],
            Certain = [3, 4],
            Coin = "NEXA", Algorithm = "nexapow", Account = "nexa:nqtsq5g5" + Repeat("qp", 20), Worker = "n1", Agent = "BzMiner-v14", Height = 512345, Work = Two32 / 2,
        },
        new("kadena", "a Chainweb header")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["kdaminer-v1.0.0",null]}""",
                """S {"id":1,"result":[null,"a331",6],"error":null}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["{{{H64}}}.kd","x"]}""",
                $$$"""S {"id":null,"method":"mining.set_target","params":["{{{Target32}}}"]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["1234","{{{Repeat("0a", 286)}}}",true]}""",
                $$$"""C {"id":102,"method":"mining.submit","params":["{{{H64}}}.kd","1234","6789abcdef"]}""",
                """S {"id":102,"result":true,"error":null}""",
            ],
            Certain = [4, 5],
            Coin = "KDA", Algorithm = "blake2s-kadena", Account = H64, Worker = "kd", Agent = "kdaminer-v1.0.0", Work = Two32,
        },
        new("xelis", "miningcore")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["tnn-miner/0.4"]}""",
                $$$"""S {"id":1,"error":null,"result":["5e55","{{{H64}}}",32,"{{{G64}}}"]}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["{{{Xel}}}","w7","x"]}""",
                """S {"id":null,"method":"mining.set_difficulty","params":[20000]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["7","0000018c1b2a3c4d","{{{H64}}}","xel/v2",true]}""",
                $$$"""C {"id":3,"method":"mining.submit","params":["{{{Xel}}}","7","13639ca53f21df75"]}""",
                """S {"id":3,"result":true,"error":null}""",
            ],
            Certain = [1, 4, 5],
            Coin = "XEL", Algorithm = "xelishash", Account = Xel, Worker = "w7", Agent = "tnn-miner/0.4", Work = 20000,
        },
        new("xelis", "its first version: a job like others', the wallet in the login alone")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["tnn-miner/0.4.0"]}""",
                $$$"""S {"id":1,"result":["ABC123","{{{H64}}}",32]}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["{{{Xel}}}","rig4","x"]}""",
                """S {"id":2,"result":true}""",
                """S {"id":null,"method":"mining.set_difficulty","params":[20000]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["7","0000018c1b2a3c4d","{{{H64}}}",true]}""",
                """C {"id":3,"method":"mining.submit","params":["rig4","7","0000018c1b2a3c4d","13639ca53f21df75"]}""",
                """S {"id":3,"result":true}""",
            ],
            Certain = [2], TellsFromPool = false,
            Coin = "XEL", Algorithm = "xelishash", Account = Xel, Worker = "rig4", Agent = "tnn-miner/0.4.0", Work = 20000,
        },
        new("warthog", "a merkle prefix")
        {
            Lines =
            [
                """C {"id":1,"method":"mining.subscribe","params":["janusminer/0.1.9"]}""",
                """S {"id":1,"result":[[["mining.notify","e1f2"]],"e1f2a3b4",2],"error":null}""",
                $$$"""C {"id":2,"method":"mining.authorize","params":["{{{Repeat("7c", 24)}}}.w","x"]}""",
                """S {"id":null,"method":"mining.set_difficulty","params":[1048576]}""",
                $$$"""S {"id":null,"method":"mining.notify","params":["j1","{{{H64}}}","{{{G64}}}","00000003","0b2c3d4e","65a1b2c3",true]}""",
                $$$"""C {"id":3,"method":"mining.submit","params":["{{{Repeat("7c", 24)}}}.w","j1","0a0b","65a1b2c3","00112233"]}""",
                """S {"id":3,"result":true,"error":null}""",
            ],
            Certain = [0, 4],
            Coin = "WART", Algorithm = "janushash", Account = Repeat("7c", 24), Worker = "w", Agent = "janusminer/0.1.9", Work = 1048576,
        },
    ];
}
