using MinerFlow.Abstractions;
using MinerFlow.Detection.Coins;
using Xunit;

namespace MinerFlow.Unit.Detection.Coins;

/// <summary>The rule files that the product ships, read from the repository the tests were built in.</summary>
internal static class RuleFiles
{
    public static string Root { get; } = FindRoot();

    public static CoinTable Coins { get; } = ReadAll("coins.csv", CoinTable.Read);

    public static PoolTags Tags { get; } = ReadAll("pool-tags.csv", PoolTags.Read);

    public static string PathOf(string name) => Path.Combine(Root, "rules", name);

    private static T ReadAll<T>(string name, Func<TextReader, string, List<Problem>, T> read)
    {
        var problems = new List<Problem>();
        using var reader = new StreamReader(PathOf(name));
        var table = read(reader, name, problems);
        Assert.Empty(problems);
        return table;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MinerFlowSensor.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
