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

        var run = Send();

        Assert.True(run.ExitCode == 0, run.Messages);
        var taken = receiver.Packages.Values.OrderBy(package => package.Sequence).ToList();
        Assert.Equal([1L, 2, 3], taken.Select(package => package.Sequence));
        Assert.Equal([1, 0, 1], taken.Select(package => package.Files.Count));
        Assert.Equal(_ledger.Deliveries.Find(2).WithdrawalId, taken[1].Id);
    }

    private Product.Outcome Send() => Product.Run(
        "push", "send", "--once", "--lang", "en", "--destinations", _lab.Folder, "--ledger", _ledger.Place, "--keys", _ledger.Keys, "--actors", _ledger.Actors);

    private void Describe(int port) => File.WriteAllLines(
        Path.Combine(_lab.Folder, "regulator.yaml"),
        [
            "channel: https",
            $"recipient: {ReviewedLedger.Recipient}",
            "masked: automatic",
            $"url: https://localhost:{port}/packages",
            "ca-file: authority.pem",
            .. HttpsLab.Mutual.Concat(HttpsLab.Hmac).Select(pair => $"{pair.Item1}: {pair.Item2}"),
        ]);
}
