using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace MinerFlow.Capture.Files;

/// <summary>
/// Reads a file as a pipe whose buffers are windows of its memory map: nothing is copied. What was handed out is valid until the next read after
/// <see cref="AdvanceTo(SequencePosition, SequencePosition)"/> with the end as examined; then the next window begins at the first byte not consumed, so a record never lies across two.
/// </summary>
/// <remarks>
/// A page that is cut off a mapped file ends the process when it is touched (SIGBUS), and the runtime cannot catch that. The file's
/// length is looked at before each window, and <see cref="PresentLength"/> lets the reader of the pipe look every 128 KiB; what remains is a cut that takes the
/// very bytes that are being read. Files that others may cut are read without a map (<see cref="CaptureInputOptions.MemoryMap"/>), and followed files always are.
/// </remarks>
internal sealed class MappedPipeReader : PipeReader, IDisposable
{
    /// <summary>Large enough that mapping costs nothing per frame, small enough that a 32-bit index and the page tables bear it.</summary>
    public const int DefaultWindowBytes = 64 * 1024 * 1024;

    private readonly SafeFileHandle _file;
    private readonly MemoryMappedFile _map;
    private int _windowBytes;
    private MappedWindow? _window;
    private long _windowOffset;
    private int _windowLength;
    private int _consumed;
    private bool _examinedAll;
    private bool _completed;

    /// <param name="file">A file of at least one byte; it is closed with the reader.</param>
    /// <param name="offset">Byte to begin at.</param>
    /// <param name="windowBytes">Bytes mapped at once; more when nothing of a window could be consumed.</param>
    public MappedPipeReader(SafeFileHandle file, long offset = 0, int windowBytes = DefaultWindowBytes)
    {
        _file = file;
        _windowBytes = windowBytes;
        _windowOffset = offset;
        _examinedAll = true;
        Length = RandomAccess.GetLength(file);
        _map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
    }

    /// <summary>Bytes of the file that are read: its length when it was opened, or what a cut left of it.</summary>
    public long Length { get; private set; }

    /// <summary>Length of the file now, never more than <see cref="Length"/>; bytes of the map behind it must not be touched.</summary>
    public long PresentLength()
    {
        var now = NativeMap.Length(_file);
        return now < 0 || now > Length ? Length : now;
    }

    /// <summary>Takes note that the file was cut: later windows end at <paramref name="length"/>.</summary>
    public void Shrink(long length) => Length = length;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        TryRead(out var result);
        return new ValueTask<ReadResult>(result);
    }

    public override bool TryRead(out ReadResult result)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        if (_examinedAll)
        {
            MapNext();
        }

        var buffer = _window is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_window.Memory[_consumed.._windowLength]);
        result = new ReadResult(buffer, isCanceled: false, isCompleted: _windowOffset + _windowLength >= Length);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_window is not null)
        {
            _consumed = consumed.GetInteger();
            _examinedAll = examined.GetInteger() >= _windowLength;
        }
    }

    /// <summary>Reads never wait, so there is none to cancel.</summary>
    public override void CancelPendingRead()
    {
    }

    public override void Complete(Exception? exception = null)
    {
        if (!_completed)
        {
            _completed = true;
            Release();
            _map.Dispose();
            _file.Dispose();
        }
    }

    public void Dispose() => Complete();

    private void MapNext()
    {
        var offset = _windowOffset + _consumed;
        if (_window is not null && _windowOffset + _windowLength >= Length && _consumed < _windowLength)
        {
            // The last window already reaches the end: there is nothing behind it to map.
            return;
        }

        if (_window is not null && _consumed == 0)
        {
            _windowBytes = (int)Math.Min(2L * _windowBytes, Array.MaxLength);
        }

        Release();
        _windowOffset = offset;
        _consumed = 0;
        _windowLength = (int)Math.Min(_windowBytes, PresentLength() - offset);
        if (_windowLength <= 0)
        {
            _windowLength = 0;
            return;
        }

        _window = new MappedWindow(_map, offset, _windowLength);
        _examinedAll = false;
    }

    private void Release()
    {
        ((IDisposable?)_window)?.Dispose();
        _window = null;
        _windowLength = 0;
    }
}
