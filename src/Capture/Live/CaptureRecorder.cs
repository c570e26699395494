using System.Threading.Channels;
using MinerFlow.Capture.Files;

namespace MinerFlow.Capture.Live;

/// <summary>
/// Writes the frames of all workers as pcapng, on a thread of its own. A worker copies its frames into a buffer and does not wait for the disk: when
/// the disk is slower than the link for longer than the buffers last, frames are not written, and counted. With several workers the order in the file is that of
/// their buffers, not of time.
/// </summary>
public sealed class CaptureRecorder : IDisposable
{
    /// <summary>Room for some hundred frames and any one of them.</summary>
    private const int BufferBytes = 1 << 20;

    /// <summary>Buffers of one worker: half a second of a full gigabit link that the disk may rest.</summary>
    private const int BuffersPerLane = 64;

    private readonly Channel<RecordedBytes> _filled = Channel.CreateUnbounded<RecordedBytes>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ICaptureBlocks _target;
    private readonly Action<IOException?> _onChange;
    private readonly Thread _writer;
    private readonly Lock _numbering = new();
    private int _interfaces;
    private bool _fails;

    /// <param name="file">Closed with this.</param>
    /// <param name="onFailure">Told once, on another thread, that the file cannot be written on.</param>
    public CaptureRecorder(Stream file, Action<IOException> onFailure)
        : this(new SingleCaptureFile(file), failure => onFailure(failure!))
    {
    }

    /// <param name="files">Closed with this.</param>
    /// <param name="onChange">Told on another thread that the disk fails, and with null that it does no more.</param>
    public CaptureRecorder(RollingCaptureFiles files, Action<IOException?> onChange)
        : this((ICaptureBlocks)files, onChange)
    {
    }

    private CaptureRecorder(ICaptureBlocks target, Action<IOException?> onChange)
    {
        _target = target;
        _onChange = onChange;
        _filled.Writer.TryWrite(new RecordedBytes(PcapNgWriter.Section("minerflow"), null) { IsDescription = true });
        _writer = new Thread(Write) { Name = "capture file", IsBackground = true };
        _writer.Start();
    }

    /// <summary>The way of one worker into the file.</summary>
    /// <param name="interfaceName">Name of what it captures from.</param>
    /// <param name="snapLength">Most bytes of a frame.</param>
    /// <param name="waits">Waits for the disk and leaves no frame out: for frames that come from a file.</param>
    public Lane Open(string interfaceName, int snapLength, bool waits = false) => new(this, interfaceName, snapLength, waits);

    /// <summary>Waits until everything handed over is in the file.</summary>
    public void Dispose()
    {
        _filled.Writer.TryComplete();
        _writer.Join();
        _target.Dispose();
    }

