namespace MinerFlow.Capture.Files;

/// <summary>Contiguous bytes of an input that do not move while a batch taken from them lives.</summary>
internal unsafe struct RecordWindow
{
    /// <summary>First byte that was not walked.</summary>
    public byte* At;

    public byte* End;

    /// <summary>First byte of the window.</summary>
    public byte* Start;

    /// <summary>Where <see cref="Start"/> is in the (decompressed) input.</summary>
    public long StartOffset;

    /// <summary>No input follows <see cref="End"/>.</summary>
    public bool Final;

    public readonly long Left => End - At;

    public readonly long Walked => At - Start;

    /// <summary>Where <see cref="At"/> is in the (decompressed) input.</summary>
    public readonly long Offset => StartOffset + Walked;
}

/// <summary>Follows the chain of records of one capture format.</summary>
internal interface IRecordWalker
{
    /// <summary>Most bytes of the format between the end of a frame and the start of the next one, in a capture that has nothing but frames.</summary>
    int BytesBetween { get; }

    /// <summary>Bytes that must lie together from the window's position for the walk to go on; set when <see cref="Walk"/> found no frame.</summary>
    long Needed { get; }

    /// <summary>Bytes to pass over before the walk goes on; the walker needs none of them.</summary>
    long Skip { get; set; }

    /// <summary>The chain is broken: what follows cannot be read.</summary>
    bool Stopped { get; }

    /// <summary>Fills headers of whole records and moves the window's position behind them; 0 when the window holds no further whole record.</summary>
    int Walk(ref RecordWindow window, Span<FrameHeader> into);
}
