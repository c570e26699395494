namespace MinerFlow.Connections.Evidence;

/// <summary>What became of the frames of hits. Connections that came to nothing count nowhere: nothing of them was wanted.</summary>
public sealed class EvidenceCounters
{
    /// <summary>Hits of which frames are written.</summary>
    public long Connections { get; internal set; }

    /// <summary>Frames handed to the disk, <see cref="FramesNotWritten"/> among them.</summary>
    public long Frames { get; internal set; }

    /// <summary>Frames from before the verdict for which <see cref="EvidenceOptions.MemoryMegabytes"/> left no room.</summary>
    public long FramesWithoutMemory { get; internal set; }

    /// <summary>Frames between <see cref="EvidenceOptions.OpeningFrames"/> and a verdict that came later.</summary>
    public long FramesBeforeVerdict { get; internal set; }

    /// <summary>Frames beyond <see cref="EvidenceOptions.FramesPerConnection"/>.</summary>
    public long FramesBeyond { get; internal set; }

    /// <summary>Of those, frames that the disk was too slow for, or refused.</summary>
    public long FramesNotWritten { get; internal set; }

    /// <summary>The sums over several workers.</summary>
    public static EvidenceCounters Sum(IEnumerable<EvidenceCounters> counters)
    {
        ArgumentNullException.ThrowIfNull(counters);
        var sum = new EvidenceCounters();
        foreach (var each in counters)
        {
            sum.Connections += each.Connections;
            sum.Frames += each.Frames;
            sum.FramesWithoutMemory += each.FramesWithoutMemory;
            sum.FramesBeforeVerdict += each.FramesBeforeVerdict;
            sum.FramesBeyond += each.FramesBeyond;
            sum.FramesNotWritten += each.FramesNotWritten;
        }

        return sum;
    }

    internal EvidenceCounters Copy() => (EvidenceCounters)MemberwiseClone();
}
