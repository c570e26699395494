using System.Text;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Detection.Protocols;

/// <summary>What looks like a pool's protocol and is none.</summary>
public class CarrierTrapTests
{
    [Theory]
    [InlineData("traps/bip324")]
    [InlineData("traps/elf-download")]
    [InlineData("traps/tls-heartbeat")]
    [InlineData("traps/eth-node-rpc")]
    [InlineData("traps/language-server")]
    [InlineData("traps/job-queue")]
    [InlineData("traps/logs-and-agents")]
    public void ShippedTrapsGiveNothing(string scenario) => Assert.Null(Talk.Scenario(scenario).Event());

    [Fact]
    public void TenThousandRandomOpeningsOf64BytesGiveNothing()
    {
        var random = new SeededRandom(20_261_122);
        for (var run = 0; run < 10_000; run++)
        {
            var talk = new Talk().Client(random.Bytes(64)).Server(random.Bytes(64 + random.Below(4_096))).Client(random.Bytes(1 + random.Below(400)))
                .Server(random.Bytes(1 + random.Below(1_400))).Client(random.Bytes(1 + random.Below(200))).Server(random.Bytes(64));
            Assert.True(talk.Event() is null, $"run {run}");
        }
    }

    /// <summary>A header without a payload and the next one, out of a slide show that was downloaded in segments of 40 bytes.</summary>
    [Fact]
    public void FramesWhosePayloadIsNotLookedAtAreNoStratumV2()
    {
        byte[] segment = [0, 0, 0x57, 0, 0, 0, 0, 0x80, 0x17, 0, 1, 0, 0, 0, .. "LUsed in essentially all lo"u8];
        var talk = new Talk().Server(segment);
        for (var more = 0; more < 20; more++)
        {
            talk.Server([0, 0, 0x57, 0, 0, 0, .. "w p"u8]);
        }

        Assert.Null(talk.Event());
    }

    [Fact]
    public void TablesOfSmallNumbersAreNoStratumV2()
    {
        var random = new SeededRandom(41);
        for (var run = 0; run < 20_000; run++)
        {
            var talk = new Talk();
            for (var segment = 0; segment < 6; segment++)
            {
                talk.Server([0, 0, .. Enumerable.Range(0, 38).Select(_ => (byte)(random.Below(5) < 3 ? 0 : random.Below(0x81)))]);
            }

            Assert.True(talk.Event() is null, $"run {run}");
        }
    }

    /// <summary>BIP 324 with 170 bytes of garbage has the first two sizes; MTProto and Shadowsocks can have them by chance.</summary>
    [Theory]
    [InlineData(64, 234)]
    [InlineData(64, 170)]
    [InlineData(64, 234, 112)]
    [InlineData(64, 234, 112, 43, 90)]
    [InlineData(64, 234, 112, 45, 90)]
    [InlineData(64, 234, 20, 44, 90)]
    [InlineData(64, 235, 112, 44, 90)]
    [InlineData(65, 234, 112, 44, 90)]
    public void SizesThatAreNotAllThoseOfTheNoiseHandshakeGiveNothing(params int[] turns)
    {
        var random = new SeededRandom(7);
        Assert.Null(Talk.Of(turns.Select((length, turn) => new Said(turn % 2 == 0, random.Bytes(length)))).Event());
    }

    [Fact]
    public void SixtyFourBytesOfTextAreNoKey() =>
        Assert.Null(new Talk().Client(new string('a', 32) + "HELO mail.example and so on 1234").Server(new byte[234]).Client(new byte[112]).Server(new byte[44]).Client(new byte[90]).Event());

