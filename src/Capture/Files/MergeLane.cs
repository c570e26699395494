using System.Runtime.InteropServices;

namespace MinerFlow.Capture.Files;

/// <summary>One input of a merge: its next frames, and its file as long as it may be open.</summary>
internal sealed class MergeLane(string path, int index) : IDisposable
{
    private readonly FrameHeader[] _headers = new FrameHeader[FrameBatch.Capacity];
    private byte[] _kept = [];
    private CaptureCursor? _cursor;
    private int _at;
    private int _count;

    public CaptureOrigin Origin { get; } = new(path);

    /// <summary>Place among the inputs; of frames of one moment the earlier place goes first.</summary>
    public int Index => index;

    public bool IsOpen { get; private set; }

    /// <summary>Moment of the next frame; only when there is one.</summary>
    public long NextTime => _headers[_at].UnixNanoseconds;

    public bool HasFrames => _at < _count;

    /// <summary>Whether frames wait whose file may be closed meanwhile.</summary>
    public bool CanLetGo => HasFrames && _cursor is { CanSuspend: true };

    /// <summary>Opens the input and looks at its first frame.</summary>
    /// <exception cref="CaptureException">It cannot be read.</exception>
    public bool Begin(Func<string, CaptureCursor> open, CancellationToken cancellationToken)
    {
        _cursor = open(path);
        return Read(1, cancellationToken);
    }

    /// <summary>The next frames up to the moment when another input has its turn; valid until the lane reads on or lets go of its file.</summary>
    public ReadOnlySpan<FrameHeader> Take(long untilTime, int untilIndex)
    {
        var from = _at;
        while (_at < _count && (_headers[_at].UnixNanoseconds < untilTime || (_headers[_at].UnixNanoseconds == untilTime && index <= untilIndex)))
        {
            _at++;
        }

        return _headers.AsSpan(from, _at - from);
    }

    /// <summary>Reads on when all frames were taken.</summary>
    public bool Read(int most, CancellationToken cancellationToken)
    {
        _at = 0;
        _count = _cursor!.Read(_headers.AsSpan(0, most), cancellationToken);
        IsOpen = true;
        return _count > 0;
    }

    /// <summary>Copies the frames that were looked at and closes the file.</summary>
    public void LetGo()
    {
        var waiting = _headers.AsSpan(_at, _count - _at);
        var bytes = 0;
        foreach (ref readonly var header in waiting)
        {
            bytes += header.CapturedLength;
        }

        var kept = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
        CopyTo(kept, waiting);
        _cursor!.Suspend();
        Repoint(kept, waiting);
        _kept = kept;
        IsOpen = false;
    }

    public void Dispose()
    {
        _cursor?.Dispose();
        IsOpen = false;
        _kept = [];
    }

    private static unsafe void CopyTo(Span<byte> kept, ReadOnlySpan<FrameHeader> frames)
    {
        foreach (ref readonly var frame in frames)
        {
            new ReadOnlySpan<byte>((void*)frame.Address, frame.CapturedLength).CopyTo(kept);
            kept = kept[frame.CapturedLength..];
        }
    }

    private static void Repoint(byte[] kept, Span<FrameHeader> frames)
    {
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(kept, 0);
        foreach (ref var frame in frames)
        {
            frame = frame with { Address = address };
            address += frame.CapturedLength;
        }
    }
}
