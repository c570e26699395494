using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Enrichment.Devices;
using MinerFlow.Enrichment.Places;
using MinerFlow.Enrichment.Pools;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Enrichment.Subscribers.Lines;
using MinerFlow.Unit.Enrichment.Places;
using Xunit;

namespace MinerFlow.Unit.Enrichment;

public sealed class EventEnricherTests
{
    [Fact]
    public void WithoutSourcesNothingIsAdded()
    {
        var miningEvent = Events.Miner(1, 0, 60);

        Assert.Equal(new EnrichedEvent(miningEvent), new EventEnricher(null, null, null, null).Enrich(miningEvent));
    }

    [Fact]
    public void EverySourceAddsItsPart()
    {
        using var folder = new TempFolder();
        folder.Write("pools.csv", "pool,kind,value\nExample Pool,endpoint,198.51.100.7:3333\n");
        folder.Write("devices.csv", "pattern,device,algorithm,low,typical,high,unit\ncgminer,ASIC,sha256d,10,20,30,J/TH\n");
        var lines = StaticLineRegister.Load(folder.Write("lines.csv", "起始IP,单位名称,专线号,使用开始时间\n203.0.113.9,甲公司,L1,2020-01-01\n"), []);
        var enricher = new EventEnricher(
            PoolDirectory.Load(folder.FullName, []),
            DeviceTable.Load(folder.FullName, []),
            PlaceDirectory.Open(folder.Write("city.mmdb", MmdbReaderTests.Fixture().Build())),
            SubscriberDirectory.Build(new SubscriberSources { Lines = lines }));

        var enriched = enricher.Enrich(Events.Miner(1, 0, 100, work: 1e14, shares: 10));

        Assert.Equal(new PoolMatch("Example Pool", "endpoint"), enriched.Pool);
        Assert.Equal("SG", enriched.PoolPlace?.CountryCode);
        Assert.Equal("宿迁", enriched.ClientPlace?.City);
        Assert.Equal((AttributionOutcome.Unique, "甲公司"), (enriched.Attribution!.Outcome, enriched.Attribution.Candidates[0].Subscriber?.Name));
        Assert.Equal(new DeviceGuess("ASIC", "class"), enriched.Device);
        Assert.Equal(20, enriched.Power!.Watts, 6);
    }
}