    [Fact]
    public void AnEncryptedRelayWhoseFourthByteIsThatOfDatumGivesNothing()
    {
        var random = new SeededRandom(9);
        byte[] opening = [0x7C, 0x19, 0x87, 0xD7, .. random.Bytes(500)];
        Assert.Null(new Talk().Client(opening).Server(random.Bytes(100)).Event());
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: node.example\r\nContent-Length: 54\r\n\r\n{\"method\":\"getblockcount\",\"params\":[],\"id\":1,\"x\":\"yy\"}", "{\"result\":800000,\"error\":null,\"id\":1}")]
    [InlineData("POST / HTTP/1.1\r\nHost: node.example\r\nContent-Length: 43\r\n\r\n{\"method\":\"getinfo\",\"params\":[],\"id\":\"abc\"}", "{\"result\":{\"blocks\":1},\"error\":null,\"id\":\"abc\"}")]
    [InlineData("POST /json_rpc HTTP/1.1\r\nHost: node.example\r\nContent-Length: 46\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":\"0\",\"method\":\"get_info\"}", "{\"id\":\"0\",\"jsonrpc\":\"2.0\",\"result\":{\"height\":3}}")]
    [InlineData("POST / HTTP/1.1\r\nHost: node.example\r\nContent-Length: 48\r\n\r\n{\"method\":\"getmininginfo\",\"params\":[],\"id\":\"ab\"}", "{\"result\":{\"blocks\":1,\"difficulty\":3.2},\"error\":null}")]
    public void CallsOfExplorersAndWalletsGiveNothing(string request, string answer) =>
        Assert.Null(new Talk().Client(request).Server(CarrierScenarios.Answer(answer)).Event());

    [Theory]
    [InlineData("{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"eth_getFilterChanges\",\"params\":[\"0x1\"]}", "{\"id\":1,\"jsonrpc\":\"2.0\",\"result\":[\"0x7f3a#\",\"0x52c1#\",\"0x0000#\"]}")]
    [InlineData("{\"id\":1,\"method\":\"getWork\",\"params\":[]}", "{\"id\":1,\"result\":{\"task\":3,\"data\":\"abc\"},\"error\":null}")]
    [InlineData("{\"id\":1,\"method\":\"app_getWork\",\"params\":[]}", "{\"id\":1,\"result\":[\"sweep\",\"mop\",\"dust\"],\"error\":null}")]
    public void CallsThatAreAnsweredLikeMiningGiveNothing(string request, string answer) =>
        Assert.Null(new Talk().Client(CarrierScenarios.Post("", request)).Server(CarrierScenarios.Answer(answer.Replace("#", new string('b', 60), StringComparison.Ordinal))).Event());

    /// <summary>A log of a miner in the body of a POST: objects one after the other, which no call is.</summary>
    [Fact]
    public void ALogOfMiningThatIsPostedGivesNothing()
    {
        const string log = "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"cgminer/4.11.1\"]}\n{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"a.b\",\"x\"]}\n";
        var post = CarrierScenarios.Post("Content-Type: application/x-ndjson\r\n", log);
        Assert.Null(new Talk().Client(post).Server("HTTP/1.1 204 No Content\r\n\r\n").Event());
        Assert.Null(new Talk().Client(post[..^log.Length]).Client(log).Server("HTTP/1.1 204 No Content\r\n\r\n").Event());
    }

    /// <summary>A value of a store and lines typed into a terminal: what miner and pool would say stands on one side, or on both.</summary>
    [Fact]
    public void QuotedConversationsGiveNothing()
    {
        const string subscribe = "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"cgminer/4.11.1\"]}\n";
        const string difficulty = "{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[8]}\n";
        var job = "{\"id\":null,\"method\":\"mining.notify\",\"params\":[\"1f\",\"" + new string('a', 64) + "\",\"01\",\"02\",[],\"20000000\",\"1702069c\",\"69a4f600\",true]}\n";

        Assert.Null(new Talk().Client("*2\r\n$3\r\nGET\r\n$4\r\nnote\r\n").Server("$900\r\n").Server(subscribe).Server(job).Event());
        Assert.Null(new Talk().Client("*2\r\n$3\r\nGET\r\n$4\r\nnote\r\n").Server("$900\r\n").Server(job).Server(subscribe).Event());
        Assert.Null(new Talk().Client("bob\r\n").Server("$ ").Client(subscribe).Server(subscribe).Client(job).Server(job).Event());
        Assert.NotNull(new Talk().Client(subscribe).Server(difficulty).Server(job).Event());
    }

    /// <summary>RFC 6455 section 5.1: clients mask their frames, servers do not. A pool's log on a screen comes from the server, a miner's words from the client.</summary>
    [Theory]
    [InlineData(0x81)]
    [InlineData(0x82)]
    public void WhatAMinerSaysInAFrameOfTheServerIsALog(byte opcode)
    {
        byte[] line = [.. Encoding.Latin1.GetBytes(CarrierScenarios.Authorize)];
        byte[] shown = [opcode, (byte)line.Length, .. line];
        byte[] masked = [opcode, (byte)(0x80 | line.Length), 0, 0, 0, 0, .. line];

        Assert.Null(CarrierScenarios.WebSocket().Server(shown).Server(shown).Event());
        Assert.NotNull(CarrierScenarios.WebSocket().Client(masked).Event());
    }

