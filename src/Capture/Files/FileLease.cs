using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MinerFlow.Capture.Files;

/// <summary>
/// The kernel's word that nobody cuts a file meanwhile: who opens it for writing waits until the lease is given back, at most for the 45 s of
/// <c>/proc/sys/fs/lease-break-time</c> (fcntl(2), "Leases"). Given for a regular file of one's own, or with CAP_LEASE, that nobody has open for writing.
/// </summary>
internal sealed partial class FileLease : IDisposable
{
    private const int SetSignal = 10;
    private const int SetLease = 1024;
    private const int GetLease = 1025;
    private const int ReadLease = 0;
    private const int NoLease = 2;

    /// <summary>SIGURG: told when somebody waits, and ignored by a process that does not ask for it, where the usual SIGIO would end it.</summary>
    private const int IgnoredSignal = 23;

    private readonly SafeFileHandle _file;
    private bool _held = true;

    private FileLease(SafeFileHandle file) => _file = file;

    /// <summary>False as soon as somebody waits for the lease to be given back, which should then be done soon.</summary>
    public bool IsHeld => _held && Control(_file, GetLease, 0) == ReadLease;

    /// <returns>Null when the kernel does not give one.</returns>
    public static FileLease? TryTake(SafeFileHandle file) =>
        OperatingSystem.IsLinux() && Control(file, SetSignal, IgnoredSignal) == 0 && Control(file, SetLease, ReadLease) == 0 ? new FileLease(file) : null;

    public void Dispose()
    {
        if (_held && !_file.IsClosed)
        {
            _ = Control(_file, SetLease, NoLease);
        }

        _held = false;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, int argument);
}
