using System.Numerics;

namespace MinerFlow.Connections.Streams;

/// <summary>Buffers for bytes that must outlive their frame, in powers of two, with one bound over all of them. One thread.</summary>
internal sealed class ChunkPool(long bytesTotal)
{
    private const int SmallestBits = 8;

    /// <summary>Spare bytes kept for reuse; what is above goes to the garbage collector.</summary>
    private const long SpareBytesTotal = 64 << 20;

    private readonly Stack<byte[]>[] _spare = [.. Enumerable.Range(0, 32 - SmallestBits).Select(_ => new Stack<byte[]>())];
    private long _spareBytes;

    public long BytesLent { get; private set; }

    /// <returns>Null when the bound over all streams is reached.</returns>
    public byte[]? Rent(int length)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, 1 << SmallestBits));
        if (BytesLent + size > bytesTotal)
        {
            return null;
        }

        BytesLent += size;
        if (!_spare[Class(size)].TryPop(out var chunk))
        {
            return GC.AllocateUninitializedArray<byte>(size);
        }

        _spareBytes -= size;
        return chunk;
    }

    public void Return(byte[] chunk)
    {
        BytesLent -= chunk.Length;
        if (_spareBytes + chunk.Length <= SpareBytesTotal)
        {
            _spareBytes += chunk.Length;
            _spare[Class(chunk.Length)].Push(chunk);
        }
    }

    private static int Class(int size) => BitOperations.Log2((uint)size) - SmallestBits;
}