    private void Write()
    {
        while (_filled.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_filled.Reader.TryRead(out var bytes))
            {
                Write(in bytes);
                bytes.Owner?.Return(bytes.Buffer);
            }
        }
    }

    private void Write(in RecordedBytes bytes)
    {
        try
        {
            var blocks = bytes.Buffer.AsSpan(0, bytes.Length);
            if (bytes.IsDescription)
            {
                _target.Describe(blocks);
            }
            else
            {
                _target.Write(blocks);
            }

            _target.Flush();
            if (_fails)
            {
                _fails = false;
                _onChange(null);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!_fails)
            {
                _fails = true;
                _onChange(failure as IOException ?? new IOException(failure.Message, failure));
            }

            bytes.Owner?.Lose(bytes.Frames);
        }
    }

    /// <summary>Blocks on their way to the file.</summary>
    /// <param name="Buffer">Whole blocks.</param>
    /// <param name="Owner">Gets the buffer back; null for a block made for this once.</param>
    private readonly record struct RecordedBytes(byte[] Buffer, Lane? Owner)
    {
        public int Length { get; init; } = Buffer.Length;

        public int Frames { get; init; }

        public bool IsDescription { get; init; }
    }

    /// <summary>Takes the frames of one worker, on its thread.</summary>
    public sealed class Lane
    {
        private readonly CaptureRecorder _recorder;
        private readonly string _name;
        private readonly int _snapLength;
        private readonly bool _waits;
        private readonly Channel<byte[]> _free = Channel.CreateUnbounded<byte[]>();
        private readonly Dictionary<LinkType, int> _numbers = [];
        private LinkType _linkType;
        private byte[]? _buffer;
        private int _used;
        private int _frames;
        private int _made;
        private int _number = -1;
        private long _lost;
        private long _leftOut;

        internal Lane(CaptureRecorder recorder, string name, int snapLength, bool waits)
        {
            _recorder = recorder;
            _name = name;
            _snapLength = snapLength;
            _waits = waits;
        }

        /// <summary>Frames that are not in the file because it was written too slowly, or not at all.</summary>
        public long FramesNotWritten => _leftOut + Interlocked.Read(ref _lost);

        public void Add(FrameBatch frames)
        {
            foreach (ref readonly var header in frames.Headers)
            {
                Add(in header, header.CapturedLength, default);
            }
        }

        /// <param name="header">The frame.</param>
        /// <param name="length">Bytes of it to write.</param>
        /// <param name="comment">UTF-8 for whoever opens the file; may be empty.</param>
        public void Add(in FrameHeader header, int length, ReadOnlySpan<byte> comment)
        {
            if (_number < 0 || header.LinkType != _linkType)
            {
                Describe(header.LinkType);
            }

            var room = length + comment.Length + PcapNgWriter.LargestOverhead;
            if (_buffer is not null && _used + room > _buffer.Length)
            {
                Flush();
            }

            if (_buffer is null && !TakeBuffer())
            {
                _leftOut++;
                return;
            }

            _used += PcapNgWriter.WriteFrame(_buffer.AsSpan(_used), _number, in header, length, comment);
            _frames++;
        }

        /// <summary>Hands over what was not yet; call it when the link rests and at the end.</summary>
        public void Flush()
        {
            if (_buffer is not null && _used > 0)
            {
                _recorder._filled.Writer.TryWrite(new RecordedBytes(_buffer, this) { Length = _used, Frames = _frames });
                _buffer = null;
            }
        }

        /// <summary>The worker has ended: the file also says what it lost.</summary>
        public void Complete(CaptureStatistics statistics, long unixNanoseconds)
        {
            ArgumentNullException.ThrowIfNull(statistics);
            Flush();
            if (_number >= 0)
            {
                var lost = statistics.KernelDrops + statistics.FramesShed + statistics.FramesLeft + FramesNotWritten;
                _recorder._filled.Writer.TryWrite(new RecordedBytes(PcapNgWriter.Statistics(_number, unixNanoseconds, statistics.FramesOffered, lost), null));
            }
        }

        internal void Return(byte[] buffer) => _free.Writer.TryWrite(buffer);

        internal void Lose(int frames) => Interlocked.Add(ref _lost, frames);

        /// <summary>An interface's number is its place in the file, so both are settled in one turn.</summary>
        private void Describe(LinkType linkType)
        {
            _linkType = linkType;
            if (_numbers.TryGetValue(linkType, out _number))
            {
                return;
            }

            lock (_recorder._numbering)
            {
                _number = _recorder._interfaces++;
                _recorder._filled.Writer.TryWrite(new RecordedBytes(PcapNgWriter.Interface(_name, linkType, _snapLength), null) { IsDescription = true });
            }

            _numbers.Add(linkType, _number);
        }

        private bool TakeBuffer()
        {
            _used = _frames = 0;
            if (_free.Reader.TryRead(out _buffer))
            {
                return true;
            }

            if (_made == BuffersPerLane)
            {
                return _waits && _free.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult() && _free.Reader.TryRead(out _buffer);
            }

            _made++;
            _buffer = new byte[BufferBytes];
            return true;
        }
    }
}
