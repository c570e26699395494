using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>One access server whose records are read.</summary>
internal sealed class RadiusServer(LogSource source)
{
    public LogSource Source { get; } = source;

    public PacketTime LastRecord { get; private set; } = PacketTime.None;

    public void Saw(RadiusRecord record)
    {
        LastRecord = record.Time > LastRecord ? record.Time : LastRecord;
        Source.Saw(record.Time, record.Received);
    }
}
