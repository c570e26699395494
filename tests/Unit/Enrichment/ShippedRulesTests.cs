using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Devices;
using MinerFlow.Enrichment.Pools;
using MinerFlow.Unit.Detection.Coins;
using Xunit;

namespace MinerFlow.Unit.Enrichment;

public class ShippedRulesTests
{
    private static readonly List<Problem> Problems = [];

    private static readonly PoolDirectory Pools = PoolDirectory.Load(RuleFiles.PathOf(""), Problems);

    private static readonly DeviceTable Devices = DeviceTable.Load(RuleFiles.PathOf(""), Problems);

    [Fact]
    public void PoolsAndDevicesHaveNoFault()
    {
        Assert.Empty(Problems);
        Assert.True(Pools.Count > 150);
        Assert.True(Devices.Count > 60);
    }

    [Theory]
    [InlineData("btc.f2pool.com", "F2Pool")]
    [InlineData("xmr-eu1.nanopool.org", "Nanopool")]
    [InlineData("eu1-zcash.flypool.org", "Flypool")]
    [InlineData("cn.ss.btc.com", "BTC.com")]
    [InlineData("www.f2pool.com", null)] // the web site: reading it is no mining
    [InlineData("www.antpool.com", null)]
    [InlineData("notnanopool.org", null)]
    [InlineData("example.org", null)]
    public void AStratumHostNamesItsPoolAndAWebSiteDoesNot(string host, string? pool)
    {
        Assert.Equal(pool, Pools.FindHost(host, 3333)?.Name);
    }

    [Theory]
    [InlineData("Antminer S21/Thu Oct  9 17:56:18 CST 2025", "sha256d", 1e12, 17.5)]
    [InlineData("whatsminer/v1.1", "sha256d", 1e12, 29)]
    [InlineData("bitaxe/BM1370/v2.4", "sha256d", 1e12, 17)]
    [InlineData("XMRig/6.21.0 (Linux x86_64) libuv/1.44.2 gcc/11.2.0", "rx/0", 1000, 12)]
    [InlineData("cgminer/4.11.1", "scrypt", 1e6, 0.35)]
    [InlineData("unheard-of/1.0", "kheavyhash", 1e12, 200)]
    public void ADeviceOrItsClassGivesAPower(string agent, string algorithm, double perSecond, double watts)
    {
        var power = Devices.Estimate(agent, algorithm, new Hashrate(perSecond, "H/s", 100, 600));
        Assert.NotNull(power);
        Assert.Equal(watts, power.Watts, 1e-6);
        Assert.True(power.LowWatts < power.Watts && power.Watts < power.HighWatts);
    }
}
