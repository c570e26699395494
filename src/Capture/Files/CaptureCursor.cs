using System.Buffers;
using System.IO.Pipelines;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MinerFlow.Capture.Files;

/// <summary>
/// Takes the frames of one input out of its pipe, a batch at a time. The bytes of a batch stay where the pipe has them until the next
/// <see cref="Read"/>; a record that lies across two buffers is put together in a pinned buffer of its own.
/// </summary>
internal sealed unsafe class CaptureCursor : IDisposable
{
    /// <summary>Behind the batch that is decoded: some memory latencies at the rate of decoding. Asked for within a batch, imix took 1.3 times the CPU.</summary>
    private const int LeastAhead = 8 << 10;

    /// <summary>A quarter of a core's second-level cache, for batches of frames that are longer than any link's.</summary>
    private const int MostAhead = 256 << 10;

    private readonly Func<long, PipeReader>? _reopen;
    private readonly IRecordWalker _walker;
    private readonly CaptureStatistics _statistics;
    private readonly Func<long>? _inputPosition;
    private readonly string _name;
    private PipeReader? _reader;
    private ReadOnlySequence<byte> _rest;
    private RecordWindow _window;
    private long _restOffset;
    private long _reported;
    private long _skippedFrom = -1;
    private byte[] _scratch = [];
    private bool _reading;
    private bool _inputEnded;
    private bool _done;
    private bool _isMapped;

    /// <param name="reader">A pipe whose buffers do not move, standing behind the file header of a pcap, or at the first block of a pcapng.</param>
    /// <param name="walker">Walker of the format.</param>
    /// <param name="offset">Bytes of the input that lie before the pipe's position.</param>
    /// <param name="statistics">Where to count.</param>
    /// <param name="name">Name of the input in messages.</param>
    /// <param name="inputPosition">Bytes read of the input itself when it is compressed; null when that is the position in the pipe.</param>
    /// <param name="reopen">Makes a pipe anew that stands behind so many bytes of the input; null for an input that comes only once.</param>
    public CaptureCursor(
        PipeReader reader,
        IRecordWalker walker,
        long offset,
        CaptureStatistics statistics,
        string name,
        Func<long>? inputPosition = null,
        Func<long, PipeReader>? reopen = null)
    {
        _reopen = reopen;
        _reader = reader;
        _walker = walker;
        _restOffset = offset;
        _statistics = statistics;
        _name = name;
        _inputPosition = inputPosition;
    }

    /// <summary>Bytes behind each frame of the last <see cref="Read"/> at which those lie that will be read some batches later; 0 when they are near anyway.</summary>
    public int BytesAhead { get; private set; }

    public int BytesBetween => _walker.BytesBetween;

    /// <summary>Fills headers of the next frames; 0 at the end of the input, after damage that ends it, and when cancelled while waiting for input.</summary>
    public int Read(Span<FrameHeader> into, CancellationToken cancellationToken)
    {
        while (!_done)
        {
            var start = _window.At;
            var count = _walker.Walk(ref _window, into);
            if (count > 0)
            {
                // A batch is walked before the first of its frames is decoded, so what is asked for lies behind all of it.
                BytesAhead = _isMapped ? (int)Math.Clamp(LeastAhead + (_window.At - start), BytesAhead, MostAhead) : 0;
                Progress(_window.Offset);
                return count;
            }

            _done = !Advance(cancellationToken);
        }

        return 0;
    }

    /// <summary>Whether the input can be opened again where it was left; one that comes only once cannot.</summary>
    public bool CanSuspend => _reopen is not null;

    /// <summary>Lets go of the file between two reads, to open it again at the next one. Frames on loan are gone.</summary>
    public void Suspend()
    {
        TakeOff(_window.Walked);
        _reader?.Complete();
        _reader = null;
        _rest = ReadOnlySequence<byte>.Empty;
        _reading = false;
        _inputEnded = false;
    }

    public void Dispose() => _reader?.Complete();

