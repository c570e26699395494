using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MinerFlow.Capture.Files;

/// <summary>
/// Reads a file as a pipe whose buffer is a window of a memory map: no byte is copied. The next window begins before the first byte that was not consumed, so a record
/// never lies across two. What was handed out is valid until the next read after <see cref="AdvanceTo(SequencePosition, SequencePosition)"/> with the end as examined.
/// </summary>
/// <remarks>
/// A page that cannot be read ends the process that touches it. So a window's pages are asked for as a whole, where the kernel can say that it has not got them, and a
/// file is mapped only under a <see cref="FileLease"/>: from the moment that somebody wants to write to it, it is read through a <see cref="FilePipeReader"/>.
/// </remarks>
internal sealed unsafe partial class MappedPipeReader : PipeReader, IFilePipe, IDisposable
{
    /// <summary>Enough that a change of windows costs nothing, and little enough not to count as memory. Smaller files are copied.</summary>
    private const int WindowBytes = 16 << 20;

    /// <summary>Windows begin at multiples of a huge page: where the page cache has such pages, one entry maps 2 MiB.</summary>
    private const long HugePage = 2 << 20;

    /// <summary>MADV_POPULATE_READ of madvise(2), since Linux 5.14.</summary>
    private const int AdvisePopulate = 22;

    /// <summary>EINVAL: an older kernel.</summary>
    private const int UnknownAdvice = 22;

    private readonly SafeFileHandle _file;
    private readonly MemoryPool<byte> _buffers;
    private readonly FileLease _lease;
    private readonly int _windowBytes;
    private readonly MemoryMappedFile _map;
    private readonly MappedMemory _memory = new();
    private MemoryMappedViewAccessor? _view;
    private FilePipeReader? _copying;
    private long _windowOffset;
    private long _windowLength;
    private long _consumed;
    private bool _examinedAll = true;
    private bool _completed;

    private MappedPipeReader(SafeFileHandle file, FileLease lease, MemoryPool<byte> buffers, long offset, int windowBytes)
    {
        _windowBytes = windowBytes;
        _file = file;
        _lease = lease;
        _buffers = buffers;
        _consumed = offset;
        LengthAtOpening = RandomAccess.GetLength(file);
        _map = MemoryMappedFile.CreateFromFile(file, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
    }

    public long Length => _copying?.Length ?? LengthAtOpening;

    public long LengthAtOpening { get; }

    public bool IsMapped => _copying is null;

    /// <param name="file">It is closed with the reader.</param>
    /// <param name="buffers">Of memory that does not move, for when the file must be copied after all.</param>
    /// <param name="offset">Byte to begin at.</param>
    /// <param name="windowBytes">Bytes of a window; more than <see cref="HugePage"/>.</param>
    /// <returns>Null when the file is no longer than a window, or when it may change while it is read.</returns>
    public static MappedPipeReader? TryOpen(SafeFileHandle file, MemoryPool<byte> buffers, long offset = 0, int windowBytes = WindowBytes) =>
        RandomAccess.GetLength(file) > windowBytes && FileLease.TryTake(file) is { } lease ? new MappedPipeReader(file, lease, buffers, offset, windowBytes) : null;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        TryRead(out var result);
        return new ValueTask<ReadResult>(result);
    }

    /// <exception cref="IOException">The file cannot be read on.</exception>
    public override bool TryRead(out ReadResult result)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        if (_copying is null && _examinedAll && _consumed < LengthAtOpening)
        {
            MoveWindow();
        }

        if (_copying is not null)
        {
            return _copying.TryRead(out result);
        }

        var memory = _memory.Memory[(int)(_consumed - _windowOffset)..];
        result = new ReadResult(new ReadOnlySequence<byte>(memory), isCanceled: false, isCompleted: _windowOffset + _windowLength >= LengthAtOpening);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_copying is not null)
        {
            _copying.AdvanceTo(consumed, examined);
            return;
        }

        _consumed = _windowOffset + FilePipeReader.IndexOf(consumed);
        _examinedAll = FilePipeReader.IndexOf(examined) >= _windowLength;
    }

    /// <summary>Reads never wait, so there is none to cancel.</summary>
    public override void CancelPendingRead()
    {
    }

    public override void Complete(Exception? exception = null)
    {
        if (_completed)
        {
            return;
        }

        _completed = true;
        Unmap();
        _map.Dispose();
        _lease.Dispose();
        _copying?.Complete(exception);
        _file.Dispose();
    }

    public void Dispose() => Complete();

    /// <summary>The window goes on to what was not consumed, and grows when that did not move: a record is longer than it.</summary>
    private void MoveWindow()
    {
        var offset = _consumed / HugePage * HugePage;
        var length = offset == _windowOffset && _windowLength > 0 ? _windowLength * 2 : _windowBytes;
        Unmap();
        if (!_lease.IsHeld || length > int.MaxValue || !TryMap(offset, Math.Min(length, LengthAtOpening - offset)))
        {
            Unmap();
            _lease.Dispose();
            _copying = new FilePipeReader(_file, _buffers, _consumed);
        }
    }

    /// <returns>False when not all of it can be read.</returns>
    private bool TryMap(long offset, long length)
    {
        _windowOffset = offset;
        _windowLength = length;
        _view = _map.CreateViewAccessor(offset, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _memory.Use(start + _view.PointerOffset, (int)length);
        _examinedAll = false;
        return Advise(start, _view.SafeMemoryMappedViewHandle.ByteLength, AdvisePopulate) == 0 || Marshal.GetLastPInvokeError() == UnknownAdvice;
    }

    private void Unmap()
    {
        if (_view is not null)
        {
            _memory.Use(null, 0);
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _view = null;
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    private static partial int Advise(byte* start, ulong length, int advice);

    private sealed class MappedMemory : MemoryManager<byte>
    {
        private byte* _start;
        private int _length;

        public void Use(byte* start, int length)
        {
            _start = start;
            _length = length;
        }

        public override Span<byte> GetSpan() => new(_start, _length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
