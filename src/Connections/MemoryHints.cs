using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MinerFlow.Connections;

/// <summary>Asks the processor to fetch memory that will be needed soon. Hints only: a stale address costs nothing.</summary>
public static unsafe class MemoryHints
{
    private const int CacheLine = 64;

    /// <summary>Fetches the cache line of an address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }

    /// <summary>Fetches the cache lines of <paramref name="length"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchRange(void* start, int length)
    {
        if (Sse.IsSupported)
        {
            var line = (byte*)start;
            for (var end = line + length + CacheLine; line < end; line += CacheLine)
            {
                Sse.Prefetch0(line);
            }
        }
    }

    /// <summary>Fetches the cache lines of <paramref name="length"/> bytes into the second-level cache: there they do not drive out what is worked on now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchRangeAfar(void* start, int length)
    {
        if (Sse.IsSupported)
        {
            var line = (byte*)start;
            for (var end = line + length; line < end; line += CacheLine)
            {
                Sse.Prefetch1(line);
            }
        }
    }

    /// <summary>To whole cache lines.</summary>
    public static int RoundUp(int length) => (length + CacheLine - 1) & -CacheLine;

    /// <summary>Fetches the cache line of an element of an array.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(ref T element) => Fetch(Unsafe.AsPointer(ref element));

    /// <summary>
    /// Fetches cache lines from the start of an object into the second-level cache: those of a batch are more than the first holds. It may move meanwhile; then the hint
    /// was in vain.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(object? target, int lines)
    {
        if (Sse.IsSupported && target is not null)
        {
            var address = *(byte**)Unsafe.AsPointer(ref target);
            for (var line = 0; line < lines; line++)
            {
                Sse.Prefetch1(address + (line * CacheLine));
            }
        }
    }
}
