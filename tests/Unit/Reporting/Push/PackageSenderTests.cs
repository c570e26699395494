using MinerFlow.Ledger.Deliveries;
using MinerFlow.Reporting.Push;
using MinerFlow.Unit.Ledger;
using MinerFlow.Unit.Ledger.Deliveries;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push;

public sealed class PackageSenderOnSqliteTests() : PackageSenderTests(new SqliteHome());

public sealed class PackageSenderOnPostgreSqlTests(PostgreSqlServer server) : PackageSenderTests(server.NewHome());

/// <summary>From the outbox to a far side that is away, slow, picky or forgetful.</summary>
public abstract class PackageSenderTests(LedgerHome home) : IAsyncDisposable
{
    private const int Packages = 10_000;

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private readonly Office _office = DeliveryOffice.Open(home);
    private readonly FarSide _farSide = new();

    public async ValueTask DisposeAsync()
    {
        await _farSide.DisposeAsync();
        _office.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task ThousandsOfPackagesWaitForAnHourAndThenGoInTheirOrder()
    {
        var begun = _office.Clock.Now;
        _farSide.Instead = _ => _office.Clock.Now < begun.AddHours(1) ? new DeliveryOutcome(DeliveryOutcomeKind.TryLater, "no connection.") : null;
        Queue(Packages);
        var sender = Sender();
        var away = 0;
        while (_office.Clock.Now < begun.AddHours(1))
        {
            var result = await sender.Drain(Token);
            Assert.Equal((0, 1), (result.Delivered, result.Failed));
            Assert.InRange(result.ComeBackAt!.Value, _office.Clock.Now.AddSeconds(1), _office.Clock.Now.AddMinutes(10));
            _office.Clock.Now = result.ComeBackAt.Value;
            away++;
        }

        Assert.Equal(new DeliveryFigures("regulator", Packages, begun, 0, away, 0), Assert.Single(Desk.Figures()));
        var (seen, mostAlive) = (new List<WeakReference>(), 0);
        _farSide.Instead = package =>
        {
            seen.Add(new WeakReference(package));
            if (seen.Count % (Packages / 4) == 0)
            {
                GC.Collect();
                mostAlive = Math.Max(mostAlive, seen.Count(reference => reference.IsAlive));
            }

            return null;
        };

        var drained = await sender.Drain(Token);

        Assert.Equal((Packages, 0, null), (drained.Delivered, drained.Failed, drained.ComeBackAt));
        Assert.Equal(Enumerable.Range(1, Packages).Select(number => (long)number), _farSide.Taken);
        Assert.Equal(0, _farSide.Repeats);
        Assert.Equal(new DeliveryFigures("regulator", 0, null, 0, away + Packages, Packages), Assert.Single(Desk.Figures()));
        Assert.InRange(away, 8, 60);

        // One is on its way, and the one before it may still lie in a register.
        Assert.InRange(mostAlive, 1, 4);
    }

    [Fact]
    public async Task ARefusalWaitsForAPersonAndWhatIsBehindItToo()
    {
        Queue(2);
        _farSide.Instead = package => package.Sequence == 1 ? new DeliveryOutcome(DeliveryOutcomeKind.Refused, "401: unknown key.") : null;

        var result = await Sender().Drain(Token);

        Assert.Equal((0, 1, 1L, "401: unknown key."), (result.Delivered, result.Failed, result.Blocking!.Sequence, Desk.Find(1).Problem!));
        _farSide.Instead = _ => null;
        Assert.Equal(1, (await Sender().Drain(Token)).Blocking!.Sequence);
        Desk.Retry(1);
        Assert.Equal(2, (await Sender().Drain(Token)).Delivered);
        Assert.Equal([1L, 2], _farSide.Taken);
    }

    [Fact]
    public async Task NothingGoesOutsideTheHoursOfTheRecipient()
    {
        // The clock stands on Friday 16:17.
        Queue(1);
        var sender = Sender(DeliveryWindows.Parse("mon-fri 09:00-16:00", TimeSpan.FromHours(8))!);

        var result = await sender.Drain(Token);

        Assert.Equal(new DateTimeOffset(2022, 4, 11, 9, 0, 0, TimeSpan.FromHours(8)), result.ComeBackAt);
        Assert.Equal(0, _farSide.Asked);
        _office.Clock.Now = result.ComeBackAt!.Value;
        Assert.Equal(1, (await sender.Drain(Token)).Delivered);
    }

    [Fact]
    public async Task TheFarSideSaysWhenToComeBack()
    {
        Queue(1);
        _farSide.Instead = _ => new DeliveryOutcome(DeliveryOutcomeKind.TryLater, "503.") { RetryAfter = TimeSpan.FromHours(2) };

        Assert.Equal(_office.Clock.Now.AddHours(2), (await Sender().Drain(Token)).ComeBackAt);
    }

    [Fact]
    public async Task MissingNumbersAreSentAgainFirst()
    {
        Queue(3);
        var isForgetful = true;
        _farSide.Instead = package =>
        {
            if (package.Sequence < 3 || !isForgetful)
            {
                return null;
            }

            isForgetful = false;
            return new DeliveryOutcome(DeliveryOutcomeKind.EarlierMissing, "14.") { Missing = [2] };
        };

        var result = await Sender().Drain(Token);

        Assert.Equal((4, 1), (result.Delivered, result.Failed));
        Assert.Equal([1L, 2, 3], _farSide.Taken);
        Assert.Equal(1, _farSide.Repeats);
    }

    [Fact]
    public async Task AnAttemptThatWasCutOffIsMadeAgainAndTheFarSideDropsTheRepeat()
    {
        Queue(1);
        using var stop = new CancellationTokenSource();
        _farSide.Instead = package =>
        {
            _farSide.Take(package);
            stop.Cancel();
            stop.Token.ThrowIfCancellationRequested();
            return null;
        };
        await Assert.ThrowsAsync<OperationCanceledException>(() => Sender().Drain(stop.Token));
        _farSide.Instead = _ => null;

        Assert.Equal(1, (await Sender().Drain(Token)).Delivered);

        Assert.Equal((1L, 1), (Assert.Single(_farSide.Taken), _farSide.Repeats));
        Assert.Equal([null, "Delivered"], Desk.Attempts(1).Select(attempt => attempt.Outcome));
    }

    [Fact]
    public async Task AnotherSenderStaysAway()
    {
        Queue(1);
        _farSide.Instead = package =>
        {
            Assert.True(Sender(holder: "two").Drain(Token).Result.IsHeld);
            return null;
        };

        Assert.Equal(1, (await Sender().Drain(Token)).Delivered);
        Assert.Equal(1, _farSide.Asked);
    }

    [Fact]
    public async Task ReceiptsComeIntoTheLedgerOnce()
    {
        Queue(2);
        _farSide.Instead = package => new DeliveryOutcome(DeliveryOutcomeKind.Delivered, "200.") { Receipt = new DeliveryReceipt(package.Id, true, "受理号 1", "body") };
        var sender = Sender();
        await sender.Drain(Token);
        _farSide.Told.Add(new DeliveryReceipt(Desk.Find(2).Id, false, "格式错误", "2.json"));

        Assert.Equal("格式错误", Assert.Single(await sender.PickUp(Token)).Text);
        Assert.Empty(await sender.PickUp(Token));

        Assert.Equal(2, _farSide.Kept);
        Assert.Equal([(1L, true), (2L, true), (2L, false)], Desk.Receipts().OrderBy(receipt => receipt.Delivery).ThenByDescending(receipt => receipt.IsAccepted).Select(receipt => (receipt.Delivery!.Value, receipt.IsAccepted)));
    }

    private DeliveryDesk Desk => new(_office.DeskOf("sender"));

    private void Queue(int packages)
    {
        for (var number = 1; number <= packages; number++)
        {
            DeliveryOffice.Queue(_office, DeliveryOffice.Request($"{number}"));
        }
    }

    private PackageSender Sender(DeliveryWindows? windows = null, string holder = "one") => new(
        _office.DeskOf("sender"),
        new Destination("regulator", "memory", _farSide)
        {
            Recipient = DeliveryOffice.Recipient,
            TakesMasked = true,
            Windows = windows ?? DeliveryWindows.Always,
            MostAttempts = 100,
            FirstWait = TimeSpan.FromSeconds(30),
            LongestWait = TimeSpan.FromMinutes(10),
            Kept = TimeSpan.FromDays(92),
        },
        holder,
        _ => false);
}
