using MinerFlow.Abstractions;

namespace MinerFlow.Capture;

/// <summary>What came in and what was lost on the way in; loss is never silent.</summary>
/// <remarks>The numbers may be read from another thread while a source runs, for progress; <see cref="Problems"/> only after it has returned.</remarks>
public sealed class CaptureStatistics
{
    /// <summary>Lines kept in <see cref="Problems"/>: enough to see a pattern, bounded for inputs that are all damage.</summary>
    public const int ProblemsKept = 100;

    private List<Sentence> _sentences = [];

    /// <summary>Frames handed to the handler.</summary>
    public long Frames { get; set; }

    /// <summary>Captured bytes of those frames.</summary>
    public long Bytes { get; set; }

    /// <summary>Bytes of the input read so far, for progress; of a compressed file the compressed ones.</summary>
    public long InputBytes { get; set; }

    /// <summary>Length of the input when it is known; 0 otherwise.</summary>
    public long InputLength { get; set; }

    /// <summary>Bytes at the end of an input that stop in the middle of a record.</summary>
    public long TruncatedTailBytes { get; set; }

    /// <summary>Records or blocks that could not be used, each with a line in <see cref="Problems"/> up to its bound.</summary>
    public long DamagedRecords { get; set; }

    /// <summary>Blocks of a pcapng file that carry no frame: names, secrets, statistics, custom and unknown ones.</summary>
    public long SkippedBlocks { get; set; }

    /// <summary>
    /// Frames that passed the filter of a live capture: <see cref="Frames"/> + <see cref="KernelDrops"/> + <see cref="FramesShed"/> + <see cref="FramesLeft"/>, and
    /// those that wait in the ring. Counted by the kernel, so it is a witness against the others.
    /// </summary>
    public long FramesOffered { get; set; }

    /// <summary>Frames that the kernel dropped because the ring was full.</summary>
    public long KernelDrops { get; set; }

    /// <summary>Times that the ring was full.</summary>
    public long RingFull { get; set; }

    /// <summary>Frames given back unread because the machine was behind.</summary>
    public long FramesShed { get; set; }

    /// <summary>Frames still in the ring when the time to read them after a stop was over.</summary>
    public long FramesLeft { get; set; }

    /// <summary>Frames that the card stamped itself.</summary>
    public long StampedInHardware { get; set; }

    /// <summary>Times that a live interface went down or away.</summary>
    public long LinkLosses { get; set; }

    /// <summary>What was wrong with the input; at most <see cref="ProblemsKept"/>, the rest are counted in <see cref="DamagedRecords"/>.</summary>
    public IReadOnlyList<Sentence> Sentences => _sentences;

    /// <summary>The same in English.</summary>
    public IReadOnlyList<string> Problems => [.. _sentences.Select(sentence => sentence.ToString())];

    /// <summary>The numbers as they are now. On the thread that counts they add up; on another one of them may be newer than the next.</summary>
    public CaptureStatistics Copy()
    {
        var copy = (CaptureStatistics)MemberwiseClone();
        copy._sentences = [];
        return copy;
    }

    /// <summary>Counts frames that are about to be handed over.</summary>
    internal void Count(ReadOnlySpan<FrameHeader> headers)
    {
        long bytes = 0;
        foreach (ref readonly var header in headers)
        {
            bytes += header.CapturedLength;
        }

        Frames += headers.Length;
        Bytes += bytes;
    }

    /// <summary>Counts a record that could not be used and keeps the line that says why.</summary>
    internal void ReportDamage(Sentence problem)
    {
        DamagedRecords++;
        Say(problem);
    }

    /// <summary>Keeps a line about the input as a whole.</summary>
    internal void Say(Sentence problem)
    {
        if (_sentences.Count < ProblemsKept)
        {
            _sentences.Add(problem);
        }
    }
}
