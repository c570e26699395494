namespace MinerFlow.Reporting.Feeds.Transports;

/// <summary>A file that a feed is written to.</summary>
/// <param name="Path">The file that grows; what was begun before it lies beside it, with the moment of its end behind the name.</param>
public sealed record FileTransportOptions(string Path)
{
    /// <summary>A new file is begun before one grows beyond this.</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>A new file is begun when the clock passes a multiple of this since 1970 UTC; null for never.</summary>
    public TimeSpan? Period { get; init; }

    /// <summary>Ended files that are kept; the oldest go first.</summary>
    public int Kept { get; init; } = 14;
}
