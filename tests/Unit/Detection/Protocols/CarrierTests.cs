using MinerFlow.Abstractions;
using MinerFlow.Detection.Protocols;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Detection.Protocols;

public class CarrierTests
{
    public static TheoryData<string> Names => [.. CarrierScenarios.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void AWholeConversationIsFoundAndTurnedTheRightWay(string name)
    {
        var (talk, expected) = CarrierScenarios.All[name];
        var found = talk.Event();
        Assert.NotNull(found);
        Assert.Equal(expected, new CarrierScenarios.Expected(found.Dialect, found.Role, found.State));
        Assert.Equal(50_000, found.Client.Port);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void CuttingASegmentInTwoChangesNothing(string name)
    {
        var (talk, _) = CarrierScenarios.All[name];
        var whole = Facts(talk.Event());
        for (var segment = 0; segment < talk.Segments.Count; segment++)
        {
            // The first segment must show what it is: what the gate lets in is judged by its first packet.
            var first = segment < 2 ? Math.Min(talk.Segments[segment].Bytes.Length, 96) : 1;
            var step = Math.Max(1, talk.Segments[segment].Bytes.Length / 16);
            for (var at = first; at < talk.Segments[segment].Bytes.Length; at += at < first + 12 ? 1 : step)
            {
                var cut = Facts(talk.Cut(segment, at).Event());
                Assert.True(whole == cut, $"segment {segment} cut at {at}: {cut} instead of {whole}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NoPrefixIsFoundToBeSomethingElse(string name)
    {
        var (talk, expected) = CarrierScenarios.All[name];
        for (var segment = 0; segment < talk.Segments.Count; segment++)
        {
            var step = Math.Max(1, talk.Segments[segment].Bytes.Length / 64);
            for (var at = 0; at <= talk.Segments[segment].Bytes.Length; at += step)
            {
                var found = talk.Until(segment, at).Event();
                Assert.True(found is null || found.Client.Port == 50_000, $"segment {segment} up to {at}: turned round");
                Assert.True(found is null || found.Role.IsHit() == expected.Role.IsHit(), $"segment {segment} up to {at}: {found?.Role}");
            }
        }
    }

    [Theory]
    [InlineData("getwork")]
    [InlineData("getblocktemplate")]
    [InlineData("bitcoin-daemon")]
    [InlineData("eth-getwork")]
    [InlineData("monero-daemon")]
    [InlineData("coinhive")]
    [InlineData("webminerpool")]
    [InlineData("btcagent")]
    [InlineData("viabtc-agent")]
    [InlineData("duino-coin")]
    [InlineData("stratum-v2")]
    [InlineData("bitcoin-p2p")]
    [InlineData("levin")]
    [InlineData("rlpx")]
    [InlineData("chunked")]
    public void TheClientAloneIsEnough(string name)
    {
        var (talk, expected) = CarrierScenarios.All[name];
        var found = talk.OnlyClient().Event();
        Assert.NotNull(found);
        Assert.Equal((expected.Dialect, expected.Role, 50_000), (found.Dialect, found.Role, (int)found.Client.Port));
    }

    [Theory]
    [InlineData("getwork")]
    [InlineData("bitcoin-daemon")]
    [InlineData("eth-getwork")]
    [InlineData("coinhive")]
    [InlineData("webminerpool")]
    [InlineData("duino-coin")]
    [InlineData("stratum-v2")]
    [InlineData("levin")]
    [InlineData("chunked")]
    public void TheServerAloneIsEnough(string name)
    {
        var (talk, expected) = CarrierScenarios.All[name];
        var found = talk.OnlyServer().Event();
        Assert.NotNull(found);
        Assert.Equal((expected.Dialect, expected.Role, 50_000), (found.Dialect, found.Role, (int)found.Client.Port));
    }

    [Theory]
    [InlineData("coinhive", 5)]
    [InlineData("webminerpool", 4)]
    [InlineData("btcagent", 18)]
    [InlineData("stratum-v2", 6)]
    [InlineData("getwork", 5)]
    [InlineData("eth-getwork", 3)]
    [InlineData("bitcoin-daemon", 6)]
    [InlineData("bitcoin-p2p", 3)]
    [InlineData("levin", 2)]
    public void AConversationJoinedInTheMiddleIsFound(string name, int from)
    {
        var (talk, expected) = CarrierScenarios.All[name];
        var found = talk.From(from).Event();
        Assert.NotNull(found);
        Assert.Equal((expected.Dialect, expected.Role), (found.Dialect, found.Role));
    }

    [Fact]
    public void NoiseOfStratumV2IsFoundByTheShapeOfItsTurns()
    {
        var found = Talk.Scenario("stratum-v2-noise/farm").Event();
        Assert.NotNull(found);
        Assert.Equal(("stratum-v2-noise", MiningRole.Miner, true), (found.Dialect, found.Role, found.Encrypted));
        Assert.Equal(50_000, found.Client.Port);
    }

    [Fact]
    public void DatumIsFoundByItsMaskedHeader()
    {
        var found = Talk.Scenario("datum/gateway").Event();
        Assert.NotNull(found);
        Assert.Equal(("datum", MiningRole.Miner, MiningState.Accepted, true), (found.Dialect, found.Role, found.State, found.Encrypted));
    }

    [Fact]
    public void DiscoveryOfEthereumNodesIsFoundByItsHash()
    {
        var found = Talk.Scenario("discv4/ping").Event();
        Assert.NotNull(found);
        Assert.Equal(("discv4", MiningRole.Node), (found.Dialect, found.Role));
    }

    [Fact]
    public void NoDatagramIsWantedThatIsShorterThanItsProtocolsShortest()
    {
        foreach (var protocol in new ProtocolCatalog().Datagrams)
        {
            var said = Repository.Scenarios.Where(name => name.StartsWith(protocol.Name + "/", StringComparison.Ordinal)).SelectMany(name => Repository.ReadScenario(name).Writes).ToList();

            Assert.Contains(said, write => protocol.Probe(write.Bytes));
            Assert.All(said, write => Assert.DoesNotContain(Enumerable.Range(0, protocol.ShortestDatagram), length => protocol.Probe(write.Bytes.AsSpan(0, length))));
        }
    }

    private static string Facts(MiningEvent? found) => found is null
        ? "nothing"
        : string.Join(' ', found.Dialect, found.Role, found.State, found.Client, found.Agent, found.Login?.Clear, found.Worker?.Clear, found.Workers, found.PoolHost,
            found.SharesSubmitted, found.SharesAccepted, found.SharesRejected, found.Difficulty, found.Jobs, found.Height, found.AcceptedWork, found.StatedHashrate, found.Confidence);
}
