using System.Runtime.InteropServices;

namespace MinerFlow.Fuzz;

/// <summary>Memory whose end touches a page that nothing may read: one byte too far ends the process.</summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int ProtNone = 0;
    private const int ProtReadWrite = 3;
    private const int MapPrivateAnonymous = 0x22;

    private readonly int _length;
    private readonly nint _start;

    /// <param name="capacity">Bytes that fit; rounded up to whole pages.</param>
    public GuardedMemory(int capacity)
    {
        var page = Environment.SystemPageSize;
        _length = ((capacity + page - 1) / page * page) + page;
        _start = MemoryMap(0, (nuint)_length, ProtReadWrite, MapPrivateAnonymous, -1, 0);
        if (_start == -1 || Protect(_start + _length - page, (nuint)page, ProtNone) != 0)
        {
            throw new InvalidOperationException($"no guarded memory: error {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <summary>Copies bytes so that they end where reading must end.</summary>
    public ReadOnlySpan<byte> Place(ReadOnlySpan<byte> bytes) => new((void*)PlaceAt(bytes), bytes.Length);

    /// <summary>The same, as the address of the first byte.</summary>
    public nint PlaceAt(ReadOnlySpan<byte> bytes)
    {
        var address = _start + _length - Environment.SystemPageSize - bytes.Length;
        bytes.CopyTo(new Span<byte>((void*)address, bytes.Length));
        return address;
    }

    public void Dispose() => Unmap(_start, (nuint)_length);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MemoryMap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}
