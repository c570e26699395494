using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Inventory;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Inventory;

/// <summary>Ports are handed out as RFC 7422 describes it, one by one, and the rule must lead back to who got each.</summary>
public sealed class DeterministicRuleTests
{
    private const ushort FirstPort = 1024;

    private static readonly IpRange Pool = new(Ip("203.0.113.0"), Ip("203.0.113.4"));

    [Theory]
    [InlineData(PortOrder.Sequential, 23, 997, 15, 0)]
    [InlineData(PortOrder.Sequential, 23, 997, 15, 7)]
    [InlineData(PortOrder.Sequential, 300, 1000, 1, 0)]
    [InlineData(PortOrder.Staggered, 23, 997, 15, 5)]
    [InlineData(PortOrder.Staggered, 23, 997, 15, 0)]
    [InlineData(PortOrder.RoundRobin, 23, 997, 200, 0)]
    [InlineData(PortOrder.RoundRobin, 40, 64, 5, 0)]
    [InlineData(PortOrder.Interlaced, 23, 997, 200, 0)]
    [InlineData(PortOrder.Interlaced, 40, 64, 7, 0)]
    public void EveryPortLeadsBackToWhoGotIt(PortOrder order, int innerAddresses, int ports, int portsPerAddress, int hosts)
    {
        var inner = new IpRange(Ip("100.64.0.0"), IpAddress.FromIPv4(Ip("100.64.0.0").IPv4Bits + (uint)innerAddresses - 1));
        var rule = new DeterministicRule(inner, FirstPort, (ushort)(FirstPort + ports - 1), portsPerAddress) { Order = order, HostsPerAddress = hosts };
        var given = HandOut(order, innerAddresses, ports, portsPerAddress, hosts);

        Assert.Null(rule.Problem(Pool));
        for (var address = 0; address <= (int)Pool.Span; address++)
        {
            var holders = new HashSet<int>();
            for (var port = 0; port < ports; port++)
            {
                var found = rule.TryFind(Pool, Pool.At((UInt128)address), (ushort)(FirstPort + port), out var holder, out var block);
                Assert.Equal(given.TryGetValue((address, port), out var expected), found);
                if (found)
                {
                    Assert.Equal(inner.At((UInt128)expected), holder);
                    Assert.All(Enumerable.Range(block.First - FirstPort, block.Last - block.First + 1), other => Assert.Equal(expected, given[(address, other)]));
                    holders.Add(expected);
                }
            }

            Assert.Equal(holders.Select(holder => inner.At((UInt128)holder)).Order(), rule.HoldersOf(Pool, Pool.At((UInt128)address)).Select(holder => holder.Inner).Order());
        }
    }

    /// <summary>Of each public address and port the number of the inner address that gets it.</summary>
    private static Dictionary<(int Address, int Port), int> HandOut(PortOrder order, int innerAddresses, int ports, int portsPerAddress, int hosts)
    {
        var addresses = (int)Pool.Span + 1;
        var sharing = hosts > 0 ? hosts : ports / portsPerAddress;
        var given = new Dictionary<(int, int), int>();
        for (var inner = 0; inner < innerAddresses; inner++)
        {
            for (var k = 0; k < portsPerAddress; k++)
            {
                var all = (k * innerAddresses) + inner;
                var width = Math.Max(1, portsPerAddress / addresses);
                var (address, port) = order switch
                {
                    PortOrder.Sequential => (inner / sharing, (inner % sharing * portsPerAddress) + k),
                    PortOrder.Staggered => (inner / sharing, (k * sharing) + (inner % sharing)),
                    PortOrder.RoundRobin => (k / width, (inner * width) + (k % width)),
                    _ => (all % addresses, all / addresses),
                };
                if (address < addresses && (order != PortOrder.RoundRobin || (inner + 1) * width <= ports) && port < ports)
                {
                    given.Add((address, port), inner);
                }
            }
        }

        return given;
    }
}
