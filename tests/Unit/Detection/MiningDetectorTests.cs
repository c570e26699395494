using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Connections;
using MinerFlow.Detection;
using MinerFlow.Detection.Protocols;
using MinerFlow.Detection.Rules;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Detection;

public class MiningDetectorTests
{
    private const string Subscribe = "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"cgminer/4.11.1\"]}\n";

    private static readonly FlowKey Key = FlowKey.Create(
        new Endpoint(IpAddress.FromIPv4(0xC000_0205), 50_000), new Endpoint(IpAddress.FromIPv4(0xC633_6407), 3_333), Transport.Tcp, out _);

    private static readonly string[] Traps =
    [
        "{\"id\":0,\"method\":\"server.version\",\"params\":[\"electrum 4.5\",\"1.4\"]}\n",
        "{\"id\":1,\"method\":\"blockchain.scripthash.subscribe\",\"params\":[\"00ff\"]}\n",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"login\",\"params\":{\"user\":\"ann\",\"password\":\"x\"}}\n",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"submit\",\"params\":{\"form\":5}}\n",
        "{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":{\"job_id\":5,\"state\":\"done\"}}\n",
        "{\"worker\":\"celery-1\",\"event\":\"task-sent\"}\n",
        "{\"jsonrpc\":\"2.0\",\"id\":83,\"method\":\"eth_blockNumber\",\"params\":[]}\n",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[\"0x" + new string('a', 64) + "\",\"0x" + new string('b', 64) + "\",\"0x" + new string('c', 64) + "\"]}\n",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getblockcount\",\"params\":[]}\n",
    ];

    private readonly List<MiningEvent> _events = [];

    private MiningDetector Make(DetectionOptions? options = null, RuleSet? rules = null) =>
        new(rules ?? RuleSet.Default, new ProtocolCatalog(), options ?? new DetectionOptions(), new Ear(_events));

    public static TheoryData<string> MainScenarios() =>
        [.. Repository.Scenarios.Where(s => s.Split('/')[0] is "stratum-v1" or "equihash" or "kawpow" or "eth-proxy" or "ethereum-stratum-1" or "ethereum-stratum-2" or "cryptonote" or "hathor")];

    public static TheoryData<string> TrapLines() => [.. Traps];

    [Theory]
    [MemberData(nameof(MainScenarios))]
    public void AScenarioIsAHitTheRightWayRoundAlsoFromOneSideAndFromTheMiddle(string scenario)
    {
        var talk = Talk.Scenario(scenario);
        foreach (var form in (Talk[])[talk, talk.OnlyClient(), talk.OnlyServer(), talk.From(talk.Segments.Count / 2)])
        {
            var found = form.Event();
            Assert.NotNull(found);
            Assert.True(found.Role.IsHit());
            Assert.Equal(50_000, found.Client.Port);
        }

        Assert.Equal(scenario.Split('/')[0], talk.Event()!.Dialect);
    }

    [Theory]
    [MemberData(nameof(MainScenarios))]
    public void CuttingASegmentInTwoChangesNothing(string scenario)
    {
        var talk = Talk.Scenario(scenario);
        var whole = Facts(talk.Event()!);
        for (var segment = 0; segment < talk.Segments.Count; segment++)
        {
            var length = talk.Segments[segment].Bytes.Length;
            for (var at = 1; at < length; at += 1 + (length / 16))
            {
                Assert.Equal(whole, Facts(talk.Cut(segment, at).Event()!));
            }
        }
    }

    [Theory]
    [MemberData(nameof(TrapLines))]
    public void EverydayJsonIsNotEvenOpenedOrSaysNothing(string line)
    {
        Assert.Null(new Talk().Client(line).Server("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":true,\"error\":null}\n").Client(line).Server(line).Event());
    }

    [Fact]
    public void AMinerIsFoundAlsoWhenTheAnswerOfAWebServerStandsBeforeItsLine()
    {
        var found = new Talk().Server("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").Client(Subscribe).Event();

        Assert.Equal((50_000, "stratum-v1"), (found!.Client.Port, found.Dialect));
    }

    [Fact]
    public void MethodsThatNobodyKnowsAreLetGoAtTheFirstLook()
    {
        var detector = Make();
        foreach (var trap in Traps.Where(t => t.Contains("\"method\"", StringComparison.Ordinal)))
        {
            Assert.False(detector.Wants(Encoding.UTF8.GetBytes(trap), Transport.Tcp), trap);
        }

        Assert.True(detector.Wants(Encoding.UTF8.GetBytes(Subscribe), Transport.Tcp));
        Assert.True(detector.Wants("{\"params\":[\"acct.rig\",\"1f\",\"00\""u8, Transport.Tcp));
        Assert.True(detector.Wants("\0\n {\"id\":1,\"method\":\"mining.authorize\",\"params\":[\"a\",\"x\"]}"u8, Transport.Tcp));
        Assert.True(detector.Wants("[{\"id\":1,\"method\":\"mining.authorize\",\"params\":[\"a\",\"x\"]}]"u8, Transport.Tcp));
    }

    [Fact]
    public void LookingAtBenignJsonAllocatesNothing()
    {
        var detector = Make();
        var lines = Traps.Select(Encoding.UTF8.GetBytes).ToArray();
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                detector.Wants(lines[i % lines.Length], Transport.Tcp);
            }

            Assert.True(round == 0 || GC.GetAllocatedBytesForCurrentThread() == before);
        }
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("\0")]
    [InlineData("\r\n \t")]
    public void MessagesAreFoundWhateverStandsBetweenThem(string between)
    {
        var found = new Talk()
            .Client("{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"a/1\"]}" + between + "{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"acct.rig\",\"x\"]}" + between)
            .Server("{\"id\":2,\"result\":true,\"error\":null}" + between)
            .Event();
        Assert.Equal(("a/1", "acct", MiningState.Accepted), (found!.Agent, found.Login!.Clear, found.State));
    }

