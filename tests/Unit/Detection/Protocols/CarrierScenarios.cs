using MinerFlow.Abstractions;

namespace MinerFlow.Unit.Detection.Protocols;

/// <summary>Conversations of the protocols with framing of their own and what must be found in them.</summary>
public static class CarrierScenarios
{
    public const string Subscribe = "{\"id\": 1, \"method\": \"mining.subscribe\", \"params\": [\"cgminer/4.11.1\"]}\n";

    public const string Authorize = "{\"id\": 2, \"method\": \"mining.authorize\", \"params\": [\"acct.rig7\", \"x\"]}\n";

    public const string Subscribed = "{\"id\":1,\"result\":[[[\"mining.set_difficulty\",\"01\"],[\"mining.notify\",\"01\"]],\"08000002\",4],\"error\":null}\n";

    public static readonly string Getwork = "{\"method\": \"getwork\", \"params\": [], \"id\": 0}\n";

    public static readonly string Work = "{\"id\":0,\"error\":null,\"result\":{\"data\":\"" + new string('0', 255) + "2\",\"target\":\"" + new string('f', 56) + "00000000\"}}";

    public sealed record Expected(string Dialect, MiningRole Role, MiningState State);

    /// <summary>Name, conversation, finding.</summary>
    public static readonly IReadOnlyDictionary<string, (Talk Talk, Expected Expected)> All = new Dictionary<string, (Talk, Expected)>(StringComparer.Ordinal)
    {
        ["getwork"] = (Talk.Scenario("getwork/cgminer"), Hit("getwork")),
        ["getblocktemplate"] = (Talk.Scenario("getblocktemplate/long-poll"), Hit("getblocktemplate")),
        ["bitcoin-daemon"] = (Talk.Scenario("bitcoin-daemon/pool-backend"), new("bitcoin-daemon", MiningRole.PoolBackend, MiningState.Accepted)),
        ["eth-getwork"] = (Talk.Scenario("eth-getwork/http"), Hit("eth-getwork")),
        ["monero-daemon"] = (Talk.Scenario("monero-daemon/solo"), Hit("monero-daemon")),
        ["coinhive"] = (Talk.Scenario("coinhive/site-key"), Hit("coinhive")),
        ["webminerpool"] = (Talk.Scenario("webminerpool/handshake"), Hit("webminerpool")),
        ["btcagent"] = (Talk.Scenario("btcagent/agent"), new("btcagent", MiningRole.Proxy, MiningState.Accepted)),
        ["viabtc-agent"] = (Talk.Scenario("viabtc-agent/agent"), new("viabtc-agent", MiningRole.Proxy, MiningState.Accepted)),
        ["duino-coin"] = (Talk.Scenario("duino-coin/boards"), Hit("duino-coin")),
        ["stratum-v2"] = (Talk.Scenario("stratum-v2/clear"), Hit("stratum-v2")),
        ["bitcoin-p2p"] = (Talk.Scenario("bitcoin-p2p/handshake"), new("bitcoin-p2p", MiningRole.Node, MiningState.Accepted)),
        ["levin"] = (Talk.Scenario("levin/handshake"), new("levin", MiningRole.Node, MiningState.Accepted)),
        ["rlpx"] = (Talk.Scenario("rlpx/handshake"), new("rlpx", MiningRole.Node, MiningState.Accepted)),
        ["stratum-v2-braiins"] = (new Talk().Client("STR2\u0002AESGCHCH").Server("STR2\u0001AESG"), Hit("stratum-v2-braiins")),
        ["socks5"] = (new Talk().Client(5, 1, 0).Server(5, 0).Client("\u0005\u0001\u0000\u0003\u000cpool.example\u000d\u0005").Server(5, 0, 0, 1, 10, 0, 0, 1, 4, 0)
            .Client(Subscribe).Server(Subscribed).Client(Authorize).Server("{\"id\":2,\"result\":true,\"error\":null}\n"), Hit("stratum-v1")),
        ["socks5 with a password"] = (new Talk().Client(5, 2, 0, 2).Server(5, 2).Client("\u0001\u0003bob\u0004pass").Server(1, 0)
            .Client("\u0005\u0001\u0000\u0003\u000cpool.example\u000d\u0005").Server(5, 0, 0, 1, 10, 0, 0, 1, 4, 0)
            .Client(Subscribe).Server(Subscribed).Client(Authorize).Server("{\"id\":2,\"result\":true,\"error\":null}\n"), Hit("stratum-v1")),
        ["socks4a"] = (new Talk().Client("\u0004\u0001\u000d\u0005\u0000\u0000\u0000\u0001me\u0000pool.example\u0000").Server(0, 0x5A, 0, 0, 0, 0, 0, 0)
            .Client(Subscribe).Server(Subscribed).Client(Authorize).Server("{\"id\":2,\"result\":true,\"error\":null}\n"), Hit("stratum-v1")),
        ["http connect"] = (new Talk().Client("CONNECT pool.example:3333 HTTP/1.1\r\nHost: pool.example:3333\r\n\r\n").Server("HTTP/1.1 200 Connection established\r\n\r\n")
            .Client(Subscribe).Server(Subscribed).Client(Authorize).Server("{\"id\":2,\"result\":true,\"error\":null}\n"), Hit("stratum-v1")),
        ["chunked"] = (new Talk().Client(Post("X-Mining-Extensions: longpoll\r\n", Getwork))
            .Server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n" + Work[..32] + "\r\n" + (Work.Length - 32).ToString("x") + ";a=b\r\n" + Work[32..] + "\r\n0\r\n\r\n"), Hit("getwork")),
        ["small chunks"] = (new Talk().Client("POST / HTTP/1.1\r\nHost: 198.51.100.7:8332\r\nTransfer-Encoding: chunked\r\n\r\n12\r\n" + Getwork[..18] + "\r\n")
            .Client((Getwork.Length - 18).ToString("x") + "\r\n" + Getwork[18..] + "\r\n").Client("0\r\n\r\n").Server(Answer(Work)), Hit("getwork")),
        ["wallet in the path"] = (Talk.Scenario("eth-getwork/wallet-path"), Hit("eth-getwork")),
        ["until close"] = (new Talk().Client(Post("X-Mining-Extensions: longpoll\r\n", Getwork)).Server("HTTP/1.0 200 OK\r\nServer: x\r\n\r\n" + Work), Hit("getwork")),
        ["pipelined"] = (new Talk().Client(Post("X-Mining-Extensions: longpoll\r\n", Getwork) + Post("X-Mining-Extensions: longpoll\r\n", Getwork))
            .Server(Answer(Work) + Answer(Work)), Hit("getwork")),
        ["100-continue"] = (new Talk().Client("POST / HTTP/1.1\r\nX-Mining-Extensions: longpoll\r\nExpect: 100-continue\r\nContent-Length: " + Getwork.Length + "\r\n\r\n")
            .Server("HTTP/1.1 100 Continue\r\n\r\n").Client(Getwork).Server(Answer(Work)), Hit("getwork")),
        ["no miner headers"] = (new Talk().Client("POST / HTTP/1.1\r\nHost: 198.51.100.7:8332\r\nContent-Length: " + Getwork.Length + "\r\n\r\n").Client(Getwork).Server(Answer(Work)), Hit("getwork")),
    };

    /// <summary>A WebSocket, opened.</summary>
    public static Talk WebSocket() => new Talk()
        .Client("GET /ws HTTP/1.1\r\nHost: ws.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        .Server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");

    public static Expected Hit(string dialect) => new(dialect, MiningRole.Miner, MiningState.Accepted);

    public static string Post(string fields, string body) => "POST / HTTP/1.1\r\nHost: pool.example\r\n" + fields + "Content-Length: " + body.Length + "\r\n\r\n" + body;

    public static string Answer(string body) => "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.Length + "\r\n\r\n" + body;
}
