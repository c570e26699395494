using System.Buffers;

namespace MinerFlow.Connections.Streams;

/// <summary>Shows bytes of a frame as <see cref="Memory{T}"/> without copying them. One is moved from frame to frame; what it shows is on loan.</summary>
internal sealed unsafe class FrameMemory : MemoryManager<byte>
{
    private byte* _start;
    private int _length;

    public ReadOnlySequence<byte> Show(nint start, int length)
    {
        _start = (byte*)start;
        _length = length;
        return new ReadOnlySequence<byte>(Memory);
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
