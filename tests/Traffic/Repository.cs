namespace MinerFlow.Traffic;

/// <summary>Finds files of the working tree, and of <c>shared</c> beside it, from wherever a test runs.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Reference material beside the tree; it may be missing.</summary>
    public static string Shared { get; } = Path.GetFullPath(Path.Combine(Root, "..", "shared"));

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Every dialogue, as <c>protocol/scenario</c>, in ordinal order.</summary>
    public static IReadOnlyList<string> Scenarios { get; } =
    [
        .. Directory.EnumerateFiles(PathOf("captures"), "*.dialogue", SearchOption.AllDirectories)
            .Select(path => Path.ChangeExtension(Path.GetRelativePath(PathOf("captures"), path), null).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    public static Dialogue ReadScenario(string scenario) => Dialogue.Read(PathOf("captures", scenario + ".dialogue"));

    /// <summary>Copies the rules of the tree, for a test that changes some.</summary>
    public static void CopyRules(string to)
    {
        foreach (var file in Directory.EnumerateFiles(PathOf("rules"), "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(PathOf("rules"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MinerFlowSensor.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"no MinerFlowSensor.sln above {AppContext.BaseDirectory}");
    }
}
