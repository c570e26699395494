namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>What the times and names of a row are written as differences to.</summary>
internal readonly ref struct RowFrame
{
    /// <summary>Bytes that put together names need.</summary>
    public const int NamesLength = 3 * IntervalRow.LongestName;

    /// <summary>Of a row that stands by itself, in the log and in memory.</summary>
    public static RowFrame Alone => new() { BaseTime = StorePartition.OpenBaseTime };

    /// <summary>Nanoseconds; not farther than <see cref="StorePartition.FarthestFromBase"/> from any start.</summary>
    public long BaseTime { get; init; }

    /// <summary>Not less than <see cref="IntervalRow.Told"/> of any row.</summary>
    public long Told { get; init; }

    public ReadOnlySpan<byte> Realm { get; init; }

    public ReadOnlySpan<byte> Account { get; init; }

    public ReadOnlySpan<byte> AccessPort { get; init; }
}
