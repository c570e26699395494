using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Inventory;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Inventory;

public sealed class AddressInventoryTests : IDisposable
{
    private const string Header = "地址段,类型,NAT设备,接入设备,时区,生效时间,失效时间,内网地址段,端口范围,每户端口数,核对样本\n";

    private readonly TempFolder _folder = new();
    private readonly List<Problem> _problems = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryColumnOfAGoodRowIsTaken()
    {
        var pool = Assert.Single(Load("203.0.113.0/24,cgn-pba,cgn01,bras01,UTC,2022-01-01,2022-06-30,,,,\n").Pools);

        Assert.Empty(_problems);
        Assert.Equal((PoolKind.CgnPortBlock, "cgn01", "bras01", TimeSpan.Zero), (pool.Kind, pool.Device, pool.AccessServer, pool.TimeZone));
        Assert.Equal((At("2021-12-31T16:00:00Z"), At("2022-06-30T16:00:00Z")), (pool.From, pool.To));
    }

    [Fact]
    public void HeadersMayBeEnglish()
    {
        var path = _folder.Write("pools.csv", "prefix,kind,device,valid_from\n198.51.100.0-198.51.100.127,DS-Lite,aftr01,2022-01-01\n");

        Assert.Equal((PoolKind.DsLite, "aftr01"), AddressInventory.Load(path, _problems).Pools.Select(pool => (pool.Kind, pool.Device)).Single());
        Assert.Empty(_problems);
    }

    [Fact]
    public void AllProblemsAreNamedByLineAndColumnAndTheRestIsLoaded()
    {
        var inventory = Load(
            "203.0.113.0/33,cgn-pba,,,,,,,,,\n"
            + "203.0.113.0/24,cgnat,,,,,,,,,\n"
            + "203.0.113.0/24,dynamic,,,CST,2022-13-01,,,,,\n"
            + "203.0.113.0/24,dynamic,,,,2022-02-01,2022-01-01,,,,\n"
            + "203.0.113.0/24,ipv6,,,,,,,,,\n"
            + "2001:db8::/32,cgn-pba,,,,,,,,,\n"
            + "203.0.113.0/24,cgn-deterministic,,,,,,,,,\n"
            + "203.0.113.0/24,cgn-deterministic,,,,,,100.64.0.0/20,70000,,\n"
            + "203.0.113.0/24,cgn-deterministic,,,,,,100.64.0.0/20,,99999,\n"
            + "203.0.113.0/24,cgn-deterministic,,,,,,100.64.0.0/20,1024-65535,,100.64.0.1=203.0.113.0:1024\n"
            + "198.51.100.0/24,static,,,,,,,,,\n");

        Assert.Equal("198.51.100.0", Assert.Single(inventory.Pools).Range.First.ToString());
        Assert.Equal([2, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11], _problems.Select(problem => problem.Line));
        Assert.All(_problems, problem => Assert.True(problem.Column > 0, problem.ToString()));
    }

