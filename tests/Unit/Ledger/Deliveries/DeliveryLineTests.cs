using System.Text;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Ledger.People;
using Xunit;
using static MinerFlow.Unit.Ledger.Deliveries.DeliveryOffice;

namespace MinerFlow.Unit.Ledger.Deliveries;

public sealed class DeliveryLineOnSqliteTests() : DeliveryLineTests(new SqliteHome());

public sealed class DeliveryLineOnPostgreSqlTests(PostgreSqlServer server) : DeliveryLineTests(server.NewHome());

/// <summary>Packages of a destination, as its sender takes them.</summary>
public abstract class DeliveryLineTests(LedgerHome home) : IDisposable
{
    private const int MostAttempts = 3;
    private readonly Office _office = Open(home);

    public void Dispose()
    {
        _office.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void PackagesGoInTheirOrderWithTheSameBytesOnEveryAttempt()
    {
        var (first, second) = (Queue(_office, Request("a")), Queue(_office, Request("b")));
        var line = Line("one");

        var turn = line.Next();
        Assert.Equal((DeliveryTurnKind.Send, first.Id), (turn.Kind, turn.Delivery!.Id));
        Assert.Equal("content of a", Encoding.UTF8.GetString(Assert.Single(turn.Documents).Content.Span));
        line.TryLater(turn.Delivery, "no connection.", Now + Minutes(1));
        Assert.Equal((DeliveryTurnKind.Wait, Now + Minutes(1)), (line.Next().Kind, line.Next().At));
        _office.Clock.Now += Minutes(1);
        var again = line.Next();
        Assert.Equal(turn.Seal!.Manifest.ToArray(), again.Seal!.Manifest.ToArray());
        Assert.Equal((first.Id, 2L), (again.Delivery!.Id, again.Delivery.Attempts));
        line.Delivered(again.Delivery, "200");

        Assert.Equal(second.Id, line.Next().Delivery!.Id);
        Assert.Equal([("TryLater", "no connection."), ("Delivered", "200")], Desk.Attempts(first.Number).Select(attempt => (attempt.Outcome!, attempt.Detail!)));
        Assert.Null(Assert.Single(Desk.Attempts(second.Number)).Outcome);
        Assert.Equal(new DeliveryFigures("regulator", 1, second.MadeAt, 0, 3, 1), Assert.Single(Desk.Figures()) with { OldestMadeAt = second.MadeAt });
    }

    [Fact]
    public void AfterTheLastAttemptAPersonIsNeededAndNothingOvertakes()
    {
        var first = Queue(_office, Request("a"));
        Queue(_office, Request("b"));
        var line = Line("one");
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            line.TryLater(line.Next().Delivery!, "no connection.", Now);
        }

        Assert.Equal((DeliveryTurnKind.Blocked, first.Number), (line.Next().Kind, line.Next().Delivery!.Number));
        Assert.Equal("3 attempts failed, the last: no connection.", Desk.Find(first.Number).Problem);
        Assert.Equal(1, Desk.Figures()[0].Dead);
        Desk.Retry(first.Number);
        Assert.Equal((first.Number, 1L), (line.Next().Delivery!.Number, Desk.Find(first.Number).Attempts));
        line.Refused(first, "403: unknown key.");
        Assert.Equal(DeliveryTurnKind.Blocked, line.Next().Kind);
        Desk.GiveUp(first.Number, "sent by letter");
        Assert.Equal(2, line.Next().Delivery!.Sequence);
    }

    [Fact]
    public void WhoHangsUpEachTimeIsNotTriedAsOftenAsWhoIsAway()
    {
        var queued = Queue(_office, Request("a"));
        var line = new DeliveryLine(_office.DeskOf("sender"), "regulator", "one", new DeliveryLimits { MostAttempts = 100, MostHangUps = 2 });
        line.HungUp(line.Next().Delivery!, "it asked who we are and hung up.", Now);
        line.TryLater(line.Next().Delivery!, "no connection.", Now);
        line.HungUp(line.Next().Delivery!, "it asked who we are and hung up.", Now + Minutes(1));
        Assert.Equal((DeliveryState.Waiting, "it asked who we are and hung up.", Now + Minutes(1)), (Desk.Find(1).State, Desk.Find(1).Problem, Desk.Find(1).NextAttempt));

        _office.Clock.Now += Minutes(1);
        line.HungUp(line.Next().Delivery!, "it asked who we are and hung up.", Now);

        Assert.Equal((DeliveryState.Dead, "the far side hung up 2 times in a row, the last: it asked who we are and hung up."), (Desk.Find(1).State, Desk.Find(1).Problem));
        Desk.Retry(queued.Number);
        line.HungUp(line.Next().Delivery!, "it asked who we are and hung up.", Now);
        Assert.Equal(DeliveryState.Waiting, Desk.Find(1).State);
    }

    [Fact]
    public void AttemptsThatWereCutOffCountToo()
    {
        var queued = Queue(_office, Request("a"));
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            Assert.Equal(DeliveryTurnKind.Send, Line($"crashes {attempt}", isGone: true).Next().Kind);
        }