    /// <summary>A terminal's own byte before the first line of each frame (ttyd, the channels of Kubernetes).</summary>
    [Fact]
    public void ATerminalThatShowsAPoolsLinesGivesNothing()
    {
        byte[] text = [(byte)'0', .. "{\"id\":1}\r\n"u8, .. Encoding.Latin1.GetBytes(CarrierScenarios.Authorize)];
        var talk = CarrierScenarios.WebSocket();
        for (var frame = 0; frame < 4; frame++)
        {
            talk.Client([0x82, (byte)(0x80 | text.Length), 0, 0, 0, 0, .. text]);
        }

        Assert.Null(talk.Event());
    }

    [Theory]
    [InlineData("cgminer 4.11.1", true)]
    [InlineData("lolMiner", true)]
    [InlineData("BFGMiner/5.5.0", true)]
    [InlineData("Examiner some-miner/2", true)]
    [InlineData("RapidMiner/10.3", false)]
    [InlineData("Minerva/1.2", false)]
    [InlineData("WashingtonExaminer/7.1 CFNetwork", false)]
    [InlineData("Skyline DataMiner", false)]
    [InlineData("Mineral waters", false)]
    public void AnAgentIsAMinersByTheWordAtTheEndOfItsName(string agent, bool isMiner) =>
        Assert.Equal(isMiner, new Talk().Client(CarrierScenarios.Post("User-Agent: " + agent + "\r\n", "{\"method\":\"getwork\",\"params\":[],\"id\":1}")).Event() is not null);

    [Theory]
    [InlineData("X-Mining-Extensions: longpoll", true)]
    [InlineData("X-Mining-Hashrate: 250000000", true)]
    [InlineData("X-Mining-Key: k", false)]
    [InlineData("X-Mining-Diagnostic: full-details", false)]
    public void TwoFieldsThatBeginWithMiningAreAMiners(string field, bool isMiner) =>
        Assert.Equal(isMiner, new Talk().Client(CarrierScenarios.Post(field + "\r\n", "{\"a\":1}")).Event() is not null);

    [Theory]
    [InlineData("X-Long-Polling: /poll", false)]
    [InlineData("X-Long-Polling: /lp\r\nX-Roll-NTime: expire=120", true)]
    [InlineData("X-Stratum: stratum+tcp://pool.example:3333", true)]
    public void AServerThatPollsLongIsNoServerOfWork(string fields, bool isWork) =>
        Assert.Equal(isWork, new Talk().Server("HTTP/1.1 200 OK\r\n" + fields + "\r\nContent-Length: 2\r\n\r\n{}").Event() is not null);

    /// <summary>What was fetched by a plain GET may be a document about mining: an example, a test, an explorer's page.</summary>
    [Fact]
    public void AJobThatIsFetchedLikeADocumentGivesNothing()
    {
        var job = "{\"method\":\"mining.notify\",\"params\":[\"1f\",\"" + new string('a', 64) + "\",\"01\",\"02\",[],\"20000000\",\"1702069c\",\"69a4f600\",true]}";
        Assert.Null(new Talk().Client("GET /api HTTP/1.1\r\nHost: docs.example\r\n").Client("\r\n").Server(CarrierScenarios.Answer(job)).Event());
    }

    /// <summary>Bodies of another trade, each in a segment of its own, after which the reader of HTTP has given up: the last looks like a line of Stratum.</summary>
    [Fact]
    public void ABodyBehindManyOthersIsNoLine()
    {
        var talk = new Talk();
        foreach (var body in (string[])["{\"method\":\"a\"}", "{\"method\":\"b\"}", "{\"method\":\"c\"}", CarrierScenarios.Authorize, CarrierScenarios.Subscribe])
        {
            var post = CarrierScenarios.Post("", body);
            talk.Client(post[..^body.Length]).Client(body).Server(CarrierScenarios.Answer("{\"result\":{}}"));
        }

        Assert.Null(talk.Event());
    }

