using System.Diagnostics;
using System.Text;
using MinerFlow.Bench;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.SystemTests;
using MinerFlow.Traffic;
using MinerFlow.Traffic.Carrier;
using Xunit;

namespace MinerFlow.System.Subscribers;

/// <summary>
/// Who takes log files into a store is killed (SIGKILL) again and again, at random moments, and goes on each time: in the end the store has every interval that one has which
/// was filled without a break, none twice, each with the same proofs and the same logged end. Only ends that no line logged may be concluded a little later: what a session
/// on another address would have said of them was in memory.
/// <c>INGEST_KILLS=100 dotnet test tests/System --filter FullyQualifiedName~IngestKill</c> kills it a hundred times.
/// </summary>
public sealed class IngestKillTests(ITestOutputHelper output) : IDisposable
{
    private const int KillsOtherwise = 24;

    /// <summary>Shorter than a run without a break takes, so that most are killed; longer than a start, so that each goes on a little.</summary>
    private const int LongestRunMilliseconds = 600;

    private const int RecordsPerCommit = 300;

    private static readonly byte[] Key = Encoding.ASCII.GetBytes("a key of thirty-two bytes or more");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-ingest-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task NoIntervalIsLostAndNoneIsDoubled()
    {
        var options = new CarrierDayOptions { Seed = 20220408, Questions = 2_000, Subscribers = 700 };
        var day = CarrierDay.Simulate(options);
        var logs = _folder.CreateSubdirectory("logs");
        new CarrierLogs(day, options).Write(logs.FullName);
        var asked = new CarrierQuestions(day, options).All().ToList();
        var whole = CopyOf(logs, "whole");
        Assert.Equal(0, await RunAsync(whole, null));
        var expected = Intervals(whole);
        Assert.True(expected.Count > 5_000, $"{expected.Count} intervals");

        var most = int.TryParse(Environment.GetEnvironmentVariable("INGEST_KILLS"), out var given) ? given : KillsOtherwise;
        var random = new SeededRandom(7);
        var kills = 0;
        for (var round = 1; kills < most; round++)
        {
            var folder = CopyOf(logs, $"round {round}");
            while (await RunAsync(folder, kills < most ? TimeSpan.FromMilliseconds(random.Below(LongestRunMilliseconds)) : null) != 0)
            {
                kills++;
            }

            output.WriteLine($"{kills} kills after {round} rounds");
            Assert.Equal(expected, Intervals(folder));
            Assert.Equal(0, Score(folder, asked).Wrong);
            Directory.Delete(folder, recursive: true);
        }
    }

    private string CopyOf(DirectoryInfo logs, string name)
    {
        var folder = _folder.CreateSubdirectory(name).FullName;
        foreach (var file in logs.EnumerateFiles())
        {
            file.CopyTo(Path.Combine(folder, file.Name));
        }

        return folder;
    }

    private CarrierScore Score(string folder, List<CarrierQuestion> asked)
    {
        var key = Path.Combine(folder, "key");
        var list = Path.Combine(folder, "list.csv");
        File.WriteAllBytes(key, Key);
        File.WriteAllLines(list, asked.Select(question => question.Line).Prepend(CarrierQuestions.Header));
        var answers = Product.Lines(Product.Run(
            "attribute", "--batch", list, "--inventory", Path.Combine(folder, "inventory.csv"), "--store", Path.Combine(folder, "store"), "--identity-key", key).Output).ToList();
        Assert.Equal(asked.Count, answers.Count);
        var score = new CarrierScore(Key);
        foreach (var (question, answer) in asked.Zip(answers))
        {
            score.Add(question, answer);
        }

        output.WriteLine(score.ToString());
        return score;
    }

    /// <summary>Every interval of a store once, in its last version, as a line; an end that was concluded is left out.</summary>
    private static List<string> Intervals(string folder)
    {
        using var store = IntervalStore.Open(new IntervalStoreOptions { Folder = Path.Combine(folder, "store"), KeyFolder = Path.Combine(folder, "store.keys"), IsReadOnly = true });
        var versions = store.Sample(int.MaxValue).GroupBy(interval => interval.Identity);
        return [.. versions.Select(same => same.OrderBy(IsConcluded).ThenByDescending(interval => interval.LastProof.UnixNanoseconds).ThenBy(interval => interval.FirstLine.IsNone).First()).Select(Text).Order(StringComparer.Ordinal)];

        static bool IsConcluded(AddressInterval interval) => interval.Marks.HasFlag(IntervalMarks.EndIsEstimated);

        string Text(AddressInterval interval) => string.Join(
            ' ',
            store.Sources[interval.Source].Device,
            interval.Kind,
            interval.Range,
            interval.FirstPort,
            interval.Inner,
            store.NameOf(interval.Account),
            interval.From,
            IsConcluded(interval) ? "-" : interval.To,
            interval.FirstProof,
            interval.LastProof,
            interval.FirstLine,
            interval.LastLine);
    }

    /// <summary>Takes the folder's logs in, and is killed so long after it has begun; returns its exit code.</summary>
    private static async Task<int> RunAsync(string folder, TimeSpan? killAfter)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { "exec", typeof(SyntheticCarrier).Assembly.Location, "ingest", "feed", folder, $"{RecordsPerCommit}" })
        {
            start.ArgumentList.Add(argument);
        }

        using var writer = Process.Start(start)!;
        Assert.Equal("begun", await writer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        if (killAfter is { } time)
        {
            await Task.WhenAny(writer.WaitForExitAsync(TestContext.Current.CancellationToken), Task.Delay(time, TestContext.Current.CancellationToken));
            writer.Kill();
        }

        await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(writer.ExitCode is 0 or 137, await writer.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        return writer.ExitCode;
    }
}
