using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MinerFlow.Abstractions;

/// <summary>A folder for its owner alone, whose names are kept through a loss of power: fsync(2) of a file does not promise its name.</summary>
public static partial class DurableFolder
{
    /// <summary>Read and written by the owner, by nobody else.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // O_RDONLY | O_DIRECTORY | O_CLOEXEC of open(2) on x86-64.
    private const int OpenFolder = 0x1_0000 | 0x8_0000;

    private const int InvalidArgument = 22;

    public static void Create(string folder) => Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);

    /// <summary>A new file, or an old one emptied, for the owner alone.</summary>
    public static SafeFileHandle CreateFile(string path)
    {
        var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        File.SetUnixFileMode(file, OwnerOnly);
        return file;
    }

    /// <summary>Makes names that were added, changed or removed in the folder durable.</summary>
    /// <exception cref="IOException">The folder cannot be opened, or the disk fails; the message says which.</exception>
    public static void Sync(string folder)
    {
        var descriptor = Open(folder, OpenFolder);
        if (descriptor < 0)
        {
            throw new IOException($"{folder}: the folder cannot be opened to make its names durable: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        try
        {
            // EINVAL: a file system that keeps no such order has nothing to wait for (fsync(2)).
            if (Sync(descriptor) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument)
            {
                throw new IOException($"{folder}: names in the folder could not be made durable: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
