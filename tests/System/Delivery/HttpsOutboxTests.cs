using MinerFlow.SystemTests.Service;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>The outbox of the program against a far side that takes numbers without a gap only, upon Kestrel.</summary>
public sealed class HttpsOutboxTests : IDisposable
{
    private readonly HttpsLab _lab = new();
    private readonly ReviewedLedger _ledger;

    public HttpsOutboxTests() => _ledger = new ReviewedLedger(_lab.Folder);

    public void Dispose()
    {
        _ledger.Dispose();
        _lab.Dispose();
    }

    [Fact]
    public async Task APackageThatWasGivenUpLeavesNoHole()
    {
        await using var receiver = await _lab.Receiver(mutual: true, key: true);
        Describe(receiver.Port);
        foreach (var document in (string[])["a", "b", "c"])
        {
            _ledger.Queue("regulator", document);
        }

        _ledger.Deliveries.GiveUp(2, "sent by letter");

        var run = Push(_ledger, "send", "--once", "--destinations", _lab.Folder);

        Assert.True(run.ExitCode == 0, run.Messages);
        var taken = receiver.Packages.Values.OrderBy(package => package.Sequence).ToList();
        Assert.Equal([1L, 2, 3], taken.Select(package => package.Sequence));
        Assert.Equal([1, 0, 1], taken.Select(package => package.Files.Count));
        Assert.Equal(_ledger.Deliveries.Find(2).WithdrawalId, taken[1].Id);
    }

    [Fact]
    public async Task ALedgerThatForgotItsNumbersIsToldAndGoesOnBehindThem()
    {
        await using var receiver = await _lab.Receiver(mutual: true, key: true);
        Describe(receiver.Port);
        using var earlier = new ReviewedLedger(Directory.CreateDirectory(Path.Combine(_lab.Folder, "earlier")).FullName);
        earlier.Queue("regulator", "a");
        earlier.Queue("regulator", "b");
        Assert.Equal(0, Push(earlier, "send", "--once", "--destinations", _lab.Folder).ExitCode);

        // As a copy of the ledger's file would, from before the first package.
        _ledger.Queue("regulator", "c");
        var refused = Push(_ledger, "send", "--once", "--destinations", _lab.Folder);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("it has another package under number 1, and its last is 2", refused.Messages, StringComparison.Ordinal);
        Assert.Contains("push resume regulator --last 2", refused.Messages, StringComparison.Ordinal);
        Assert.Equal(0, Push(_ledger, "give-up", "1", "--reason", "queued again").ExitCode);
        Assert.Equal(0, Push(_ledger, "resume", "regulator", "--last", "2").ExitCode);
        _ledger.Queue("regulator", "c");
        Assert.Equal(0, Push(_ledger, "send", "--once", "--destinations", _lab.Folder).ExitCode);
        Assert.Equal([1L, 2, 3], receiver.Packages.Values.Select(package => package.Sequence).Order());
    }

    [Fact]
    public async Task AReceiptForAPackageThatTheLedgerDoesNotKnowIsTold()
    {
        await using var receiver = await _lab.Receiver(mutual: true, key: true);
        Describe(receiver.Port, $"receipts-url: https://localhost:{receiver.Port}/receipts");
        using var earlier = new ReviewedLedger(Directory.CreateDirectory(Path.Combine(_lab.Folder, "earlier")).FullName);
        earlier.Queue("regulator", "a");
        Assert.Equal(0, Push(earlier, "send", "--once", "--destinations", _lab.Folder).ExitCode);

        using var service = await RunningService.StartAsync(
            _lab.Folder, null, "--follow", Repository.PathOf("captures", "stratum-v1", "cgminer.pcapng"), "--set", $"Push:Destinations={_lab.Folder}", "--set", $"Push:Actors={_ledger.Actors}",
            "--set", "Push:PollSeconds=1");

        var told = $"regulator: the recipient speaks of the package {earlier.Deliveries.Find(1).Id}, which this ledger has never queued";
        for (var left = 400; left > 0 && !service.Log.Contains(told, StringComparison.Ordinal); left--)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Contains(told, service.Log, StringComparison.Ordinal);
    }

    private static Product.Outcome Push(ReviewedLedger ledger, params string[] words) => Product.Run(
        ["push", .. words, "--lang", "en", "--ledger", ledger.Place, "--keys", ledger.Keys, "--actors", ledger.Actors]);

    private void Describe(int port, params IEnumerable<string> more) => File.WriteAllLines(
        Path.Combine(_lab.Folder, "regulator.yaml"),
        [
            "channel: https",
            $"recipient: {ReviewedLedger.Recipient}",
            "masked: automatic",
            $"url: https://localhost:{port}/packages",
            "ca-file: authority.pem",
            .. HttpsLab.Mutual.Concat(HttpsLab.Hmac).Select(pair => $"{pair.Item1}: {pair.Item2}"),
            .. more,
        ]);
}
