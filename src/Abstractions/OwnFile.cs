namespace MinerFlow.Abstractions;

/// <summary>Files that only their owner may read, from their first byte on.</summary>
public static class OwnFile
{
    /// <summary>A new file, empty, that keeps nothing back from the kernel; others may read it meanwhile.</summary>
    /// <exception cref="IOException">There is one, or it cannot be made.</exception>
    public static FileStream Create(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        Share = FileShare.Read,
        BufferSize = 0,
        UnixCreateMode = DurableFolder.OwnerOnly,
    });
}