    /// <summary>Makes the bytes that the walker needs lie together; false when there are no more.</summary>
    private bool Advance(CancellationToken cancellationToken)
    {
        var nothingFollows = _window.Final;
        TakeOff(_window.Walked);
        if (_walker.Stopped)
        {
            return false;
        }

        if (nothingFollows && _walker.Skip == 0)
        {
            return EndInput();
        }

        while (true)
        {
            PassOver();
            if (_walker.Skip == 0 && !_rest.IsEmpty)
            {
                if (_rest.FirstSpan.Length >= _walker.Needed)
                {
                    UseFirst();
                    return true;
                }

                if (_rest.Length >= _walker.Needed || _inputEnded)
                {
                    Gather((int)Math.Min(_walker.Needed, _rest.Length));
                    return true;
                }
            }

            if (_inputEnded)
            {
                return EndInput();
            }

            if (!Fill(cancellationToken))
            {
                return false;
            }
        }
    }

    private void PassOver()
    {
        if (_walker.Skip > 0)
        {
            if (_skippedFrom < 0)
            {
                _skippedFrom = _restOffset;
            }

            var skip = Math.Min(_walker.Skip, _rest.Length);
            _walker.Skip -= skip;
            TakeOff(skip);
        }

        if (_walker.Skip == 0)
        {
            _skippedFrom = -1;
        }
    }

    private void TakeOff(long bytes)
    {
        _rest = _rest.Slice(bytes);
        _restOffset += bytes;
        _window = default;
        _window.StartOffset = _restOffset;
    }

    private void UseFirst() => Use(_rest.FirstSpan);

    /// <summary>Copies a record that lies across buffers into one place.</summary>
    private void Gather(int length)
    {
        if (_scratch.Length < length)
        {
            _scratch = GC.AllocateUninitializedArray<byte>((int)BitOperations.RoundUpToPowerOf2((uint)length), pinned: true);
        }

        _rest.Slice(0, length).CopyTo(_scratch);
        Use(_scratch.AsSpan(0, length));
    }

    private void Use(ReadOnlySpan<byte> fixedBytes)
    {
        var start = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(fixedBytes));
        _window = new RecordWindow
        {
            Start = start,
            At = start,
            End = start + fixedBytes.Length,
            StartOffset = _restOffset,
            Final = _inputEnded && fixedBytes.Length == _rest.Length,
        };
    }

    private bool Fill(CancellationToken cancellationToken)
    {
        try
        {
            _reader ??= _reopen!(_restOffset);
            if (_reading)
            {
                _reader.AdvanceTo(_rest.Start, _rest.End);
                _reading = false;
            }

            var result = SynchronousRead.Read(_reader, cancellationToken);
            _reading = true;
            _rest = result.Buffer;
            _isMapped = _reader is IFilePipe { IsMapped: true };
            _inputEnded = result.IsCompleted;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (CaptureException exception)
        {
            _statistics.ReportDamage($"{exception.Sentence} It was read up to byte {_restOffset} before.");
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _statistics.ReportDamage($"{_name}: cannot be read on behind byte {_restOffset + _rest.Length}: {InputFile.Reason(exception)}");
            return false;
        }
    }

    private bool EndInput()
    {
        if (_reader is IFilePipe file && file.Length < file.LengthAtOpening)
        {
            _statistics.ReportDamage($"{_name}: was cut from {file.LengthAtOpening} to {file.Length} bytes while it was read; what lay behind is lost.");
        }

        var tail = _rest.Length + (_skippedFrom >= 0 ? _restOffset - _skippedFrom : 0);
        if (tail > 0)
        {
            _statistics.TruncatedTailBytes += tail;
            _statistics.Say($"{_name}: ends in the middle of a record: its last {tail} bytes, from byte {_restOffset + _rest.Length - tail}, are not a whole one.");
        }

        Progress(_restOffset + _rest.Length);
        return false;
    }

    /// <summary>Adds what was read since the last time: several inputs may count together.</summary>
    private void Progress(long offset)
    {
        var position = _inputPosition?.Invoke() ?? offset;
        _statistics.InputBytes += position - _reported;
        _reported = position;
    }
}
