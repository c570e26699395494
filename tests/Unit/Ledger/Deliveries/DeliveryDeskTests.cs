using MinerFlow.Ledger.Audit;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Releases;
using MinerFlow.Ledger.Verification;
using Xunit;
using static MinerFlow.Unit.Ledger.Deliveries.DeliveryOffice;

namespace MinerFlow.Unit.Ledger.Deliveries;

public sealed class DeliveryDeskOnSqliteTests() : DeliveryDeskTests(new SqliteHome());

public sealed class DeliveryDeskOnPostgreSqlTests(PostgreSqlServer server) : DeliveryDeskTests(server.NewHome());

/// <summary>What may be queued, and what people say of it afterwards.</summary>
public abstract class DeliveryDeskTests(LedgerHome home) : IDisposable
{
    private readonly Office _office = Open(home);

    public void Dispose()
    {
        _office.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void NothingIsQueuedWithoutTheLeaveOfASecondPerson()
    {
        Assert.Equal(RefusalKind.NoRelease, Refused(() => Queue(_office, Request("附件2.xlsx", mayGoWithoutRelease: false))).Kind);
        var asked = new ReleaseDesk(_office.DeskOf("sender")).Ask(1, "answer", "示例依据", Recipient, _office.Clock.Now.AddDays(2));
        Assert.Equal(RefusalKind.NoRelease, Refused(() => Queue(_office, Request("附件2.xlsx", asked))).Kind);
        new ReleaseDesk(_office.DeskOf("privacy")).Approve(asked);
        Assert.Equal(RefusalKind.NotYourDuty, Refused(() => new DeliveryDesk(_office.DeskOf("verifier")).Queue(Request("附件2.xlsx", asked), _ => new DeliverySeal(default, null))).Kind);
        Assert.Empty(Desk.List(null, isOpen: false));

        var queued = Queue(_office, Request("附件2.xlsx", asked, mayGoWithoutRelease: false));

        Assert.Equal((1L, DeliveryState.Waiting, asked), (queued.Sequence, queued.State, queued.Release!.Value));
        Assert.False(queued.IsMasked);
    }

    [Fact]
    public void AReleaseForOneRecipientOpensNoWayToAnother()
    {
        var release = Release(_office, "市网信办");

        var refused = Refused(() => Queue(_office, Request("附件2.xlsx", release)));

        Assert.Equal(RefusalKind.OtherRecipient, refused.Kind);
        Assert.Equal(["市网信办", Recipient], refused.Values);
        Assert.Empty(new ReleaseDesk(_office.DeskOf("sender")).Disclosures(1));
    }

    [Fact]
    public void APackageItsDisclosuresAndItsAuditRecordsAreOneStep()
    {
        var release = Release(_office);
        Assert.Throws<InvalidOperationException>(() => new DeliveryDesk(_office.DeskOf("sender")).Queue(Request("附件2.xlsx", release), _ => throw new InvalidOperationException()));
        Assert.Empty(new ReleaseDesk(_office.DeskOf("sender")).Disclosures(1));

        var queued = Queue(_office, Request("附件2.xlsx", release));

        var disclosure = Assert.Single(new ReleaseDesk(_office.DeskOf("sender")).Disclosures(1));
        Assert.Equal(("附件2.xlsx", Recipient, release), (disclosure.Document, disclosure.Recipient, disclosure.Release!.Value));
        Assert.Equal(["delivery.queue"], new AuditChain(_office.Database).Of($"delivery:{queued.Number}").Select(record => record.Action));
        Assert.Equal(1, queued.Sequence);
    }

    [Fact]
    public void DocumentsAreSealedInTheLedger()
    {
        Queue(_office, Request("附件2.xlsx", Release(_office)));

        Assert.Equal(-1, _office.EveryByte().AsSpan().IndexOf("content of"u8));
    }

    [Fact]
    public void NumbersHaveNoGapAndTheSameDocumentsAreQueuedOnce()
    {
        var first = Queue(_office, Request("a"));
        Assert.Throws<InvalidOperationException>(() => Desk.Queue(Request("b"), _ => throw new InvalidOperationException()));
        var second = Queue(_office, Request("b"));
        var other = Queue(_office, Request("a", destination: "archive"));

        Assert.Equal((1L, 2L, 1L), (first.Sequence, second.Sequence, other.Sequence));
        Assert.Equal(first, Queue(_office, Request("a")));
        Assert.Equal(3, Desk.List(null, isOpen: true).Count);

        Desk.GiveUp(first.Number, "recipient asked for another form");
        Assert.Equal(3, Queue(_office, Request("a")).Sequence);
    }

    [Fact]
    public void AWithdrawnReleaseStopsWhatWaitsUnderIt()
    {
        var release = Release(_office);
        var under = Queue(_office, Request("clear", release));
        var masked = Queue(_office, Request("masked"));

        new ReleaseDesk(_office.DeskOf("privacy2")).Withdraw(release, "wrong recipient");

        Assert.Equal((DeliveryState.Stopped, "its release was withdrawn."), (Desk.Find(under.Number).State, Desk.Find(under.Number).Problem));
        Assert.Equal(DeliveryState.Waiting, Desk.Find(masked.Number).State);
        Assert.Equal(["delivery.queue", "delivery.stop"], new AuditChain(_office.Database).Of($"delivery:{under.Number}").Select(record => record.Action));
        Assert.Equal(RefusalKind.WrongState, Refused(() => Desk.Retry(under.Number)).Kind);
        Assert.Equal(RefusalKind.WrongState, Refused(() => Desk.GiveUp(under.Number, "x")).Kind);
    }

    [Fact]
    public void WhatAPersonDecidesNeedsAReasonAndStandsInTheChain()
    {
        var queued = Queue(_office, Request("a"));
        Assert.Equal(RefusalKind.NoReason, Refused(() => Desk.GiveUp(queued.Number, " ")).Kind);
        Assert.Equal(RefusalKind.NotYourDuty, Refused(() => new DeliveryDesk(_office.DeskOf("verifier")).Retry(queued.Number)).Kind);
        Assert.Equal(RefusalKind.Unknown, Refused(() => Desk.Retry(99)).Kind);

        Desk.Retry(queued.Number);
        Desk.GiveUp(queued.Number, "not needed");

        Assert.Equal((DeliveryState.GivenUp, "not needed"), (Desk.Find(queued.Number).State, Desk.Find(queued.Number).Problem));
        Assert.Equal(["delivery.queue", "delivery.retry", "delivery.give-up"], new AuditChain(_office.Database).Of($"delivery:{queued.Number}").Select(record => record.Action));
        Assert.Empty(Desk.List("regulator", isOpen: true));
        Assert.Single(Desk.List("regulator", isOpen: false));
        Assert.Empty(Desk.List("archive", isOpen: false));
    }

    // T24
    [Fact]
    public void ALetterThatArrivedIsACorrectionThatWasTold()
    {
        Queue(_office, Request("附件2.xlsx"));
        var correction = new CorrectionDesk(_office.DeskOf("verifier")).Ask(1, Judgement.FalsePositive, "the address had changed hands");
        new CorrectionDesk(_office.DeskOf("reviewer")).Approve(correction);
        var sender = new CorrectionDesk(_office.DeskOf("sender"));
        Assert.Equal(Recipient, Assert.Single(sender.Due()).Disclosure.Recipient);
        var letter = Queue(_office, Request("更正通知.docx") with { Correction = correction });
        Assert.Single(sender.Due());

        var line = Line("one");
        line.Delivered(line.Next().Delivery!, "the answer");
        Assert.Single(sender.Due());
        line.Delivered(line.Next().Delivery!, "the letter");

        Assert.Equal(DeliveryState.Delivered, Desk.Find(letter.Number).State);
        Assert.Empty(sender.Due());
    }

    private DeliveryDesk Desk => new(_office.DeskOf("sender"));

    private DeliveryLine Line(string holder) => new(_office.DeskOf("sender"), "regulator", holder, new DeliveryLimits { MostAttempts = 3 });

    private static RefusedException Refused(Action step) => Assert.Throws<RefusedException>(step);
}
