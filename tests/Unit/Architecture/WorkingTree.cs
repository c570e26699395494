using MinerFlow.Traffic;

namespace MinerFlow.Unit.Architecture;

/// <summary>The files of the working tree, without what builds and tests leave behind.</summary>
internal static class WorkingTree
{
    private static readonly string[] Left = ["bin", "obj", "artifacts", "TestResults", ".git", ".vs", "node_modules"];

    public static IEnumerable<string> Folders() => Folders(Repository.Root);

    public static IEnumerable<string> Files() => Folders().Append(Repository.Root).SelectMany(Directory.EnumerateFiles);

    private static IEnumerable<string> Folders(string folder) =>
        from inner in Directory.EnumerateDirectories(folder)
        where !Left.Contains(Path.GetFileName(inner))
        from each in Folders(inner).Prepend(inner)
        select each;
}