    [Fact]
    public void ABatchIsReadLikeItsMessages()
    {
        var found = new Talk()
            .Client("[ {\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"a/1\"]} , {\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"acct.rig\",\"x\"]} ]\n")
            .Server("[{\"id\":2,\"result\":true,\"error\":null}]\n{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[7]}\n")
            .Event();
        Assert.Equal(("a/1", "acct", MiningState.Accepted, 7.0), (found!.Agent, found.Login!.Clear, found.State, found.Difficulty));
    }

    [Fact]
    public void AServerThatOnlyRefusesIsFound()
    {
        var found = new Talk().Client(Subscribe).Server("{\"id\":0,\"result\":null,\"error\":[20,\"Parse error\",null]}\n").Event();
        Assert.Equal(MiningState.Rejected, found!.State);
        var alone = new Talk().Server("{\"id\":0,\"result\":null,\"error\":[20,\"Parse error\",null]}\n").Event();
        Assert.Equal((50_000, MiningState.Rejected), (alone!.Client.Port, alone.State));
    }

    [Fact]
    public void AMessageWithoutAnAnswerIsAnAttempt()
    {
        var found = new Talk().Client(Subscribe).Event();
        Assert.Equal((MiningState.Attempted, MiningRole.Miner, "stratum-v1"), (found!.State, found.Role, found.Dialect));
        Assert.NotEmpty(found.Evidence);
    }

    /// <summary>A converter of films whose login has the words of Beam's.</summary>
    [Fact]
    public void ALoginInTheWordsOfBeamIsNoMinerWithoutAJobASolutionOrAWallet()
    {
        Assert.Null(new Talk().Client("{\"method\":\"login\",\"api_key\":\"k123\",\"id\":\"login\"}\n")
            .Server("{\"method\":\"job\",\"id\":\"5\",\"input\":\"film.mp4\",\"difficulty\":3}\n").Client("{\"method\":\"solution\",\"id\":\"5\",\"output\":\"film.mkv\"}\n")
            .Event());
        var found = new Talk().Client("{\"method\":\"login\",\"api_key\":\"" + new string('7', 66) + ".rig\",\"id\":\"login\"}\n").Event();
        Assert.Equal(("beam", MiningState.Attempted, "rig"), (found!.Dialect, found.State, found.Worker?.Clear));
    }

    [Fact]
    public void APoolThatAsksForCompressedMessagesIsSaidToBeReadInPart()
    {
        var found = new Talk()
            .Client("{\"id\":0,\"method\":\"mining.hello\",\"params\":{\"agent\":\"ethminer-0.17\",\"proto\":\"EthereumStratum/2.0.0\"}}\n")
            .Server("{\"id\":0,\"result\":{\"proto\":\"EthereumStratum/2.0.0\",\"encoding\":\"gzip\"}}\n").Client(0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3).Event();
        Assert.Contains(found!.Evidence, line => line.Seen.Contains("compressed", StringComparison.Ordinal));
    }

