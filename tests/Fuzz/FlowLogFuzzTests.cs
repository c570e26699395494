using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Nat.Flows;
using Xunit;
using static MinerFlow.Traffic.FlowDatagram;

namespace MinerFlow.Fuzz;

/// <summary>Damaged IPFIX, NetFlow 9 and Comware datagrams: never an exception, never more kept than the bounds say.</summary>
public sealed class FlowLogFuzzTests
{
    private static readonly (int, int)[] Fields = [(323, 8), (230, 1), (8, 4), (225, 4), (361, 2), (362, 2), (371, 65535)];

    private static readonly byte[][] Datagrams =
    [
        Ipfix().Template(256, Fields).OptionsTemplate(400, (149, 4), (160, 8)).ToBytes(),
        Ipfix().Data(256, Number(1_649_293_091_250, 8), [16], Ip("100.64.0.5"), Ip("203.0.113.9"), Number(1024, 2), Number(2047, 2), [3, 65, 66, 67]).ToBytes(),
        Ipfix().Data(400, Number(1, 4), Number(5, 8)).Set(2, set => set.Add(256, 2).Add(0, 2)).ToBytes(),
        NetFlow9().Template(256, Fields[..6]).OptionsTemplate(401, (1, 4), (34, 4)).ToBytes(),
        NetFlow9().Data(256, Number(1_649_293_091_250, 8), [4], Ip("100.64.0.5"), Ip("203.0.113.9"), Number(1024, 2), Number(2047, 2)).ToBytes(),
        [3, 4, 0, 1, .. new byte[76]],
    ];

    [Fact]
    public void DamagedDatagramsAreReadOrCounted() => FuzzRun.Rounds(random =>
    {
        var reader = new FlowLogReader(new FlowLogOptions { MaxPendingBytes = 500, MaxTemplates = 8 }, new Nobody());
        for (var i = 0; i < 30; i++)
        {
            var whole = Datagrams[random.Below(Datagrams.Length)];
            reader.Read(random.Below(3) == 0 ? whole : Mutation.Of(whole, random), $"192.0.2.{random.Below(2)}", PacketTime.None);
            Assert.InRange(reader.PendingBytes, 0, 500);
            Assert.InRange(reader.Templates.Count, 0, 8);
        }
    });

    private sealed class Nobody : INatEventHandler
    {
        public void Take(in NatEvent happened) => Assert.True(happened.FirstPort <= happened.LastPort);
    }
}
