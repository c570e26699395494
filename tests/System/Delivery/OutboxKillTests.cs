using System.Diagnostics;
using System.Globalization;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Reporting.Push;
using MinerFlow.SystemTests.Service;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>
/// <c>push queue</c> and <c>push send</c> are killed (SIGKILL) a hundred times at random moments. What was acknowledged as queued goes, each package arrives whole and once,
/// and the numbers have no gap.
/// </summary>
public sealed class OutboxKillTests : IDisposable
{
    private const int Kills = 100;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-outbox-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task NoPackageIsLostOrComesTwice()
    {
        using var ledger = new ReviewedLedger(_folder.FullName);
        var media = _folder.CreateSubdirectory("media").FullName;
        Directory.CreateDirectory(PathOf("destinations"));
        File.WriteAllText(PathOf("destinations/media.yaml"), $"channel: folder\nrecipient: {ReviewedLedger.Recipient}\nmasked: automatic\nfolder: {media}\nmax-attempts: 1000\n");
        var random = new SeededRandom(20220412);
        var (queueing, sending) = (await TimeOf(ledger, Queue(ledger.Snapshot())), await TimeOf(ledger, Send));
        HashSet<long> acknowledged = [1];
        var killed = 0;
        while (killed < Kills)
        {
            var snapshot = ledger.Snapshot();
            killed += await Killed(ledger, Queue(snapshot), random.Below(queueing), () => acknowledged.Add(snapshot));
            killed += await Killed(ledger, Send, random.Below(sending), () => { });
        }

        var queued = ledger.Deliveries.List("media", isOpen: false).Select(package => package.Snapshot!.Value).ToHashSet();
        Assert.Superset(acknowledged, queued);

        // Each command again to its end: what is queued already is found, what is not is added, and all of it goes.
        foreach (var snapshot in Enumerable.Range(1, (int)ledger.Snapshot() - 1))
        {
            await Whole(ledger, Queue(snapshot));
        }

        await Whole(ledger, Send);
        var packages = ledger.Deliveries.List("media", isOpen: false);
        Assert.All(packages, package => Assert.Equal(DeliveryState.Delivered, package.State));
        Assert.Equal(Enumerable.Range(1, packages.Count).Select(number => (long)number), packages.Select(package => package.Sequence));
        Assert.Equal(packages.Count, packages.Select(package => package.Snapshot).Distinct().Count());
        var arrived = Directory.GetDirectories(media).Select(folder => PackageFolder.Check(folder, key: null)).ToList();
        Assert.All(arrived, package => Assert.Empty(package.Findings));
        Assert.Equal(packages.Select(package => package.Id).Order(StringComparer.Ordinal), arrived.Select(package => package.Manifest!.Id).Order(StringComparer.Ordinal));
    }

    private static string[] Send => ["send"];

    private static string[] Queue(long snapshot) => ["queue", "1", "--snapshot", snapshot.ToString(CultureInfo.InvariantCulture), "--to", "media", "--form", "ledger", "--rules", Repository.PathOf("rules")];

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private async Task<int> TimeOf(ReviewedLedger ledger, string[] verb)
    {
        var watch = Stopwatch.StartNew();
        await Whole(ledger, verb);
        return (int)watch.ElapsedMilliseconds;
    }

    private async Task Whole(ReviewedLedger ledger, string[] verb)
    {
        using var process = Start(ledger, verb);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
    }

    /// <returns>1 when it was killed before it had done.</returns>
    private async Task<int> Killed(ReviewedLedger ledger, string[] verb, int after, Action done)
    {
        using var process = Start(ledger, verb);
        var isKilled = !process.WaitForExit(after);
        if (isKilled)
        {
            process.Kill();
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (process.ExitCode == 0)
        {
            done();
        }

        return isKilled ? 1 : 0;
    }

    private Process Start(ReviewedLedger ledger, string[] verb) => Process.Start(new ProcessStartInfo(
        RunningService.Program,
        ["push", .. verb, "--ledger", ledger.Place, "--keys", ledger.Keys, "--actors", ledger.Actors, "--destinations", PathOf("destinations")])
    {
        RedirectStandardError = true,
        RedirectStandardOutput = true,
        UseShellExecute = false,
    })!;
}