    [Fact]
    public void WithoutTheColumnsThatDecideNothingIsLoaded()
    {
        Assert.Empty(AddressInventory.Load(_folder.Write("pools.csv", "prefix,device\n203.0.113.0/24,x\n"), _problems).Pools);
        Assert.Contains("类型|kind", Assert.Single(_problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheMostSpecificPrefixThatWasValidThenDecides()
    {
        var inventory = Load("203.0.113.0/24,dynamic,,,,,,,,,\n203.0.113.0/28,static,,,,2022-01-01,2022-06-30,,,,\n2001:db8::/32,ipv6,,,,,,,,,\n");

        Assert.Equal([PoolKind.Static], Kinds(inventory, "203.0.113.9", "2022-04-08T00:00:00Z"));
        Assert.Equal([PoolKind.Dynamic], Kinds(inventory, "203.0.113.9", "2022-08-08T00:00:00Z"));
        Assert.Equal([PoolKind.Dynamic], Kinds(inventory, "203.0.113.19", "2022-04-08T00:00:00Z"));
        Assert.Equal([PoolKind.IPv6Delegated], Kinds(inventory, "2001:db8:1::1", "2022-04-08T00:00:00Z"));
        Assert.Empty(Kinds(inventory, "198.51.100.1", "2022-04-08T00:00:00Z"));
    }

    [Fact]
    public void TwoDescriptionsOfOnePrefixForTheSameTimeAreReportedAndBothKept()
    {
        var inventory = Load("203.0.113.0/24,dynamic,,,,,,,,,\n203.0.113.0/24,cgn-pba,cgn01,,,2022-01-01,,,,,\n");

        Assert.Equal(3, Assert.Single(_problems).Line);
        Assert.Equal(2, Kinds(inventory, "203.0.113.9", "2022-04-08T00:00:00Z").Count);
    }

    [Theory]
    // 256 x 64512 ports for 4096 addresses: 16 share an address, 4032 ports each.
    [InlineData("203.0.113.0", 1024, "100.64.0.0", 1024, 5055)]
    [InlineData("203.0.113.0", 5055, "100.64.0.0", 1024, 5055)]
    [InlineData("203.0.113.0", 5056, "100.64.0.1", 5056, 9087)]
    [InlineData("203.0.113.0", 65535, "100.64.0.15", 61504, 65535)]
    [InlineData("203.0.113.1", 1024, "100.64.0.16", 1024, 5055)]
    [InlineData("203.0.113.255", 65535, "100.64.15.255", 61504, 65535)]
    public void ADeterministicPoolTellsTheInnerAddress(string address, int port, string expected, int first, int last)
    {
        var pool = Assert.Single(Load("203.0.113.0/24,cgn-deterministic,,,,,,100.64.0.0/20,,,100.64.0.16=203.0.113.1:1024\n").Pools);

        Assert.Empty(_problems);
        Assert.True(pool.Rule!.TryFind(pool.Range, Ip(address), (ushort)port, out var inner, out var block));
        Assert.Equal((Ip(expected), ((ushort)first, (ushort)last)), (inner, block));
    }

    [Fact]
    public void JunosWithoutBoundaryAddressesIsASpanWithoutThem()
    {
        // Network and broadcast address are not translated unless include-boundary-addresses is set: the first block is that of 100.64.0.1.
        var pool = Assert.Single(Load("203.0.113.0/28,cgn-deterministic,,,,,,100.64.0.1-100.64.0.254,,256,100.64.0.1=203.0.113.0:1024;100.64.0.254=203.0.113.1:1280\n").Pools);

        Assert.Empty(_problems);
        Assert.True(pool.Rule!.TryFind(pool.Range, Ip("203.0.113.0"), 1024, out var inner, out _));
        Assert.Equal(Ip("100.64.0.1"), inner);
    }

    [Theory]
    [InlineData("staggered", "100.64.0.1=203.0.113.0:1025;100.64.0.1=203.0.113.0:1033", "", 0)]
    [InlineData("交错", "100.64.0.8=203.0.113.1:1024", "", 0)]
    [InlineData("round-robin", "100.64.0.1=203.0.113.3:3040", "", 0)]
    [InlineData("interlaced", "100.64.0.5=203.0.113.1:1025", "", 0)]
    [InlineData("sequential", "", "", 0)]
    [InlineData("interlaced", "", "", 11)]
    [InlineData("interlaced", "100.64.0.6=203.0.113.1:1025", "", 11)]
    [InlineData("interlaced", "100.64.0.5=203.0.113.1:1025", "8", 10)]
    [InlineData("sequential", "", "70000", 8)]
    [InlineData("backwards", "", "", 12)]
    public void OtherOrdersAreTakenWhenASampleAgrees(string order, string sample, string hosts, int wrongColumn)
    {
        var path = _folder.Write("inventory.csv", Header.TrimEnd() + ",port_order,hosts_per_address\n" + $"203.0.113.0/30,cgn-deterministic,,,,,,100.64.0.0/27,,,{sample},{order},{hosts}\n");
        var pools = AddressInventory.Load(path, _problems).Pools;

        Assert.Equal(wrongColumn == 0 ? 1 : 0, pools.Count);
        Assert.Equal(wrongColumn == 0 ? [] : [wrongColumn], _problems.Select(problem => Fields(problem.Column, path)));
    }

    [Theory]
    [InlineData(1023)]
    [InlineData(65024)]
    [InlineData(65535)]
    public void PortsOutsideEveryBlockBelongToNobody(int port)
    {
        // 64000 of 64512 ports in 64 blocks of 1000: the last 512 are left over.
        var path = _folder.Write("inventory.csv", Header.TrimEnd() + ",hosts_per_address\n203.0.113.0/24,cgn-deterministic,,,,,,100.64.0.0/18,1024-65535,1000,,64\n");
        var pool = Assert.Single(AddressInventory.Load(path, _problems).Pools);

        Assert.False(pool.Rule!.TryFind(pool.Range, Ip("203.0.113.7"), (ushort)port, out _, out _));
    }

    [Theory]
    // 512 ports of each address make no block: free, or the first of the next inner address?
    [InlineData("203.0.113.0/24", "", false)]
    [InlineData("203.0.113.0/24", "100.64.0.3=203.0.113.0:4500", false)]
    [InlineData("203.0.113.0/24", "100.64.0.64=203.0.113.1:1100", false)]
    [InlineData("203.0.113.0/24", "100.64.0.64=203.0.113.1:1600", true)]
    [InlineData("203.0.113.0/24", "100.64.4.0=203.0.113.16:1024", true)]
    [InlineData("203.0.113.7", "", true)]
    public void PortsThatAreLeftOverMustBeSpokenFor(string pool, string sample, bool isTaken)
    {
        var pools = Load($"{pool},cgn-deterministic,,,,,,100.64.0.0/18,1024-65535,1000,{sample}\n").Pools;

        Assert.Equal(isTaken ? 1 : 0, pools.Count);
        Assert.True(isTaken ? _problems.Count == 0 : Assert.Single(_problems).Message.Contains("leaves 512 ports of each public address over", StringComparison.Ordinal));
    }

    /// <summary>Which field of the second line begins at that character, counted from 1.</summary>
    private static int Fields(int column, string path) => 1 + File.ReadAllLines(path)[1].Take(column - 1).Count(letter => letter == ',');

    private AddressInventory Load(string rows) => AddressInventory.Load(_folder.Write("inventory.csv", Header + rows), _problems);

    private static List<PoolKind> Kinds(AddressInventory inventory, string address, string time)
    {
        var found = new List<AddressPool>();
        inventory.Find(Ip(address), At(time), At(time), found);
        return found.ConvertAll(pool => pool.Kind);
    }
}
