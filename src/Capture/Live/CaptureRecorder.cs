using System.Threading.Channels;
using MinerFlow.Capture.Files;

namespace MinerFlow.Capture.Live;

/// <summary>
/// Writes the frames of all workers into one pcapng file, on a thread of its own. A worker copies its frames into a buffer and never waits for the disk: when
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
    private readonly Stream _file;
    private readonly Action<IOException> _onFailure;
    private readonly Thread _writer;
    private readonly Lock _numbering = new();
    private int _interfaces;

    /// <param name="file">Closed with this.</param>
    /// <param name="onFailure">Told once, on another thread, that the file cannot be written on.</param>
    public CaptureRecorder(Stream file, Action<IOException> onFailure)
    {
        _file = file;
        _onFailure = onFailure;
        _filled.Writer.TryWrite(new RecordedBytes(PcapNgWriter.Section("minerflow"), null));
        _writer = new Thread(Write) { Name = "capture file", IsBackground = true };
        _writer.Start();
    }

    /// <summary>The way of one worker into the file.</summary>
    public Lane Open(string interfaceName, int snapLength) => new(this, interfaceName, snapLength);

    /// <summary>Waits until everything handed over is in the file.</summary>
    public void Dispose()
    {
        _filled.Writer.TryComplete();
        _writer.Join();
        _file.Dispose();
    }

    private void Write()
    {
        try
        {
            while (_filled.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (_filled.Reader.TryRead(out var bytes))
                {
                    _file.Write(bytes.Buffer.AsSpan(0, bytes.Length));
                    bytes.Owner?.Return(bytes.Buffer);
                }

                _file.Flush();
            }
        }
        catch (IOException failure)
        {
            // Lanes run out of buffers and count what they cannot write.
            _onFailure(failure);
        }
    }

    /// <summary>Blocks on their way to the file.</summary>
    private readonly record struct RecordedBytes(byte[] Buffer, Lane? Owner)
    {
        public int Length { get; init; } = Buffer.Length;
    }

    /// <summary>Takes the frames of one worker, on its thread.</summary>
    public sealed class Lane
    {
        private readonly CaptureRecorder _recorder;
        private readonly string _name;
        private readonly int _snapLength;
        private readonly Channel<byte[]> _free = Channel.CreateUnbounded<byte[]>();
        private byte[]? _buffer;
        private int _used;
        private int _made;
        private int _number = -1;

        internal Lane(CaptureRecorder recorder, string name, int snapLength)
        {
            _recorder = recorder;
            _name = name;
            _snapLength = snapLength;
        }

        /// <summary>Frames that are not in the file because it was written too slowly, or not at all any more.</summary>
        public long FramesNotWritten { get; private set; }

        public void Add(FrameBatch frames)
        {
            foreach (ref readonly var header in frames.Headers)
            {
                Add(in header);
            }
        }

        /// <summary>Hands over what was not yet; call it when the link rests and at the end.</summary>
        public void Flush()
        {
            if (_buffer is not null && _used > 0)
            {
                _recorder._filled.Writer.TryWrite(new RecordedBytes(_buffer, this) { Length = _used });
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

        private void Add(in FrameHeader header)
        {
            if (_number < 0)
            {
                Describe(header.LinkType);
            }

            var room = header.CapturedLength + PcapNgWriter.LargestOverhead;
            if (_buffer is not null && _used + room > _buffer.Length)
            {
                Flush();
            }

            if (_buffer is null && !TakeBuffer())
            {
                FramesNotWritten++;
                return;
            }

            _used += PcapNgWriter.WriteFrame(_buffer.AsSpan(_used), _number, in header, header.CapturedLength);
        }

        /// <summary>The interface's number is its place in the file, so both are settled in one turn.</summary>
        private void Describe(LinkType linkType)
        {
            lock (_recorder._numbering)
            {
                _number = _recorder._interfaces++;
                _recorder._filled.Writer.TryWrite(new RecordedBytes(PcapNgWriter.Interface(_name, linkType, _snapLength), null));
            }
        }

        private bool TakeBuffer()
        {
            _used = 0;
            if (_free.Reader.TryRead(out _buffer))
            {
                return true;
            }

            if (_made == BuffersPerLane)
            {
                return false;
            }

            _made++;
            _buffer = new byte[BufferBytes];
            return true;
        }
    }
}
