using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace MinerFlow.Capture.Files;

/// <summary>
/// Reads a file as a pipe with one buffer, which is filled again and again: small enough to stay in a core's cache, so that the chain of records is walked and the frames
/// are decoded without a miss. What was not consumed moves to the front, so a record never lies across two buffers. What was handed out is valid until the next read
/// after <see cref="AdvanceTo(SequencePosition, SequencePosition)"/> with the end as examined.
/// </summary>
internal sealed class FilePipeReader : PipeReader, IFilePipe, IDisposable
{
    /// <summary>Of the index of a <see cref="SequencePosition"/>; the highest bit says what kind of memory it is in.</summary>
    private const int IndexBits = int.MaxValue;

    private readonly SafeFileHandle _file;
    private IMemoryOwner<byte>? _rented;
    private Memory<byte> _buffer;
    private long _offset;
    private int _start;
    private int _end;
    private bool _examinedAll = true;
    private bool _completed;

    /// <param name="file">It is closed with the reader.</param>
    /// <param name="buffers">Of memory that does not move.</param>
    /// <param name="offset">Byte to begin at.</param>
    public FilePipeReader(SafeFileHandle file, MemoryPool<byte> buffers, long offset = 0)
    {
        _file = file;
        _offset = offset;
        Length = LengthAtOpening = RandomAccess.GetLength(file);
        _rented = buffers.Rent();
        _buffer = _rented.Memory;
    }

    public long Length { get; private set; }

    public long LengthAtOpening { get; }

    public bool IsMapped => false;

    /// <summary>Where in its memory a position lies.</summary>
    public static int IndexOf(SequencePosition position) => position.GetInteger() & IndexBits;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        TryRead(out var result);
        return new ValueTask<ReadResult>(result);
    }

    /// <exception cref="IOException">The file cannot be read on.</exception>
    public override bool TryRead(out ReadResult result)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        if (_examinedAll && _offset < Length)
        {
            Fill();
        }

        result = new ReadResult(new ReadOnlySequence<byte>(_buffer[_start.._end]), isCanceled: false, isCompleted: _offset >= Length);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _start = IndexOf(consumed);
        _examinedAll = IndexOf(examined) >= _end;
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
            _buffer = default;
            _rented?.Dispose();
            _file.Dispose();
        }
    }

    public void Dispose() => Complete();

    private void Fill()
    {
        var left = _buffer[_start.._end];
        if (left.Length == _buffer.Length)
        {
            // A record longer than all of it.
            _buffer = GC.AllocateUninitializedArray<byte>(2 * left.Length, pinned: true);
            left.CopyTo(_buffer);
            _rented?.Dispose();
            _rented = null;
        }
        else
        {
            left.CopyTo(_buffer);
        }

        (_start, _end) = (0, left.Length);
        var wanted = (int)Math.Min(_buffer.Length - _end, Length - _offset);
        var read = RandomAccess.Read(_file, _buffer.Span.Slice(_end, wanted), _offset);
        _end += read;
        _offset += read;
        _examinedAll = false;
        if (read == 0)
        {
            Length = Math.Min(_offset, RandomAccess.GetLength(_file));
        }
    }
}
