using System.Diagnostics;
using System.Text.Json;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Lists;

/// <summary>The corpus of dirty lists, written anew for each run by openpyxl, xlwt, LibreOffice, the Open XML SDK and Python's csv module.</summary>
public sealed class ListCorpus : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-lists-");
    private readonly string[] _writers = [];

    public ListCorpus()
    {
        if (!File.Exists(Python))
        {
            return;
        }

        var start = new ProcessStartInfo(Python, [Repository.PathOf("tests", "System", "Lists", "write-lists.py"), _folder.FullName]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var script = Process.Start(start)!;
        var problems = script.StandardError.ReadToEndAsync();
        var written = JsonDocument.Parse(script.StandardOutput.ReadToEnd()).RootElement;
        script.WaitForExit();
        Assert.True(script.ExitCode == 0, problems.Result);
        _writers = [.. written.GetProperty("writers").EnumerateArray().Select(writer => writer.GetString()!), OpenXmlLists.Writer];
        Cases = [.. written.GetProperty("cases").EnumerateArray().Select(ListCase.Of)];
        OpenXmlLists.Write(_folder.FullName, Cases);
    }

    internal IReadOnlyList<ListCase> Cases { get; } = [];

    /// <summary>Files of a writer by their case; the test is skipped when the writer is not installed.</summary>
    internal IReadOnlyList<(ListCase Case, string Path)> Files(string writer)
    {
        Assert.SkipUnless(_writers.Contains(writer), $"{writer} is not installed");
        return [.. Cases.Where(one => one.HasWriter(writer)).Select(one => (one, Assert.Single(Directory.GetFiles(Path.Combine(_folder.FullName, writer), one.Name + ".*"))))];
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>One list of the corpus.</summary>
/// <param name="Name">Begins with the number of its dirt in the catalogue.</param>
/// <param name="Dirt">That number; 0 for a clean list.</param>
/// <param name="Only">Writers that can hold it; empty for all.</param>
/// <param name="Options">Of <c>minerflow intake</c>.</param>
/// <param name="CountsFrom1904">Date system.</param>
/// <param name="Sheets">As the script describes them.</param>
internal sealed record ListCase(string Name, int Dirt, IReadOnlyList<string> Only, IReadOnlyList<string> Options, bool CountsFrom1904, JsonElement Sheets)
{
    public static ListCase Of(JsonElement json) => new(
        json.GetProperty("name").GetString()!, json.GetProperty("dirt").GetInt32(), Texts(json, "only"), Texts(json, "options"), json.TryGetProperty("date1904", out _), json.GetProperty("sheets").Clone());

    public override string ToString() => Name;

    public bool HasWriter(string writer) => Only.Count == 0 || Only.Contains(writer);

    private static List<string> Texts(JsonElement json, string name) => json.TryGetProperty(name, out var texts) ? [.. texts.EnumerateArray().Select(text => text.GetString()!)] : [];
}
