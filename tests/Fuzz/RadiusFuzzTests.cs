using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Radius;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Fuzz;

/// <summary>Damaged RADIUS packets: never an exception, never a byte read behind the datagram, never a block that is none, and an answer no longer than its request.</summary>
public sealed class RadiusFuzzTests
{
    private const string Secret = "invented secret";

    private static readonly byte[][] Datagrams =
    [
        RadiusDatagram.Session(3, "s1", "yc0359000001@adsl", 1_649_405_400).Number(41, 2).Number(46, 36_000).Text(87, "eth 1/0/1:1000.2345").Address(8, "100.64.12.34")
            .Prefix(97, "2001:db8:100:1::", 64).Prefix(123, "2001:db8:200:40::", 60).Address(168, "2001:db8:300::7")
            .Vendor(2011, 161, [203, 0, 113, 9]).Vendor(2011, 162, RadiusDatagram.Big(20480)).Vendor(2011, 163, RadiusDatagram.Big(24575)).ToBytes(Secret),
        RadiusDatagram.Session(1, "s1", "u1", 1_649_405_400).Vendor(6527, 121, Encoding.ASCII.GetBytes("203.0.113.9 20480..24575 router base")).Extended(6, (3, 1), (9, 2), (10, 3), (8, 2))
            .Octets(33, [1, 2, 3]).Vendor(3561, 1, [0, 1, 255]).Octets(1, [0xD5, 0xC5]).ToBytes(Secret),
        new RadiusDatagram(12).ToProbe(Secret),
    ];

    [Fact]
    public void DamagedPacketsAreReadOrRejected()
    {
        using var memory = new GuardedMemory(8_192);
        FuzzRun.Rounds(random =>
        {
            var reader = new RadiusPacketReader(TimeSpan.FromHours(8));
            var sessions = new RadiusSessionBuilder(new RadiusSessionOptions { TellsOpen = true }, new IntervalList());
            for (var i = 0; i < 30; i++)
            {
                var bytes = Mutation.Of(Datagrams[random.Below(Datagrams.Length)], random);
                if (RadiusPacket.Read(memory.Place(bytes), out var packet) != RadiusRejection.None)
                {
                    continue;
                }

                RadiusSignature.IsSigned(packet, "secret"u8);
                RadiusSignature.IsProbe(packet, "secret"u8);
                Assert.InRange(RadiusSignature.Answer(packet, "secret"u8, new byte[packet.Bytes.Length]), RadiusPacket.HeaderLength, packet.Bytes.Length);
                if (reader.Read(packet, PacketTime.FromSeconds(1_649_405_402), out var record) == RadiusRejection.None && record is not null)
                {
                    Assert.All(record.Allocations.Concat(record.Released), allocation => Assert.True(allocation.FirstPort <= allocation.LastPort && allocation.Range.First <= allocation.Range.Last));
                    sessions.Add(record);
                }
            }

            sessions.Complete();
        });
    }
}
