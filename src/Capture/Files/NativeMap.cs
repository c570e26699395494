using System.Runtime.InteropServices;

namespace MinerFlow.Capture.Files;

/// <summary>What the memory map of the framework does not offer, on the systems that have it.</summary>
internal static partial class NativeMap
{
    /// <summary>Linux 5.14: fill the page tables for reading, in one call instead of a fault for every 64 KiB.</summary>
    private const int PopulateRead = 22;

    private const int SeekEnd = 2;

    private static readonly bool IsUnix = OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD();

    /// <summary>Asks for the pages of a window; a kernel that knows no such request leaves them to come one fault at a time.</summary>
    public static void Populate(nint address, nint length)
    {
        if (OperatingSystem.IsLinux())
        {
            var page = Environment.SystemPageSize;
            var start = address & ~(nint)(page - 1);
            _ = Advise(start, address + length - start, PopulateRead);
        }
    }

    /// <summary>Present length of an open file, or a negative number when it cannot be told. It moves the file position, which nothing uses.</summary>
    public static long Length(SafeHandle file)
    {
        if (IsUnix)
        {
            return SeekOffset((int)file.DangerousGetHandle(), 0, SeekEnd);
        }

        // Elsewhere a mapped file cannot be cut.
        return -1;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nint length, int advice);

    [LibraryImport("libc", EntryPoint = "lseek")]
    private static partial long SeekOffset(int file, long offset, int whence);
}
