using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>Files that are there after a loss of power: bytes and name are both on the disk when a call returns.</summary>
internal static class DurableFiles
{
    /// <summary>Writes beside the file and renames, so that readers see the old bytes or the new ones, never a part.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> bytes, bool isSecret = false)
    {
        var beside = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (isSecret)
        {
            options.UnixCreateMode = DurableFolder.OwnerOnly;
        }

        using (var file = new FileStream(beside, options))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
        DurableFolder.Sync(Path.GetDirectoryName(path)!);
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
        DurableFolder.Sync(Path.GetDirectoryName(path)!);
    }
}
