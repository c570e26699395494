using System.Xml.Linq;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Architecture;

/// <summary>The house's rules about projects.</summary>
public sealed class ProjectTests
{
    private static readonly string[] Projects =
    [
        .. Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories),
        .. Directory.EnumerateFiles(Repository.PathOf("tests"), "*.csproj", SearchOption.AllDirectories),
    ];

    // The folder listing of src/ is the path of a packet: a project sees only the stages above it.
    [Fact]
    public void ProjectsReferenceOnlyProjectsThatSortBeforeThem()
    {
        var wrong =
            from project in Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            let name = Path.GetFileNameWithoutExtension(project)
            from reference in XDocument.Load(project).Descendants("ProjectReference")
            let target = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)
            where string.CompareOrdinal(target, name) >= 0
            select $"{name} -> {target}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void AProjectIsNamedAfterItsFolder() =>
        Assert.All(Projects, project => Assert.Equal(Path.GetFileName(Path.GetDirectoryName(project)), Path.GetFileNameWithoutExtension(project)));

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        var solution = File.ReadAllText(Repository.PathOf("MinerFlowSensor.sln")).Replace('\\', '/');

        Assert.All(Projects, project => Assert.Contains(Path.GetRelativePath(Repository.Root, project), solution, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryProjectHasItsLockFile() =>
        Assert.All(Projects, project => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")), project));

    [Fact]
    public void NoFolderTakesEverything()
    {
        string[] banned = ["Common", "Core", "Utils", "Util", "Utilities", "Helpers", "Shared", "Misc"];
        var folders = WorkingTree.Folders().Select(Path.GetFileName);

        Assert.Empty(folders.Intersect(banned, StringComparer.OrdinalIgnoreCase));
    }
}