    [Fact]
    public void ASocksConnectionToAWebSiteGivesNothing() =>
        Assert.Null(new Talk().Client(5, 1, 0).Server(5, 0).Client("\u0005\u0001\u0000\u0003\u000cpool.example\u0000\u0050").Server(5, 0, 0, 1, 10, 0, 0, 1, 4, 0)
            .Client("GET / HTTP/1.1\r\nHost: pool.example\r\n\r\n").Server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").Event());

    /// <summary>The share of Hathor has a UUID and a nonce, its subscription an address; so have those of queues and of services that watch addresses.</summary>
    [Theory]
    [InlineData("{\"id\":1,\"result\":\"ok\"}\n")]
    [InlineData("{\"id\":1,\"result\":{\"status\":\"queued\"}}\n")]
    [InlineData("{\"id\":1,\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}\n")]
    public void JobsOfAQueueAndAnAddressThatIsWatchedGiveNothing(string answer)
    {
        var submit = "{\"id\":1,\"method\":\"submit\",\"params\":{\"job_id\":\"" + new string('a', 32) + "\",\"nonce\":\"00112233\"}}\n";
        var subscribe = "{\"id\":1,\"method\":\"subscribe\",\"params\":{\"address\":\"H" + new string('q', 33) + "\"}}\n";

        Assert.Null(new Talk().Client(submit).Server(answer).Client(submit).Server(answer).Event());
        Assert.Null(new Talk().Client(submit).Client(submit).Client(submit).Client(submit).Event());
        Assert.Null(new Talk().Client(subscribe).Server(answer).Event());
        var both = new Talk().Client(subscribe).Client(submit).Event();
        Assert.Equal(("hathor", 50_000, "HTR"), (both!.Dialect, (int)both.Client.Port, both.Coin));
    }

    /// <summary>A list of digests and sizes, and a printer that takes jobs.</summary>
    [Fact]
    public void DigestsAndJobsOfOtherTradesAreNoDuinoCoin()
    {
        var row = new string('a', 40) + "," + new string('b', 40) + ",3500\n";
        Assert.Null(new Talk().Server(row).Server(row).Server(row + row).Server("done\n").Event());
        Assert.Null(new Talk().Client("JOB,upstairs,LOW\n").Server("OK 12\n").Client("JOB,upstairs,LOW\n").Server("GOODBYE\n").Event());
        Assert.Null(new Talk().Client("JOB,upstairs,LOW\n").Server("GOOD\n").Client("JOB,upstairs,LOW\n").Server("BAD,no paper\n").Event());
    }

    /// <summary>A desktop over noVNC, of which some messages may look like anything.</summary>
    [Fact]
    public void ABinaryWebSocketOfAnotherTradeIsLetGo()
    {
        var random = new SeededRandom(12);
        var talk = CarrierScenarios.WebSocket();
        for (var frame = 0; frame < 400; frame++)
        {
            talk.Server([0x82, 100, (byte)"{[0x"[frame % 4], .. random.Bytes(99)]);
        }

        Assert.Null(talk.Event());
        Assert.True(talk.IsLetGo());
    }

    [Fact]
    public void AWebSocketChatGivesNothing() =>
        Assert.Null(CarrierScenarios.WebSocket()
            .Server("\u0081\u0019{\"type\":\"job\",\"params\":{}}").Server("\u0081\u001d{\"type\":\"auth\",\"params\":\"none\"}").Event());

    [Fact]
    public void AKeyThatIsNotOnTheCurveIsNoNode()
    {
        var random = new SeededRandom(11);
        for (var run = 0; run < 1_000; run++)
        {
            byte[] opening = [0x01, 0xB0, 0x04, .. random.Bytes(431)];
            Assert.Null(new Talk().Client(opening).Server([0x01, 0x60, 0x04, .. random.Bytes(351)]).Event());
        }
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.9\r\n")]
    [InlineData("\u007fELF\u0002\u0001\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000")]
    [InlineData("\u007f\u0002\u000f\u0000 one message of an agent's kind and no more of them")]
    [InlineData("STR2 is what this line begins with\r\n")]
    [InlineData("\u0000\u0000\u0000\u0085\u00ffSMBr\u0000\u0000\u0000\u0000\u0018S\u00c8")]
    public void OtherOpeningsGiveNothing(string opening) => Assert.Null(new Talk().Client(opening).Server(opening).Event());
}