    [Fact]
    public void AStreamJoinedInsideALineGoesOnAtTheNextOne()
    {
        var found = new Talk()
            .Client(Subscribe)
            .Server("ffee\",\"20000000\",\"17\"],\"id\":null}\n{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[7]}\n")
            .Event();
        Assert.Equal(7, found!.Difficulty);
    }

    [Fact]
    public void ALineThatItsSenderSpoiltDoesNotEndAKnownConversation()
    {
        var found = new Talk().Client(Subscribe).Server("{\"id\":1,,}\n{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[7]}\n").Event();
        Assert.Equal(7, found!.Difficulty);
    }

    [Fact]
    public void UndecidedConnectionsAreGivenUpWithinTheBounds()
    {
        var detector = Make(new DetectionOptions { UndecidedMessages = 4 });
        var connection = new Connection(Key, 1, "test");
        var handler = detector.Open(connection);
        var line = Encoding.UTF8.GetBytes("{\"id\":1,\"result\":{}}\n");
        for (var i = 0; i < 5; i++)
        {
            Assert.False(connection.IsAbandoned);
            handler.OnStream(FlowSide.Low, new(line), new StreamMoment(PacketTime.FromSeconds(1), i));
        }

        Assert.True(connection.IsAbandoned);
    }

    [Fact]
    public void TheTailOfAKnownConversationIsNamedAndNoOther()
    {
        var detector = Make();
        Run(detector, Key, "a.pcap");
        var tail = Key with { Low = new Endpoint(Key.Low.Address, 50_001) };
        detector.OnSilentFlow(Silent(tail, "a.pcap"));
        detector.OnSilentFlow(Silent(tail, "b.pcap"));
        detector.OnSilentFlow(Silent(Key with { Low = new Endpoint(Key.Low.Address, 3), High = new Endpoint(Key.High.Address, 443) }, "a.pcap"));
        Assert.Equal(2, _events.Count);
        Assert.Equal((50_001, 0.5, MiningState.Attempted, "stratum-v1"), (_events[1].Client.Port, _events[1].Confidence, _events[1].State, _events[1].Dialect));
    }

    [Fact]
    public void ADisabledProtocolIsNotReported()
    {
        var detector = Make(rules: new RuleSet([new ProtocolRule("stratum-v1") { Enabled = false }], new Thresholds()));
        var foreign = "{\"id\":1,\"method\":\"mining.suggest_difficulty\",\"params\":[5]}\n"u8;
        Assert.True(Make().Wants(foreign, Transport.Tcp));
        Assert.False(detector.Wants(foreign, Transport.Tcp));
    }

    [Fact]
    public void AnInterimEventIsNotFinalAndDoesNotEndTheConnection()
    {
        var detector = Make();
        var connection = new Connection(Key, 1, "test");
        var handler = detector.Open(connection);
        handler.OnPeriodEnd();
        handler.OnStream(FlowSide.Low, new(Encoding.UTF8.GetBytes(Subscribe)), new StreamMoment(PacketTime.FromSeconds(1), 1));
        handler.OnPeriodEnd();
        handler.OnClosed(ConnectionEnd.Closed, default, default);
        Assert.Equal([false, true], _events.Select(found => found.IsFinal));
    }

    private void Run(MiningDetector detector, FlowKey key, string capture)
    {
        var handler = detector.Open(new Connection(key, 1, capture));
        handler.OnStream(FlowSide.Low, new(Encoding.UTF8.GetBytes(Subscribe)), new StreamMoment(PacketTime.FromSeconds(1), 1));
        handler.OnClosed(ConnectionEnd.Closed, default, default);
        Assert.Single(_events);
    }

    private static SilentFlow Silent(FlowKey key, string capture) => new(key, 2, PacketTime.FromSeconds(5), PacketTime.FromSeconds(6), 7, 8, capture);

    /// <summary>What an event says apart from when, since a cut adds a frame.</summary>
    private static string Facts(MiningEvent found) => string.Join(
        '|',
        found.Dialect,
        found.State,
        found.Role,
        found.Client,
        found.Agent,
        found.Login,
        found.Worker,
        found.Coin,
        found.Algorithm,
        found.Jobs,
        found.SharesSubmitted,
        found.SharesAccepted,
        found.SharesRejected,
        found.SharesStale,
        found.AcceptedWork,
        found.Difficulty,
        found.Height,
        found.Confidence,
        string.Join(';', found.Evidence.Select(line => line.Seen)));

    private sealed class Ear(List<MiningEvent> events) : IMiningEventSink
    {
        public void OnEvent(MiningEvent miningEvent) => events.Add(miningEvent);
    }
}
