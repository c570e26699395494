using MinerFlow.Abstractions;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Files that only their owner may read.</summary>
internal static class OwnFile
{
    /// <summary>A new file, empty; fails when there is one.</summary>
    public static FileStream Create(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        UnixCreateMode = DurableFolder.OwnerOnly,
    });
}