        Assert.Equal(DeliveryTurnKind.Blocked, Line("one", isGone: true).Next().Kind);
        Assert.Equal(MostAttempts, Desk.Attempts(queued.Number).Count(attempt => attempt.Outcome is null));
    }

    [Fact]
    public void WhatTheFarSideLacksGoesFirst()
    {
        foreach (var name in (string[])["a", "b", "c"])
        {
            Queue(_office, Request(name));
        }

        var line = Line("one");
        line.Delivered(line.Next().Delivery!, "200");
        line.Delivered(line.Next().Delivery!, "200");
        var third = line.Next().Delivery!;
        line.EarlierMissing(third, "14: missing 1, 2.", [2, 1], Now);

        var order = new List<long>();
        while (line.Next() is { Kind: DeliveryTurnKind.Send } turn)
        {
            order.Add(turn.Delivery!.Sequence);
            line.Delivered(turn.Delivery, "200");
        }

        Assert.Equal([1L, 2, 3], order);
        Assert.Equal(5, Desk.Figures()[0].Delivered);
    }

    [Fact]
    public void WhoMissesTheNumberOfAPackageThatWillNotComeGetsWordOfIt()
    {
        var (first, second) = (Queue(_office, Request("a")), Queue(_office, Request("b")));
        Desk.GiveUp(first.Number, "sent by letter");
        var line = Line("one");
        line.EarlierMissing(line.Next().Delivery!, "409: missing 1.", [1], Now);

        var word = line.Next();
        Assert.Equal((true, first.Number, $"{first.Id}-withdrawn 1"), (word.IsWithdrawal, word.Delivery!.Number, Encoding.UTF8.GetString(word.Seal!.Manifest.Span)));
        Assert.Empty(word.Documents);
        line.TryLater(word.Delivery, "no connection.", Now + Minutes(1));
        Assert.Equal((DeliveryTurnKind.Wait, Now + Minutes(1)), (line.Next().Kind, line.Next().At));
        _office.Clock.Now += Minutes(1);
        line.Delivered(line.Next().Delivery!, "201");

        var told = Desk.Find(first.Number);
        Assert.Equal((DeliveryState.GivenUp, "sent by letter", WithdrawalState.Told), (told.State, told.Problem, told.Withdrawal));
        Assert.Equal((second.Number, false), (line.Next().Delivery!.Number, line.Next().IsWithdrawal));
        line.Delivered(second, "201");
        Assert.Equal(1, Desk.Figures()[0].Delivered);
        var receipts = new ReceiptBook(_office.DeskOf("sender"), "regulator").Record([($"{first.Id}-withdrawn", "r-1", true, "noted")]);
        Assert.Equal(first.Number, Assert.Single(receipts).Delivery);
    }

    [Fact]
    public void WhoDoesNotTakeTheWordLeavesTheNextToAPerson()
    {
        var (first, second) = (Queue(_office, Request("a")), Queue(_office, Request("b")));
        Desk.GiveUp(first.Number, "sent by letter");
        var line = Line("one");
        line.EarlierMissing(line.Next().Delivery!, "409: missing 1.", [1], Now);
        line.Refused(line.Next().Delivery!, "422: no files.");
        Assert.Equal(WithdrawalState.Refused, Desk.Find(first.Number).Withdrawal);

        line.EarlierMissing(line.Next().Delivery!, "409: missing 1.", [1], Now);

        Assert.Equal((DeliveryTurnKind.Blocked, second.Number), (line.Next().Kind, line.Next().Delivery!.Number));
        Assert.Contains("asks for what cannot go again (1)", Desk.Find(second.Number).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void ANumberThatCannotGoAgainIsTold()
    {
        // As an earlier program queued it.
        var (first, second) = (Queue(_office, Request("a"), canWithdraw: false), Queue(_office, Request("b")));
        Desk.GiveUp(first.Number, "sent by letter");
        var line = Line("one");

        line.EarlierMissing(line.Next().Delivery!, "14: missing 1.", [1], Now);

        Assert.Equal(DeliveryState.Dead, Desk.Find(second.Number).State);
        Assert.Contains("asks for what cannot go again (1)", Desk.Find(second.Number).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void AFarSideThatNeverHasEnoughEndsAtAPerson()
    {
        Queue(_office, Request("a"));
        var second = Queue(_office, Request("b"));
        var line = Line("one");
        var turns = 0;
        while (line.Next() is { Kind: DeliveryTurnKind.Send } turn)
        {
            Assert.InRange(++turns, 1, 20);
            if (turn.Delivery!.Sequence == 1)
            {
                line.Delivered(turn.Delivery, "200");
            }
            else
            {
                line.EarlierMissing(turn.Delivery, "14: missing 1.", [1], Now);
            }
        }

        Assert.Equal(DeliveryState.Dead, Desk.Find(second.Number).State);
    }

    [Fact]
    public void AReleaseThatIsOverStopsWhatWaitsUnderIt()
    {
        var clear = Queue(_office, Request("clear", Release(_office)));
        var masked = Queue(_office, Request("masked"));
        _office.Clock.Now += TimeSpan.FromDays(2);

        var turn = Line("one").Next();

        Assert.Equal((masked.Number, clear.Number), (turn.Delivery!.Number, Assert.Single(turn.Stopped).Number));
        Assert.Equal((DeliveryState.Stopped, "its release is over."), (Desk.Find(clear.Number).State, Desk.Find(clear.Number).Problem));
        Assert.Empty(Desk.Attempts(clear.Number));
    }

    [Fact]
    public void WhatArrivedArrivedWhateverWasDecidedMeanwhile()
    {
        var queued = Queue(_office, Request("a"));
        var line = Line("one");
        var attempt = line.Next().Delivery!;
        Desk.GiveUp(queued.Number, "too late");
        line.TryLater(attempt, "cut.", Now);
        Assert.Equal(DeliveryState.GivenUp, Desk.Find(queued.Number).State);

        line.Delivered(attempt, "200");

        Assert.Equal(DeliveryState.Delivered, Desk.Find(queued.Number).State);
    }

    [Fact]
    public void OneSenderAtATimeHasADestination()
    {
        var queued = Queue(_office, Request("a"));
        var (one, two) = (Line("one"), Line("two"));
        var attempt = one.Next().Delivery!;
        Assert.Equal((DeliveryTurnKind.Held, Now + Minutes(1)), (two.Next().Kind, two.Next().At));
        _office.Clock.Now += Minutes(0.5);
        Assert.True(one.Renew());
        _office.Clock.Now += Minutes(0.75);
        Assert.Equal(DeliveryTurnKind.Held, two.Next().Kind);

        _office.Clock.Now += Minutes(0.25);
        Assert.Equal(queued.Id, two.Next().Delivery!.Id);
        Assert.False(one.Renew());
        one.Refused(attempt, "late word of the first.");
        Assert.Equal(DeliveryState.Waiting, Desk.Find(queued.Number).State);
        two.Leave();
        Desk.Retry(queued.Number);
        Assert.Equal(DeliveryTurnKind.Send, one.Next().Kind);
        Assert.Equal(DeliveryTurnKind.Send, Line("three", isGone: true).Next().Kind);
    }

    [Fact]
    public void ReceiptsAreKeptOnceAndOnlyOfOwnPackages()
    {
        var queued = Queue(_office, Request("a"));
        var elsewhere = Queue(_office, Request("a", destination: "archive"));
        var receipts = new ReceiptBook(_office.DeskOf("sender"), "regulator");
        (string, string, bool, string)[] said = [(queued.Id, "1.json", true, "收讫"), (elsewhere.Id, "2.json", false, "格式错误"), ("nobody's", "3.json", true, "")];

        Assert.Equal(3, receipts.Record(said).Count);
        Assert.Empty(receipts.Record(said));

        Assert.Equal(
            [("1.json", queued.Number, true), ("2.json", null, false), ("3.json", (long?)null, true)],
            Desk.Receipts().OrderBy(receipt => receipt.Source, StringComparer.Ordinal).Select(receipt => (receipt.Source, receipt.Delivery, receipt.IsAccepted)));
        new ReceiptBook(_office.DeskOf("sender"), "new").Record([("x", "y", true, "z")]);
        Assert.Equal(1, Queue(_office, Request("a", destination: "new")).Sequence);
    }

    [Fact]
    public void DocumentsGoWhenTheirTimeIsOverAndTheirDigestsStay()
    {
        var (first, second) = (Queue(_office, Request("a")), Queue(_office, Request("b")));
        var line = Line("one");
        line.Delivered(line.Next().Delivery!, "200");
        _office.Clock.Now += TimeSpan.FromDays(92);

        Assert.Equal(0, line.Forget(Now - TimeSpan.FromDays(92)));
        Assert.Equal(1, line.Forget(Now - TimeSpan.FromDays(91)));

        line.EarlierMissing(line.Next().Delivery!, "14: missing 1.", [1], Now);
        Assert.Equal((DeliveryState.Delivered, DeliveryState.Dead), (Desk.Find(first.Number).State, Desk.Find(second.Number).State));
    }

    [Fact]
    public void WhatIsDeletedWithItsBatchDoesNotGo()
    {
        var (first, second) = (Queue(_office, Request("a")), Queue(_office, Request("b")));
        _office.Vault.Shred("batch:1");

        Assert.Equal(DeliveryTurnKind.Empty, Line("one").Next().Kind);

        Assert.All([first, second], delivery => Assert.Equal(DeliveryState.Stopped, Desk.Find(delivery.Number).State));
        Assert.Equal(RefusalKind.NotYourDuty, Assert.Throws<RefusedException>(() => new DeliveryLine(_office.DeskOf("verifier"), "regulator", "x", new DeliveryLimits { MostAttempts = 1 }).Next()).Kind);
    }

    private DateTimeOffset Now => _office.Clock.Now;

    private DeliveryDesk Desk => new(_office.DeskOf("sender"));

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    private DeliveryLine Line(string holder, bool isGone = false) =>
        new(_office.DeskOf("sender"), "regulator", holder, new DeliveryLimits { MostAttempts = MostAttempts, IsGone = _ => isGone });
}
