using System.Runtime.InteropServices;

namespace MinerFlow.Connections.Flows;

/// <summary>
/// Zeroed memory outside the garbage collector, given by the system as it is touched. All but its beginning asks for huge pages: with 4 KiB pages
/// every look-up in a large table is a TLB miss (measured 1.4 times slower at a million flows), and with a huge one a tiny capture would clear 2 MiB.
/// </summary>
internal sealed unsafe partial class NativeRegion : IDisposable
{
    /// <summary>What comes in small pages, at the beginning.</summary>
    public const int SmallBytes = 2 << 20;

    private const nuint HugePage = 2 << 20;

    private readonly nuint _length;
    private readonly bool _isMapped;
    private readonly void* _start;

    /// <param name="length">Bytes; of what is never touched only addresses are taken.</param>
    public NativeRegion(nuint length)
    {
        _length = length;
        if (OperatingSystem.IsLinux() && length > SmallBytes)
        {
            // One huge page more than asked for, so that the region can begin on the border of one.
            var mapped = Mmap(null, length + HugePage, ReadAndWrite, PrivateAnonymousUnreserved, -1, 0);
            if ((nint)mapped != -1)
            {
                _isMapped = true;
                _start = mapped;
                Start = (void*)(((nuint)mapped + HugePage - 1) & ~(HugePage - 1));

                // Advice only: without huge pages the table is slower, not wrong.
                _ = Madvise((byte*)Start + SmallBytes, length - SmallBytes, AdviseHugePage);
                return;
            }
        }

        Start = _start = NativeMemory.AlignedAlloc(length, 64);
        NativeMemory.Clear(Start, length);
    }

    /// <summary>First byte; at least on the border of a cache line. Null after <see cref="Dispose"/>.</summary>
    public void* Start { get; private set; }

    /// <summary>All zeros again, and given back to the system where it can be.</summary>
    public void Clear()
    {
        if (!_isMapped || Madvise(Start, _length, AdviseDontNeed) != 0)
        {
            NativeMemory.Clear(Start, _length);
        }
    }

    public void Dispose()
    {
        if (Start is null)
        {
            return;
        }

        Start = null;
        if (_isMapped)
        {
            _ = Munmap(_start, _length + HugePage);
        }
        else
        {
            NativeMemory.AlignedFree(_start);
        }
    }

    private const int ReadAndWrite = 3;

    /// <summary>MAP_PRIVATE, MAP_ANONYMOUS and MAP_NORESERVE of mmap(2).</summary>
    private const int PrivateAnonymousUnreserved = 0x4022;
    private const int AdviseDontNeed = 4;
    private const int AdviseHugePage = 14;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Mmap(void* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    private static partial int Madvise(void* address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Munmap(void* address, nuint length);
}
