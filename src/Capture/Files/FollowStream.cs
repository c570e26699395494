namespace MinerFlow.Capture.Files;

/// <summary>Why a followed file gives no more bytes.</summary>
internal enum FollowEnd
{
    /// <summary>It still may.</summary>
    None,

    /// <summary>The run was cancelled.</summary>
    Cancelled,

    /// <summary>It is shorter now than what was read of it: it was cut and is written anew.</summary>
    Cut,

    /// <summary>Its path leads to another file now.</summary>
    Replaced,
}

/// <summary>
/// The bytes of a growing file: at its end a read rests until more has come, the run is cancelled, or the file was cut or replaced. Reads copy, and never
/// through a map, for a file that others write may also be cut by them.
/// </summary>
internal sealed class FollowStream : ForwardStream
{
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly FileStream _file;
    private readonly TimeSpan _poll;
    private readonly string? _place;
    private readonly Action _onIdle;
    private readonly CancellationToken _cancellationToken;
    private long _position;

    /// <param name="path">Where to look for a successor.</param>
    /// <param name="file">Closed with this.</param>
    /// <param name="poll">Rest between two looks.</param>
    /// <param name="onIdle">Called before each rest of at most a second.</param>
    /// <param name="cancellationToken">Ends the rest.</param>
    public FollowStream(string path, FileStream file, TimeSpan poll, Action onIdle, CancellationToken cancellationToken)
    {
        _onIdle = onIdle;
        _path = path;
        _file = file;
        _poll = poll;
        _place = PlaceOf(file);
        _cancellationToken = cancellationToken;
    }

    public FollowEnd End { get; private set; }

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            var read = RandomAccess.Read(_file.SafeFileHandle, buffer, _position);
            _position += read;
            if (read > 0 || buffer.IsEmpty || End != FollowEnd.None)
            {
                return read;
            }

            // A file that was replaced is read once more: it may have grown until then.
            End = Look();
            if (End is FollowEnd.None && Rest())
            {
                End = FollowEnd.Cancelled;
            }
        }
    }

    /// <summary>Rests for one poll; true when the run was cancelled.</summary>
    private bool Rest()
    {
        for (var left = _poll; left > TimeSpan.Zero; left -= LongestRest)
        {
            _onIdle();
            if (_cancellationToken.WaitHandle.WaitOne(left < LongestRest ? left : LongestRest))
            {
                return true;
            }
        }

        return false;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private FollowEnd Look()
    {
        if (RandomAccess.GetLength(_file.SafeFileHandle) < _position)
        {
            return FollowEnd.Cut;
        }

        // A file that was moved away is waited for until its successor has begun.
        return PlaceOf(_file) != _place && new FileInfo(_path) is { Exists: true, Length: > 0 } ? FollowEnd.Replaced : FollowEnd.None;
    }

    /// <summary>Where the open file is now: the system tells of an open descriptor, and marks it when the name is gone. Elsewhere only a cut is noticed.</summary>
    private static string? PlaceOf(FileStream file) =>
        OperatingSystem.IsLinux() ? new FileInfo($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}").LinkTarget : null;
}
