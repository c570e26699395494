namespace MinerFlow.Enrichment.Subscribers;

/// <summary>A line of a log, on loan.</summary>
internal readonly ref struct PlacedLine(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> rest, long offset, long next)
{
    /// <summary>The line without its end.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>From the line's first byte to the last that was read: the lines that come next, as far as they are there.</summary>
    public ReadOnlySpan<byte> Rest { get; } = rest;

    /// <summary>Its first byte in the log.</summary>
    public long Offset { get; } = offset;

    /// <summary>The first byte behind it.</summary>
    public long Next { get; } = next;
}
