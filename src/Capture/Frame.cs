using MinerFlow.Abstractions;

namespace MinerFlow.Capture;

/// <summary>One frame on loan: valid until the call that handed it over returns.</summary>
public readonly ref struct Frame
{
    internal Frame(ReadOnlySpan<byte> bytes, in FrameHeader header)
    {
        Bytes = bytes;
        WireLength = header.WireLength;
        Time = new PacketTime(header.UnixNanoseconds);
        Number = header.Number;
        LinkType = header.LinkType;
    }

    /// <summary>The captured bytes, from the link layer's first.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Length on the wire; more than <see cref="Bytes"/> holds when the capture was cut by a snap length.</summary>
    public int WireLength { get; }

    public PacketTime Time { get; }

    /// <summary>Number of the frame in its capture, counted from 1.</summary>
    public long Number { get; }

    public LinkType LinkType { get; }
}

/// <summary>Where a frame's bytes are and what its record says of it. Lives in a batch; the bytes stay where they were captured.</summary>
public readonly struct FrameHeader
{
    /// <summary>Address of the first byte; memory that does not move until the batch is returned.</summary>
    public required nint Address { get; init; }

    public required int CapturedLength { get; init; }

    public required int WireLength { get; init; }

    public required long UnixNanoseconds { get; init; }

    public required long Number { get; init; }

    public required LinkType LinkType { get; init; }
}

/// <summary>Up to <see cref="Capacity"/> frames of one capture, on loan until the call that handed them over returns.</summary>
public readonly ref struct FrameBatch(ReadOnlySpan<FrameHeader> headers, CaptureOrigin origin, int keepOneFlowIn = 1, int bytesAhead = 0, int bytesBetween = 0)
{
    /// <summary>32: enough to hide one memory latency per frame behind the others (measured at 1.9x for a million flows).</summary>
    public const int Capacity = 32;

    private readonly ReadOnlySpan<FrameHeader> _headers = headers;

    public int Count => _headers.Length;

    /// <summary>The records as they are, for a handler that decodes in place.</summary>
    public ReadOnlySpan<FrameHeader> Headers => _headers;

    public CaptureOrigin Origin { get; } = origin;

    /// <summary>The source cannot keep up with its link: of the flows that nothing is known of, one in so many is to be followed, the same ones in each batch. 1 for all.</summary>
    public int KeepOneFlowIn { get; } = keepOneFlowIn;

    /// <summary>So many bytes behind a frame lies what a later batch will read, and wants to be asked for while this one is decoded. 0 when the source sees to it.</summary>
    public int BytesAhead { get; } = bytesAhead;

    /// <summary>Most bytes of the source's own between the end of a frame and the start of the next one: what is asked for ahead must have no gaps.</summary>
    public int BytesBetween { get; } = bytesBetween;

    public unsafe Frame this[int index]
    {
        get
        {
            ref readonly var header = ref _headers[index];
            return new Frame(new ReadOnlySpan<byte>((void*)header.Address, header.CapturedLength), in header);
        }
    }
}

/// <summary>The capture that frames come from.</summary>
/// <param name="Name">Path as the user gave it, <c>-</c> for standard input, or the interface.</param>
public sealed record CaptureOrigin(string Name);

/// <summary>Takes frames on the capture thread; must not block and must not keep a frame.</summary>
public interface IFrameHandler
{
    void OnFrames(FrameBatch frames);

    /// <summary>The capture is over: what is still open ends now. Called once for each origin, after its last batch.</summary>
    void OnEnd(CaptureOrigin origin);

    /// <summary>
    /// The source looked for frames and found none. Called at least once a second while it waits, so that a silent link can be told from a source that hangs.
    /// </summary>
    /// <param name="now">What the clock of the capture shows, where it has one that goes on without frames; else <see cref="PacketTime.None"/>.</param>
    void OnIdle(PacketTime now)
    {
    }
}

/// <summary>Hands the frames of its input to a handler until the input ends or the token is cancelled.</summary>
public interface ICaptureSource : IDisposable
{
    CaptureStatistics Statistics { get; }

    /// <summary>Runs on the calling thread.</summary>
    /// <exception cref="CaptureException">The input cannot be read at all; damage inside it is counted in <see cref="Statistics"/> instead.</exception>
    void Run(IFrameHandler handler, CancellationToken cancellationToken);
}

/// <summary>An input that cannot be read, with what would be right.</summary>
public sealed class CaptureException : Exception
{
    public CaptureException(Sentence sentence)
        : base(sentence?.ToString()) => Sentence = sentence ?? "";

    public CaptureException(Sentence sentence, Exception innerException)
        : base(sentence?.ToString(), innerException) => Sentence = sentence ?? "";

    /// <summary>The message, to be said in any language.</summary>
    public Sentence Sentence { get; }
}
