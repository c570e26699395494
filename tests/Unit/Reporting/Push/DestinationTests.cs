using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push;

public sealed class DestinationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AFileDescribesADestination()
    {
        _folder.Write("regulator.yaml", $"channel: folder\nrecipient: 市发展改革委\nmasked: automatic\nwindows: mon-fri 08:30-18:00\nmax-attempts: 7\nmax-hang-ups: 4\nfirst-wait-seconds: 10\nlongest-wait-seconds: 40\nkeep-days: 30\nfolder: {_folder.FullName}\n");
        _folder.Write("other.txt", "not a destination");
        var problems = new List<Problem>();

        await using var destination = Assert.Single(Destination.LoadAll(_folder.FullName, problems));

        Assert.Empty(problems);
        Assert.Equal(("regulator", "folder", "市发展改革委", true, 7, 4), (destination.Name, destination.ChannelName, destination.Recipient, destination.TakesMasked, destination.MostAttempts, destination.MostHangUps));
        Assert.Equal(TimeSpan.FromDays(30), destination.Kept);
        Assert.False(destination.Windows.IsOpenAt(new DateTimeOffset(2022, 4, 9, 12, 0, 0, TimeSpan.FromHours(8))));
        Assert.All(Enumerable.Range(0, 100), _ => Assert.InRange(destination.WaitAfter(1, asked: null).TotalSeconds, 5, 10));
        Assert.All(Enumerable.Range(0, 100), _ => Assert.InRange(destination.WaitAfter(50, asked: null).TotalSeconds, 20, 40));
        Assert.Equal(TimeSpan.FromMinutes(5), destination.WaitAfter(1, TimeSpan.FromMinutes(5)));
        Assert.Equal(TimeSpan.FromDays(1), destination.WaitAfter(1, TimeSpan.MaxValue));
    }

    [Fact]
    public void EverythingWrongIsToldAtOnceWithItsLine()
    {
        _folder.Write("Wrong.yaml", "channel: folder\nmasked: yes\nwindows: always\nmax-attempts: 0\nfolder: relative\ncolour: red\nmasked: released\ntime-zone: China\nkeep-days: [1]\n");
        _folder.Write("pigeon.yaml", "channel: pigeon\nrecipient: x\n");
        _folder.Write("empty.yaml", "");
        var problems = new List<Problem>();

        Assert.Empty(Destination.LoadAll(_folder.FullName, problems));

        Assert.Equal([0, 0, 2, 3, 4, 5, 6, 7, 8, 9], problems.Where(problem => problem.File.EndsWith("Wrong.yaml", StringComparison.Ordinal)).Select(problem => problem.Line));
        Assert.Contains(problems, problem => problem.Message.Contains("'recipient' is missing", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Message.Contains("'channel' is one of ", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Message.Contains("'colour' is no key of this channel; known keys are channel, encrypt, encrypt-password, first-wait-seconds, folder,", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.File.EndsWith("empty.yaml", StringComparison.Ordinal) && problem.Message == "The file is empty.");
    }

    [Fact]
    public void AFolderThatIsNotThereIsAProblem()
    {
        var problems = new List<Problem>();

        Assert.Empty(Destination.LoadAll(_folder.PathOf("none"), problems));
        Assert.Single(problems);
    }
}
