using System.Diagnostics;
using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Bench;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests;

/// <summary>
/// A writer is killed (SIGKILL) at a hundred random moments of its work: while it opens the store, commits, flushes, merges, deletes. What it had acknowledged is
/// there each time, and in the end every interval is there once.
/// </summary>
public sealed class IntervalStoreKillTests : IDisposable
{
    private const int Kills = 100;
    private const int Intervals = 100_000;
    private const int LinesPerCommit = 200;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-kill-");
    private int _killed;

    [Fact]
    public async Task NothingAcknowledgedIsLostAndNothingIsDoubled()
    {
        var random = new SeededRandom(20220407);
        var options = new IntervalStoreOptions { Folder = Path.Combine(_folder.FullName, "store"), KeyFolder = Path.Combine(_folder.FullName, "keys"), IsReadOnly = true };
        long acknowledged = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            acknowledged = Math.Max(acknowledged, await KillAfterAsync(random));
            if (acknowledged > 0)
            {
                using var store = IntervalStore.Open(options);
                Assert.True(store.PositionOf("feed").Read >= acknowledged, $"Kill {kill}: {acknowledged} lines were acknowledged, the store knows of {store.PositionOf("feed").Read}.");
            }
        }

        Assert.True(_killed >= Kills * 9 / 10, $"Only {_killed} of {Kills} writers were killed before they had done.");
        using (var last = Writer())
        {
            var output = await last.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await last.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(last.ExitCode == 0, output + await last.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        AssertHoldsEveryIntervalOnce(options);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Starts the writer and kills it after some commits, or some milliseconds; returns the lines it acknowledged.</summary>
    private async Task<long> KillAfterAsync(SeededRandom random)
    {
        using var writer = Writer();
        long acknowledged = 0;
        if (random.Below(4) == 0)
        {
            // While it starts and opens the store.
            await Task.Delay(random.Below(250), TestContext.Current.CancellationToken);
        }
        else
        {
            for (var commits = random.Below(12); commits >= 0; commits--)
            {
                if (await writer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
                {
                    acknowledged = long.Parse(line, CultureInfo.InvariantCulture);
                }
            }
        }

        writer.Kill();
        while (await writer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            // A line that the kill cut short acknowledges nothing; the writer prints a number and its line feed at once.
            acknowledged = long.Parse(line, CultureInfo.InvariantCulture);
        }

        await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(writer.ExitCode is 137 or 0, await writer.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        _killed += writer.ExitCode == 137 ? 1 : 0;
        return acknowledged;
    }

    private Process Writer()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { "exec", typeof(SyntheticCarrier).Assembly.Location, "intervals", "feed", _folder.FullName, $"{Intervals}", $"{LinesPerCommit}" })
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static void AssertHoldsEveryIntervalOnce(IntervalStoreOptions options)
    {
        using var store = IntervalStore.Open(options);
        var found = new List<AddressInterval>();
        var none = new IntervalList();
        var names = none.ToIndex();
        foreach (var expected in new SyntheticCarrier(Intervals, seed: 1).All(none))
        {
            found.Clear();
            var end = expected.To == AddressInterval.Open ? expected.From : new PacketTime(expected.To.UnixNanoseconds - 1);
            store.Find(expected.Range.First, expected.FirstPort, expected.From, end, found);
            var same = found.FindAll(interval => interval.From == expected.From && interval.FirstPort == expected.FirstPort && interval.Inner == expected.Inner);
            var one = Assert.Single(same);
            Assert.Equal((expected.To, expected.LastProof, expected.FirstLine, expected.LastLine), (one.To, one.LastProof, one.FirstLine, one.LastLine));
            Assert.Equal(names.NameOf(expected.Account), store.NameOf(one.Account));
        }
    }
}
