using System.Buffers.Binary;
using System.Text;
using MinerFlow.Abstractions;
using Xunit;

namespace MinerFlow.Unit.Detection.Protocols;

/// <summary>What is read out of the conversations, beyond that they are found.</summary>
public class CarrierFactsTests
{
    [Fact]
    public void GetworkTellsLoginAgentRateDifficultyAndShares()
    {
        var found = Find("getwork");
        Assert.Equal("rig1", found.Login?.Clear);
        Assert.Equal("cgminer 3.7.2", found.Agent);
        Assert.Equal("pool.example", found.PoolHost);
        Assert.Equal(5e9, found.StatedHashrate);
        Assert.Equal((3, 3, 0), (found.SharesSubmitted, found.SharesAccepted, found.SharesRejected));
        Assert.True(found.AcceptedWork > 0);
    }

    [Fact]
    public void TheWalletOfEthereumGetworkComesFromTheAddress()
    {
        var found = Find("eth-getwork");
        Assert.StartsWith("0x", found.Login?.Clear, StringComparison.Ordinal);
        Assert.Equal(42, found.Login?.Clear.Length);
        Assert.Equal("attic", found.Worker?.Clear);
        Assert.Equal(1, found.SharesAccepted);
    }

    [Fact]
    public void StratumV2TellsDeviceAccountRateAndShares()
    {
        var found = Find("stratum-v2");
        Assert.Equal("ExampleASIC X21/fw-1.2", found.Agent);
        Assert.Equal(("acct88", "bay3", "pool.example"), (found.Login?.Clear, found.Worker?.Clear, found.PoolHost));
        Assert.Equal(BitConverter.UInt32BitsToSingle(0x5735E620), found.StatedHashrate!.Value, 1.0);
        Assert.Equal((6, 6), (found.SharesSubmitted, found.SharesAccepted));

        // Target 0000…ffff00000000 of the channel: bytes 26 and 27 of 32, little endian.
        Assert.Equal(6 * Math.Pow(2, 256) / (65_535 * Math.Pow(2, 208)), found.AcceptedWork, found.AcceptedWork * 1e-6);
    }

    [Fact]
    public void AnAgentsWorkersAndTheirWorkAreCounted()
    {
        var found = Find("btcagent");
        Assert.Equal(3, found.Workers);
        Assert.Equal("bigfarm", found.Login?.Clear);
        Assert.Equal("btccom-agent/2.0.0-mu", found.Agent);
        Assert.Equal(25, found.SharesAccepted);
        Assert.Equal(25 * Math.Pow(2, 32 + 16), found.AcceptedWork);
    }

