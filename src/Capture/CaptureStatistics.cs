namespace MinerFlow.Capture;

/// <summary>What came in and what was lost on the way in; loss is never silent.</summary>
public sealed class CaptureStatistics
{
    /// <summary>Frames handed to the handler.</summary>
    public long Frames { get; set; }

    /// <summary>Captured bytes of those frames.</summary>
    public long Bytes { get; set; }

    /// <summary>Bytes of the input read so far, for progress.</summary>
    public long InputBytes { get; set; }

    /// <summary>Length of the input when it is known; 0 otherwise.</summary>
    public long InputLength { get; set; }

    /// <summary>Bytes at the end of an input that stop in the middle of a record.</summary>
    public long TruncatedTailBytes { get; set; }

    /// <summary>Records or blocks that could not be used, each with a line in <see cref="Problems"/> up to its bound.</summary>
    public long DamagedRecords { get; set; }

    /// <summary>Frames that the kernel or the ring dropped.</summary>
    public long KernelDrops { get; set; }

    /// <summary>What was wrong with the input, in English sentences; at most 100, the rest are counted in <see cref="DamagedRecords"/>.</summary>
    public IList<string> Problems { get; } = new List<string>();
}
