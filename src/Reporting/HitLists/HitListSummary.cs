using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.HitLists;

/// <summary>What a run has read and what else it saw: the lines under the table.</summary>
public sealed record HitListSummary
{
    public long Captures { get; init; }

    public long CapturesUnread { get; init; }

    public long Frames { get; init; }

    public long Bytes { get; init; }

    /// <summary>Connections of pools to their coin daemons.</summary>
    public long PoolBackends { get; init; }

    public long Nodes { get; init; }

    public long Visitors { get; init; }

    /// <summary>First moment of anything found; none when nothing was.</summary>
    public PacketTime First { get; init; } = PacketTime.None;

    public PacketTime Last { get; init; } = PacketTime.None;
}
