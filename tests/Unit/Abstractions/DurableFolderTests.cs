using MinerFlow.Abstractions;
using Xunit;

namespace MinerFlow.Unit.Abstractions;

public sealed class DurableFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-durable");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void FolderAndFileAreForTheirOwnerAlone()
    {
        var folder = Path.Combine(_folder.FullName, "kept");
        DurableFolder.Create(folder);
        DurableFolder.CreateFile(Path.Combine(folder, "one")).Dispose();
        DurableFolder.Sync(folder);

        Assert.Equal(DurableFolder.OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(DurableFolder.OwnerOnly, File.GetUnixFileMode(Path.Combine(folder, "one")));
    }

    // fsync(2): EINVAL where a file system keeps no order, as that of /proc does not.
    [Fact]
    public void AFileSystemThatKeepsNoOrderIsNoFault() => DurableFolder.Sync("/proc");

    [Fact]
    public void AFolderThatIsMissingIsNamed()
    {
        var missing = Path.Combine(_folder.FullName, "missing");

        var problem = Assert.Throws<IOException>(() => DurableFolder.Sync(missing));

        Assert.StartsWith(missing + ": ", problem.Message, StringComparison.Ordinal);
    }
}
