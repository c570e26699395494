using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Architecture;

/// <summary>What no file of the tree may hold.</summary>
public sealed class TreeTests
{
    private static readonly string[] Binary = [".pcap", ".pcapng", ".gz", ".mmdb", ".xlsx", ".png"];

    [Fact]
    public void NoFileNamesAPlaceOnOneMachine()
    {
        // Written in two parts, so that this file does not hold them.
        string[] places = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/", "C:" + @"\"];

        var found =
            from file in WorkingTree.Files()
            where !Binary.Contains(Path.GetExtension(file)) && Path.GetFileName(file) != ".git"
            from line in File.ReadLines(file).Index()
            from place in places
            where line.Item.Contains(place, StringComparison.Ordinal)
            select $"{Path.GetRelativePath(Repository.Root, file)}:{line.Index + 1}: {place}";

        Assert.Empty(found);
    }

    [Fact]
    public void OnlyWhatTheHouseHasStandsAtTheTop()
    {
        string[] known = ["src", "tests", "captures", "rules", ".ci"];
        var folders = Directory.EnumerateDirectories(Repository.Root).Select(Path.GetFileName).Except(["artifacts", ".git", "TestResults"]);

        Assert.Empty(folders.Except(known));
    }

    [Fact]
    public void ShippedCapturesAreSmall()
    {
        // 64 KiB: what a reviewer still opens and reads.
        const int LargestCapture = 64 * 1024;

        Assert.All(
            Directory.EnumerateFiles(Repository.PathOf("captures"), "*.pcapng", SearchOption.AllDirectories),
            capture => Assert.InRange(new FileInfo(capture).Length, 1, LargestCapture));
    }
}
