using System.Runtime.InteropServices;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>Files that are there after a loss of power: bytes and name are both on the disk when a call returns.</summary>
internal static partial class DurableFiles
{
    private const int OpenDirectory = 0x10000;

    /// <summary>Writes beside the file and renames, so that readers see the old bytes or the new ones, never a part.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> bytes, bool isSecret = false)
    {
        var beside = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (isSecret && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(beside, options))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Overwrites the bytes before the name goes: a name alone says nothing about where a file system left its blocks.</summary>
    public static void Shred(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.Write(new byte[file.Length]);
            file.Flush(flushToDisk: true);
        }

        File.Delete(path);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes names that were added, changed or removed in the folder durable.</summary>
    public static void SyncFolder(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var handle = Open(folder, OpenDirectory);
        if (handle < 0)
        {
            throw new IOException($"{folder}: the folder cannot be opened to make its names durable (error {Marshal.GetLastPInvokeError()}).");
        }

        var result = Sync(handle);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(handle);
        if (result != 0)
        {
            throw new IOException($"{folder}: names in the folder could not be made durable (error {error}).");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
