using System.Buffers;
using System.Collections.Concurrent;

namespace MinerFlow.Capture.Files;

/// <summary>
/// Buffers of one size that the garbage collector never moves, used again when they come back: a frame's address in them stays true. One pool for all
/// inputs: pinned buffers of their own for each of thousands of small files are garbage faster than a busy machine collects it.
/// </summary>
internal sealed class PinnedMemoryPool(int bufferBytes) : MemoryPool<byte>
{
    /// <summary>Buffers kept for later: 8 MiB with those of 256 KiB, what some compressed inputs read at a time need.</summary>
    private const int MostKept = 32;

    private readonly ConcurrentBag<Buffer> _free = [];

    public override int MaxBufferSize => bufferBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) =>
        _free.TryTake(out var buffer) ? buffer : new Buffer(this, GC.AllocateUninitializedArray<byte>(bufferBytes, pinned: true));

    protected override void Dispose(bool disposing) => _free.Clear();

    private sealed class Buffer(PinnedMemoryPool pool, byte[] array) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => MemoryMarshalPinned(array);

        public void Dispose()
        {
            if (pool._free.Count < MostKept)
            {
                pool._free.Add(this);
            }
        }

        private static Memory<byte> MemoryMarshalPinned(byte[] pinned) => System.Runtime.InteropServices.MemoryMarshal.CreateFromPinnedArray(pinned, 0, pinned.Length);
    }
}
