using System.Text;
using MinerFlow.Reporting.Feeds;
using MinerFlow.Reporting.Feeds.Transports;
using MinerFlow.Unit.Enrichment;
using MinerFlow.Unit.Ledger;
using Xunit;

namespace MinerFlow.Unit.Reporting.Feeds;

public sealed class FileTransportTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeClock _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private string Path => _folder.PathOf("eve.json");

    private string[] Ended => [.. Directory.EnumerateFiles(_folder.FullName, "eve.json.2*").Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LinesAreAppended()
    {
        await using (var first = Open())
        {
            Assert.Equal(new FeedOutcome(2), await Send(first, "a", "b"));
        }

        await using var second = Open();
        await Send(second, "c");

        Assert.Equal("a\nb\nc\n", File.ReadAllText(Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(Path));
    }

    [Fact]
    public async Task EveryLineIsInExactlyOneOfTheFilesAndNoneIsLargerThanItMayBe()
    {
        var lines = Enumerable.Range(0, 200).Select(i => $"line-{i:000}").ToArray();
        await using var transport = Open(new FileTransportOptions(Path) { MaxBytes = 50, Kept = 1_000 });

        foreach (var batch in lines.Chunk(7))
        {
            Assert.Equal(batch.Length, (await Send(transport, batch)).Done);
        }

        var files = Ended.Append(Path).ToList();
        Assert.Equal(lines, files.SelectMany(File.ReadAllLines));
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, 50));
    }

    [Fact]
    public async Task TheOldestFilesGoBeyondTheNumberThatIsKept()
    {
        await using var transport = Open(new FileTransportOptions(Path) { MaxBytes = 4, Kept = 2 });

        foreach (var line in new[] { "aaa", "bbb", "ccc", "ddd", "eee" })
        {
            await Send(transport, line);
            _clock.Now += TimeSpan.FromSeconds(1);
        }

        Assert.Equal(["ccc\n", "ddd\n"], Ended.Select(File.ReadAllText));
        Assert.Equal("eee\n", File.ReadAllText(Path));
    }

    [Fact]
    public async Task AFileEndsWithItsPeriod()
    {
        await using var transport = Open(new FileTransportOptions(Path) { Period = TimeSpan.FromHours(1) });
        await Send(transport, "a");
        await Send(transport, "b");
        _clock.Now = new DateTimeOffset(2026, 1, 2, 4, 0, 0, TimeSpan.Zero);
        await Send(transport, "c");

        Assert.Equal("eve.json.20260102T040000Z-0000", System.IO.Path.GetFileName(Assert.Single(Ended)));
        Assert.Equal("a\nb\n", File.ReadAllText(Ended[0]));
        Assert.Equal("c\n", File.ReadAllText(Path));
    }

    [Fact]
    public async Task ALineThatAStopCutShortIsTakenBack()
    {
        File.WriteAllText(Path, "whole\n{\"half\":" + new string('x', 10_000));
        await using var transport = Open();

        await Send(transport, "next");

        Assert.Equal("whole\nnext\n", File.ReadAllText(Path));
    }

    [Fact]
    public async Task AFileThatWasMovedAwayIsBegunAgainWhenTold()
    {
        await using var transport = Open();
        await Send(transport, "a");
        File.Move(Path, _folder.PathOf("moved"));
        File.WriteAllText(Path, "");
        transport.Reopen();

        await Send(transport, "b");

        Assert.Equal("a\n", File.ReadAllText(_folder.PathOf("moved")));
        Assert.Equal("b\n", File.ReadAllText(Path));
    }

    [Fact]
    public async Task AFileThatWasDeletedIsBegunAgain()
    {
        await using var transport = Open();
        await Send(transport, "a");
        File.Delete(Path);

        await Send(transport, "b");

        Assert.Equal("b\n", File.ReadAllText(Path));
    }

    [Fact]
    public async Task AFileThatCannotBeOpenedIsToldAndTriedAgain()
    {
        Directory.CreateDirectory(Path);
        await using var transport = Open();

        var outcome = await Send(transport, "a");
        Directory.Delete(Path);

        Assert.Equal((0, FeedProblem.Connect), (outcome.Done, outcome.Problem!.Value));
        Assert.Equal(1, (await Send(transport, "a")).Done);
    }

    [Fact]
    public async Task TheTestLeavesNothingBehind()
    {
        await using var transport = Open();

        Assert.True(Assert.Single(await transport.Test(TestContext.Current.CancellationToken)).Succeeded);
        Assert.Empty(Directory.EnumerateFiles(_folder.FullName));
        await using var nowhere = new FileTransport(new FileTransportOptions(_folder.PathOf("none/eve.json")), _clock);
        Assert.False(Assert.Single(await nowhere.Test(TestContext.Current.CancellationToken)).Succeeded);
    }

    private FileTransport Open(FileTransportOptions? options = null) => new(options ?? new FileTransportOptions(Path), _clock);

    private static Task<FeedOutcome> Send(FileTransport transport, params string[] lines) =>
        transport.Send([.. lines.Select((line, i) => new FeedMessage(Encoding.UTF8.GetBytes(line), $"{i}", "miner", "BTC"))], TestContext.Current.CancellationToken);
}