    [Fact]
    public void AnAgentsSharesThatThePoolAnswersCountAsAnswered()
    {
        byte[] share = [0x7F, 0x02, 15, 0, 7, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        var found = new Talk()
            .Server(0x7F, 0x05, 9, 0, 13, 1, 0, 1, 0).Client(share).Server(0x7F, 0x10, 10, 0, 0, 0, 0x87, 0x96, 0x2C, 0x6B)
            .Client(share).Server(0x7F, 0x10, 10, 0, 1, 0, 21, 0, 0, 0).Client(share).Server(0x7F, 0x10, 10, 0, 2, 0, 23, 0, 0, 0).Event();
        Assert.NotNull(found);
        Assert.Equal((3, 1, 2, 1), (found.SharesSubmitted, found.SharesAccepted, found.SharesRejected, found.SharesStale));
        Assert.Equal(Math.Pow(2, 32 + 13), found.AcceptedWork);
        Assert.Equal(MiningRole.Proxy, found.Role);
    }

    // A period ends long before the connection does, and its window with it.
    [Fact]
    public void AnAgentsSharesThatNobodyAnswersAreToldWithTheirPeriod()
    {
        byte[] share = [0x7F, 0x02, 15, 0, 7, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        var unanswered = new Talk().Server(0x7F, 0x05, 9, 0, 13, 1, 0, 1, 0).Client(share).Client(share);

        var told = unanswered.Periods(3);

        Assert.Equal([(2, 2), (2, 2)], told.Select(found => ((int)found.SharesSubmitted, (int)found.SharesAccepted)));
    }

    [Fact]
    public void AnAgentsShareThatIsAnsweredAfterItsPeriodCountsOnce()
    {
        byte[] share = [0x7F, 0x02, 15, 0, 7, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        byte[] taken = [0x7F, 0x10, 10, 0, 0, 0, 0x87, 0x96, 0x2C, 0x6B];
        var late = new Talk().Server(0x7F, 0x05, 9, 0, 13, 1, 0, 1, 0).Server(0x7F, 0x05, 9, 0, 13, 1, 0, 2, 0).Client(share).Server(taken).Client(share).Server(taken);

        var told = late.Periods(3);

        Assert.Equal([(1, 1), (2, 2)], told.Select(found => ((int)found.SharesSubmitted, (int)found.SharesAccepted)));
    }

    [Theory]
    [InlineData("socks5")]
    [InlineData("socks5 with a password")]
    [InlineData("socks4a")]
    [InlineData("http connect")]
    public void AProxyPreambleTellsThePoolsHost(string name)
    {
        var found = Find(name);
        Assert.Equal("pool.example", found.PoolHost);
        Assert.Equal("cgminer/4.11.1", found.Agent);
        Assert.Equal("acct", found.Login?.Clear);
    }

    [Fact]
    public void BrowserMinersCountTheirShares()
    {
        Assert.Equal((6, 6), (Find("coinhive").SharesSubmitted, Find("coinhive").SharesAccepted));
        Assert.Equal((5, 5), (Find("webminerpool").SharesSubmitted, Find("webminerpool").SharesAccepted));
    }

    [Theory]
    [InlineData("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", MiningState.Rejected)]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", MiningState.Rejected)]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n{\"id\":0,\"result\":null,\"error\":{\"code\":0,\"message\":\"no\"}}", MiningState.Rejected)]
    [InlineData("{\"id\":0,\"result\":null,\"error\":[20,\"Parse error\",null]}\n{\"id\":0,\"result\":null,\"error\":[20,\"Parse error\",null]}\n", MiningState.Rejected)]
    [InlineData("", MiningState.Attempted)]
    public void AnswersToARequestForWorkDecideTheState(string answer, MiningState state)
    {
        var found = new Talk().Client(CarrierScenarios.Post("X-Mining-Extensions: longpoll\r\n", CarrierScenarios.Getwork)).Server(answer).Event();
        Assert.NotNull(found);
        Assert.Equal(("getwork", MiningRole.Miner, state), (found.Dialect, found.Role, found.State));
    }

    [Fact]
    public void AHeadWithMiningExtensionsIsEnoughWithoutItsBody()
    {
        var found = new Talk().Client("POST / HTTP/1.1\r\nHost: 198.51.100.7:3333\r\nX-Mining-Extensions: longpoll midstate\r\nContent-Length: 116\r\n\r\n").Event();
        Assert.Equal((MiningRole.Miner, MiningState.Attempted), (found?.Role, found?.State));
    }

    [Fact]
    public void ATemplateOfMegabytesIsPassedOverByItsLengthAndTheConnectionGoesOn()
    {
        const string Start = "{\"result\":{\"version\":2,\"previousblockhash\":\"0000000000000000000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"transactions\":[{\"data\":\"";
        var body = Start + new string('a', 2_000_000) + "\"}]},\"error\":null,\"id\":1}";
        var talk = new Talk().Client(CarrierScenarios.Post("User-Agent: cpuminer/2.5.1\r\n", "{\"method\":\"getblocktemplate\",\"params\":[],\"id\":1}"));
        var answer = CarrierScenarios.Answer(body);
        for (var at = 0; at < answer.Length; at += 1_460)
        {
            talk.Server(answer[at..Math.Min(at + 1_460, answer.Length)]);
        }

        talk.Client(CarrierScenarios.Post("User-Agent: cpuminer/2.5.1\r\n", "{\"method\":\"submitblock\",\"params\":[\"" + new string('a', 200) + "\"],\"id\":2}"))
            .Server(CarrierScenarios.Answer("{\"result\":null,\"error\":null,\"id\":2}"));
        var found = talk.Event();
        Assert.NotNull(found);
        Assert.Equal(("getblocktemplate", MiningState.Accepted, 1, 1), (found.Dialect, found.State, (int)found.Jobs, (int)found.SharesAccepted));
    }

    [Fact]
    public void AWebSocketMessageInFragmentsWithAPingBetweenIsOneMessage()
    {
        var auth = "{\"type\":\"auth\",\"params\":{\"site_key\":\"abcdefghijklmnop\",\"type\":\"anonymous\"}}";
        var found = CarrierScenarios.WebSocket()
            .Client([.. Frame(0x01, auth[..20]), .. Frame(0x89, "hi"), .. Frame(0x80, auth[20..])]).Event();
        Assert.Equal(("coinhive", "abcdefghijklmnop"), (found?.Dialect, found?.Login?.Clear));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("")]
    public void LinesInOneWebSocketMessageAreReadLikeMessages(string between)
    {
        var found = CarrierScenarios.WebSocket().Client(Frame(0x81, CarrierScenarios.Subscribe.TrimEnd() + between + CarrierScenarios.Authorize.TrimEnd() + between)).Event();
        Assert.Equal(("cgminer/4.11.1", "acct"), (found?.Agent, found?.Login?.Clear));
    }

    [Fact]
    public void ABatchInAWebSocketMessageIsReadLikeItsMessages()
    {
        var found = CarrierScenarios.WebSocket().Client(Frame(0x81, "[ " + CarrierScenarios.Subscribe + "," + CarrierScenarios.Authorize + "]")).Event();
        Assert.Equal(("cgminer/4.11.1", "acct"), (found?.Agent, found?.Login?.Clear));
    }

    /// <summary>websockify hands on what it gets from TCP: lines, or pieces of them.</summary>
    [Fact]
    public void BinaryWebSocketMessagesAreAStreamOfLines()
    {
        const string lines = CarrierScenarios.Subscribe + CarrierScenarios.Authorize;
        for (var at = 1; at < lines.Length; at++)
        {
            var found = CarrierScenarios.WebSocket().Client(Frame(0x82, lines[..at])).Client(Frame(0x82, lines[at..])).Event();
            Assert.Equal(("cgminer/4.11.1", "acct"), (found?.Agent, found?.Login?.Clear));
        }
    }

    /// <summary>Joined while it is open: the upgrade is not in the capture, and the first line has lost its start.</summary>
    [Fact]
    public void ABinaryWebSocketIsFoundWithoutItsUpgradeAndGoesOnAtTheNextLine()
    {
        var found = new Talk().Client(Frame(0x82, CarrierScenarios.Authorize)).Client(Frame(0x82, "\"x\"]}\n" + CarrierScenarios.Subscribe)).Event();
        Assert.Equal(("cgminer/4.11.1", "acct"), (found?.Agent, found?.Login?.Clear));
    }

    [Fact]
    public void WhatIsSaidBehindAnObjectMakesItAQuotation() =>
        Assert.Null(CarrierScenarios.WebSocket().Client(Frame(0x81, CarrierScenarios.Subscribe + "is what it says, anna")).Event());

    [Theory]
    [InlineData("stale-work", 1)]
    [InlineData("high-hash", 0)]
    public void AShareOfGetworkThatCameTooLateIsStale(string reason, int stale)
    {
        var share = "{\"method\":\"getwork\",\"params\":[\"" + new string('a', 256) + "\"],\"id\":1}";
        var found = new Talk().Client(CarrierScenarios.Post("", share))
            .Server("HTTP/1.1 200 OK\r\nX-Reject-Reason: " + reason + "\r\nContent-Length: 38\r\n\r\n{\"result\":false,\"error\":null,\"id\":1}  ").Event();
        Assert.Equal((1, 1, stale), ((int)found!.SharesSubmitted, (int)found.SharesRejected, (int)found.SharesStale));
    }

    [Theory]
    [InlineData("\"stale-prevblk\"", "null", 1)]
    [InlineData("\"high-hash\"", "null", 0)]
    [InlineData("null", "{\"code\":-22,\"message\":\"Block decode failed\"}", 0)]
    public void ABlockThatCameTooLateIsStale(string result, string error, int stale)
    {
        var share = "{\"method\":\"submitblock\",\"params\":[\"" + new string('a', 200) + "\"],\"id\":1}";
        var found = new Talk().Client(CarrierScenarios.Post("User-Agent: cpuminer/2.5.1\r\n", share))
            .Server(CarrierScenarios.Answer("{\"result\":" + result + ",\"error\":" + error + ",\"id\":1}")).Event();
        Assert.Equal((1, 1, stale), ((int)found!.SharesSubmitted, (int)found.SharesRejected, (int)found.SharesStale));
    }

    [Fact]
    public void AShareOfEthereumGetworkThatCameTooLateIsStale()
    {
        var hash = "\"0x" + new string('b', 64) + "\"";
        var found = new Talk().Client(CarrierScenarios.Post("", "{\"id\":4,\"method\":\"eth_submitWork\",\"params\":[\"0x00112233aabbccdd\"," + hash + "," + hash + "]}"))
            .Server(CarrierScenarios.Answer("{\"id\":4,\"result\":null,\"error\":{\"code\":21,\"message\":\"Stale share\"}}")).Event();
        Assert.Equal((1, 0, 1, 1), ((int)found!.SharesSubmitted, (int)found.SharesAccepted, (int)found.SharesRejected, (int)found.SharesStale));
    }

    /// <summary>The agent stands in one head of many: it is that of the whole connection.</summary>
    [Theory]
    [InlineData("{\"id\":2,\"jsonrpc\":\"2.0\",\"result\":{\"status\":\"OK\"}}", 1)]
    [InlineData("{\"id\":2,\"jsonrpc\":\"2.0\",\"error\":{\"code\":-7,\"message\":\"Block not accepted\"}}", 0)]
    public void ABlockOfAMinerForAMoneroDaemonIsAShare(string answer, int accepted)
    {
        var found = new Talk()
            .Client(CarrierScenarios.Post("User-Agent: XMRig/6.22.0\r\n", "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"getblocktemplate\",\"params\":{\"wallet_address\":\"4abc\"}}"))
            .Server(CarrierScenarios.Answer("{\"id\":1,\"result\":{\"blocktemplate_blob\":\"" + new string('a', 200) + "\",\"difficulty\":4000,\"prev_hash\":\"" + new string('b', 64) + "\"}}"))
            .Client(CarrierScenarios.Post("", "{\"id\":2,\"jsonrpc\":\"2.0\",\"method\":\"submitblock\",\"params\":[\"" + new string('c', 200) + "\"]}"))
            .Server(CarrierScenarios.Answer(answer)).Event();
        Assert.Equal((MiningRole.Miner, 1, accepted, 4_000.0 * accepted), (found!.Role, (int)found.SharesSubmitted, (int)found.SharesAccepted, found.AcceptedWork));
    }

    [Fact]
    public void CompressedWebSocketMessagesAreNotReadAndNothingIsClaimed() =>
        Assert.Null(new Talk()
            .Client("GET /proxy HTTP/1.1\r\nHost: ws.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
            .Server("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
            .Client(Frame(0xC1, "{\"type\":\"auth\",\"params\":{\"site_key\":\"abcdefghijklmnop\"}}")).Event());

    [Fact]
    public void TheUserAgentOfANodeIsRead()
    {
        var found = Find("bitcoin-p2p");
        Assert.False(string.IsNullOrEmpty(found.Agent));
        Assert.Equal("BTC", found.Coin);
    }

    private static MiningEvent Find(string name) => CarrierScenarios.All[name].Talk.Event() ?? throw new InvalidOperationException(name);

    /// <summary>A masked frame as a client sends it.</summary>
    /// <summary>revoxhere/duino-coin ESP_Code of 2021: no text ends in a line feed, the key stands behind the rig, and the pool knows no such user.</summary>
    [Fact]
    public void AnOldMinerOfDuinoCoinEndsNoText()
    {
        var job = new string('a', 40) + "," + new string('b', 40) + ",3500";
        var talk = new Talk().Server("2.4").Client("JOB,bert,ESP8266").Server(job).Client("1201,9321.20,ESP8266 Miner v2.4,shed:k3y,DUCOID7").Server("GOOD")
            .Client("JOB,bert,ESP8266").Server(job).Client("77,9321.20,ESP8266 Miner v2.4,shed:k3y,DUCOID7").Server("BAD");
        var found = talk.Event();

        Assert.Equal(("bert", "shed", 1, "ESP8266 Miner v2.4"), (found!.Login?.Clear, found.Worker?.Clear, found.Workers, found.Agent));
        Assert.Equal((2, 1, 1, 3_500.0, 3_500 * 50.0), ((int)found.SharesSubmitted, (int)found.SharesAccepted, (int)found.SharesRejected, found.Difficulty, found.AcceptedWork));
    }

    private static byte[] Frame(byte first, string text)
    {
        byte[] key = [1, 2, 3, 4];
        var payload = Encoding.Latin1.GetBytes(text);
        for (var index = 0; index < payload.Length; index++)
        {
            payload[index] ^= key[index % 4];
        }

        byte[] length = payload.Length < 126 ? [(byte)(0x80 | payload.Length)] : [0xFE, 0, 0];
        if (length.Length > 1)
        {
            BinaryPrimitives.WriteUInt16BigEndian(length.AsSpan(1), (ushort)payload.Length);
        }

        return [first, .. length, .. key, .. payload];
    }
}
