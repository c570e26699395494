using System.Text.RegularExpressions;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Architecture;

/// <summary>The README says what is there.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string[] Lines = File.ReadAllLines(Repository.PathOf("README.md"));

    [Fact]
    public void TheMapNamesEveryRoomAndEveryRoomExists()
    {
        var named = Section("The map").SelectMany(line => RoomPattern().Matches(line)).Select(match => match.Groups["room"].Value).Distinct().Order(StringComparer.Ordinal);
        var rooms = new[] { "src", "tests" }
            .SelectMany(top => Directory.EnumerateDirectories(Repository.PathOf(top)).Where(HasFiles).Select(folder => $"{top}/{Path.GetFileName(folder)}"))
            .Order(StringComparer.Ordinal);

        Assert.Equal(rooms, named);
    }

    [Fact]
    public void TheFirstShellBlockIsTwoCommands()
    {
        var begin = Array.FindIndex(Lines, line => line.StartsWith("```", StringComparison.Ordinal));
        var end = Array.FindIndex(Lines, begin + 1, line => line == "```");
        var commands = Lines[(begin + 1)..end];

        Assert.Equal("```sh", Lines[begin]);
        Assert.Equal(2, commands.Length);
        Assert.InRange(begin, 1, 6);
        Assert.Equal(".ci/run", commands[1]);
        var capture = commands[0].Split(' ')[^1];
        Assert.True(File.Exists(Repository.PathOf(capture)), $"{capture} in the README's first command does not exist");
        Assert.StartsWith("dotnet run --project src/Sensor ", commands[0], StringComparison.Ordinal);
    }

    [Fact]
    public void TheTestsCommandIsExecutable()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.True(File.GetUnixFileMode(Repository.PathOf(".ci", "run")).HasFlag(UnixFileMode.UserExecute));
        }
    }

    [Fact]
    public void EveryPathInBackticksExists()
    {
        var missing =
            from line in Lines
            from match in PathPattern().Matches(line)
            let path = match.Groups["path"].Value
            where !path.Contains('<') && !path.Contains('*') && !File.Exists(Repository.PathOf(path)) && !Directory.Exists(Repository.PathOf(path))
            select path;

        Assert.Empty(missing);
    }

    private static IEnumerable<string> Section(string title) =>
        Lines.SkipWhile(line => line != $"## {title}").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));

    private static bool HasFiles(string folder) => Directory.EnumerateFiles(folder, "*.csproj").Any();

    [GeneratedRegex("`(?<room>(src|tests)/[A-Z][A-Za-z]*)/?`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex RoomPattern();

    [GeneratedRegex("`(?<path>(src|tests|rules|captures|\\.ci)/[^` ]*)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex PathPattern();
}
