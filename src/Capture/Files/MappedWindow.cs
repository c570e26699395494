using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace MinerFlow.Capture.Files;

/// <summary>A part of a file that is mapped for reading, as memory of a pipe.</summary>
internal sealed unsafe class MappedWindow : MemoryManager<byte>
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _address;
    private readonly int _length;

    public MappedWindow(MemoryMappedFile map, long offset, int length)
    {
        _view = map.CreateViewAccessor(offset, length, MemoryMappedFileAccess.Read);
        byte* address = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        _address = address + _view.PointerOffset;
        _length = length;
        NativeMap.Populate((nint)_address, length);
    }

    public override Span<byte> GetSpan() => new(_address, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_address + elementIndex, pinnable: this);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
        }
    }
}
