using System.Runtime.InteropServices;
using MinerFlow.Abstractions;
using MinerFlow.Capture;

namespace MinerFlow.Unit.Connections;

/// <summary>Hands frames to a handler as a capture would, in batches, in memory that ends where the frame ends.</summary>
internal sealed unsafe class FrameFeeder(IFrameHandler handler, string name = "test.pcap", int batch = FrameBatch.Capacity) : IDisposable
{
    private readonly CaptureOrigin _origin = new(name);
    private readonly List<FrameHeader> _headers = [];

    /// <summary>Time of the next frame; each moves it on by a millisecond.</summary>
    public long UnixNanoseconds { get; set; } = 1_800_000_000 * PacketTime.NanosecondsPerSecond;

    /// <summary>How far behind the capture says it is; see <see cref="FrameBatch.KeepOneFlowIn"/>.</summary>
    public int KeepOneFlowIn { get; set; } = 1;

    public long Number { get; private set; }

    public FrameFeeder Add(byte[] frame, LinkType linkType = LinkType.Ethernet, int? wireLength = null)
    {
        var memory = (byte*)NativeMemory.Alloc((nuint)Math.Max(frame.Length, 1));
        frame.CopyTo(new Span<byte>(memory, frame.Length));
        _headers.Add(new FrameHeader
        {
            Address = (nint)memory,
            CapturedLength = frame.Length,
            WireLength = wireLength ?? frame.Length,
            UnixNanoseconds = UnixNanoseconds,
            Number = ++Number,
            LinkType = linkType,
        });
        UnixNanoseconds += 1_000_000;
        if (_headers.Count == batch)
        {
            Flush();
        }

        return this;
    }

    /// <summary>Hands over what waits and takes its memory away.</summary>
    public void Flush()
    {
        if (_headers.Count > 0)
        {
            handler.OnFrames(new FrameBatch(CollectionsMarshal.AsSpan(_headers), _origin, KeepOneFlowIn));
        }

        foreach (var header in _headers)
        {
            new Span<byte>((void*)header.Address, header.CapturedLength).Fill(0xEE);
            NativeMemory.Free((void*)header.Address);
        }

        _headers.Clear();
    }

    public void End()
    {
        Flush();
        handler.OnEnd(_origin);
    }

    public void Dispose() => Flush();
}
