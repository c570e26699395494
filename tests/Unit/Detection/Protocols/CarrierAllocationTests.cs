using System.Buffers;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Connections;
using Xunit;

namespace MinerFlow.Unit.Detection.Protocols;

/// <summary>A connection that is known costs no memory for each further message.</summary>
public class CarrierAllocationTests
{
    private const int Rounds = 1_000;

    [Fact]
    public void PollingForWorkOverHttpAllocatesNothing()
    {
        var request = CarrierScenarios.Post("X-Mining-Extensions: longpoll\r\nUser-Agent: cgminer 4.11.1\r\nAuthorization: Basic cmlnMTp4\r\n", CarrierScenarios.Getwork);
        AssertNothingAllocated(Talk.Scenario("getwork/cgminer"), Latin1(request), Latin1(CarrierScenarios.Answer(CarrierScenarios.Work)));
    }

    [Fact]
    public void SharesOfStratumV2AllocateNothing() => AssertNothingAllocated(
        Talk.Scenario("stratum-v2/clear"),
        [0x00, 0x80, 0x1A, 24, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, .. new byte[12]],
        [0x00, 0x80, 0x1C, 20, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);

    [Fact]
    public void SharesOfAnAgentAllocateNothing() => AssertNothingAllocated(
        Talk.Scenario("btcagent/agent"),
        [0x7F, 0x02, 15, 0, 7, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0x7F, 0x02, 15, 0, 7, 2, 0, 1, 2, 3, 4, 5, 6, 7, 8],
        [0x7F, 0x10, 10, 0, 1, 0, 0x87, 0x96, 0x2C, 0x6B, 0x7F, 0x10, 10, 0, 2, 0, 21, 0, 0, 0]);

    private static void AssertNothingAllocated(Talk known, byte[] fromClient, byte[] fromServer)
    {
        var handler = known.Open();
        Run(handler, fromClient, fromServer, 0);

        // The runtime may take some for itself once, while it compiles again; what a message takes, each run takes.
        var least = long.MaxValue;
        for (var run = 1; run <= 3; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Run(handler, fromClient, fromServer, run * Rounds);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private static void Run(IConnectionHandler handler, byte[] fromClient, byte[] fromServer, int from)
    {
        long consumed = 0;
        for (var round = from; round < from + Rounds; round++)
        {
            var moment = new StreamMoment(PacketTime.FromSeconds(1_700_100_000 + round), 1_000 + round);
            consumed += handler.OnStream(FlowSide.Low, new ReadOnlySequence<byte>(fromClient), moment);
            consumed += handler.OnStream(FlowSide.High, new ReadOnlySequence<byte>(fromServer), moment);
        }

        if (consumed != (long)Rounds * (fromClient.Length + fromServer.Length))
        {
            Assert.Fail("Not all was read.");
        }
    }

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);
}
