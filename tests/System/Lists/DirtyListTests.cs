using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Lists;

/// <summary>
/// Every list of the corpus gives the same rows, whoever wrote it and in whatever format. <c>lists.golden.jsonl</c> says which;
/// UPDATE_GOLDENS=1 rewrites it from the text twins and the workbooks that have none.
/// </summary>
public sealed class DirtyListTests(ListCorpus corpus) : IClassFixture<ListCorpus>
{
    private const int LeastFiles = 150;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string Golden = Repository.PathOf("tests", "System", "Lists", "lists.golden.jsonl");

    // The order in which a golden is made: text first, because a person reads it most easily.
    public static TheoryData<string> Writers => ["csv", "gb18030", "openpyxl", "xlwt", "libreoffice", OpenXmlLists.Writer];

    [Theory]
    [MemberData(nameof(Writers))]
    public void EveryWriterGivesTheSameRows(string writer)
    {
        var goldens = ReadGoldens();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDENS") == "1")
        {
            foreach (var (one, path) in corpus.Files(writer))
            {
                goldens[one.Name] = Rows(one, path);
            }

            File.WriteAllLines(Golden, goldens.SelectMany(golden => golden.Value.Select(row => $"{golden.Key}\t{row}")));
        }

        Assert.All(corpus.Files(writer), file => Assert.Equal(goldens[file.Case.Name], Rows(file.Case, file.Path)));
    }

    [Theory]
    [MemberData(nameof(Writers))]
    public void EveryRejectedCellIsListedAndEveryRowHasAnAnswer(string writer) => Assert.All(corpus.Files(writer), file =>
    {
        var lines = Read(file.Case, file.Path);
        var batch = lines[^1];
        Assert.Equal(lines.Count - 1, batch["rows"]!.GetValue<int>());
        Assert.Equal(lines.Count - 1, new[] { "accepted", "returned", "duplicate", "noise" }.Sum(disposition => batch[disposition]!.GetValue<int>()));
        Assert.All(lines.SkipLast(1).Where(row => row["disposition"]!.GetValue<string>() == "returned"), row =>
        {
            Assert.NotNull(row["reason"]);
            Assert.Contains(row["problems"]!.AsArray(), problem => problem!["gravity"]!.GetValue<string>() == "error");
        });
    });

    [Fact]
    public void TheCorpusHasEveryKindOfDirtInEnoughFiles()
    {
        Assert.SkipWhen(corpus.Cases.Count == 0, "python3 is not installed");
        Assert.Equal(Enumerable.Range(1, 22), corpus.Cases.Select(one => one.Dirt).Where(dirt => dirt > 0).Distinct().Order());

        var files = Writers.Sum(writer => corpus.Files(writer.Data).Count);
        Assert.True(files >= LeastFiles, $"{files} files");
    }

    private static SortedDictionary<string, List<string>> ReadGoldens()
    {
        var goldens = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var line in File.Exists(Golden) ? File.ReadLines(Golden) : [])
        {
            var parts = line.Split('\t', 2);
            if (!goldens.TryGetValue(parts[0], out var rows))
            {
                goldens.Add(parts[0], rows = []);
            }

            rows.Add(parts[1]);
        }

        return goldens;
    }

    /// <summary>Rows without what the format changes: a serial date is a problem of a workbook, its text in CSV is none; a cell with a line break is one row and several lines.</summary>
    private static List<string> Rows(ListCase one, string path) =>
    [
        .. Read(one, path).SkipLast(1).Select(row =>
        {
            foreach (var field in new[] { "problems", "event_type", "row" })
            {
                row.Remove(field);
            }

            return row.ToJsonString(Json);
        }),
    ];

    private static List<JsonObject> Read(ListCase one, string path)
    {
        var outcome = Product.Run(["intake", "--format", "jsonl", "--received", "2022-04-08T16:17", .. one.Options, path]);
        Assert.True(outcome.ExitCode is 0 or 1, outcome.Messages);
        return [.. Product.Lines(outcome.Output).Select(line => JsonNode.Parse(line)!.AsObject())];
    }
}
