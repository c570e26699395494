using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MinerFlow.Exchange;

/// <summary>A folder for its owner alone, whose names are kept through a loss of power: fsync(2) of a file does not promise its name.</summary>
internal static partial class DurableFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // O_RDONLY | O_DIRECTORY | O_CLOEXEC of open(2) on x86-64.
    private const int OpenFolder = 0x1_0000 | 0x8_0000;

    public static void Create(string folder) => Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);

    /// <summary>A new file, or an old one emptied.</summary>
    public static SafeFileHandle CreateFile(string path)
    {
        var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        File.SetUnixFileMode(file, OwnerOnly);
        return file;
    }

    public static void Sync(string folder)
    {
        var descriptor = Open(folder, OpenFolder);
        if (descriptor < 0)
        {
            throw new IOException($"{folder}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        try
        {
            // EINVAL: a file system that keeps no such order has nothing to wait for.
            if (Sync(descriptor) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument)
            {
                throw new IOException($"{folder}: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private const int InvalidArgument = 22;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
