using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Devices;
using MinerFlow.Enrichment.Places;
using MinerFlow.Enrichment.Pools;
using MinerFlow.Enrichment.Subscribers;

namespace MinerFlow.Enrichment;

/// <summary>Adds to a mining event what our own files say of it. Sources that were not given leave their part null.</summary>
public sealed class EventEnricher(PoolDirectory? pools, DeviceTable? devices, PlaceDirectory? places, SubscriberDirectory? subscribers)
{
    public EnrichedEvent Enrich(MiningEvent miningEvent)
    {
        ArgumentNullException.ThrowIfNull(miningEvent);
        var from = miningEvent.FirstSeen;
        var to = miningEvent.LastSeen < from ? from : miningEvent.LastSeen;
        return new EnrichedEvent(miningEvent)
        {
            Pool = pools?.Find(miningEvent.Server, miningEvent.PoolHost, miningEvent.PoolTag),
            PoolPlace = places?.Find(miningEvent.Server.Address),
            ClientPlace = places?.Find(miningEvent.Client.Address),
            Attribution = subscribers?.Answer(new AttributionQuestion(miningEvent.Client.Address, from, to)
            {
                Port = miningEvent.Client.Port,
                Protocol = (byte)miningEvent.Transport,
                Destination = miningEvent.Server,
            }),
            Device = devices?.Guess(miningEvent.Agent, miningEvent.Algorithm),
            Power = devices?.Estimate(miningEvent.Agent, miningEvent.Algorithm, miningEvent.Hashrate),
        };
    }
}
