using System.Text;
using MinerFlow.Ledger.Audit;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Releases;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;
using Xunit;

namespace MinerFlow.Unit.Ledger.Releases;

public sealed class ReleaseDeskOnSqliteTests() : ReleaseDeskTests(new SqliteHome());

public sealed class ReleaseDeskOnPostgreSqlTests(PostgreSqlServer server) : ReleaseDeskTests(server.NewHome());

/// <summary>What leaves the house in clear, and who is told when it was wrong.</summary>
public abstract class ReleaseDeskTests : IDisposable
{
    private readonly Office _office;

    protected ReleaseDeskTests(LedgerHome home)
    {
        _office = new Office(home);
        new TaskStore(_office.DeskOf("entry")).Accept(Lists.Batch("a.xlsx", _office.Clock.Now, Lists.Row(1, "203.0.113.9")), default);
        new VerificationDesk(_office.DeskOf("both"), new LabelRules()).Propose(1, new FakeResolver().With("203.0.113.9", FakeResolver.Unique("yc1", null)));
    }

    public void Dispose()
    {
        _office.Dispose();
        GC.SuppressFinalize(this);
    }

    // T22
    [Fact]
    public void WhoeverVerifiedDoesNotSendAndAMaskedCopyNeedsNoRelease()
    {
        Assert.Equal(RefusalKind.SilentRows, Refused(() => Desk("sender").RequireLeave(1, release: null)).Kind);
        Reviewed();
        Assert.Null(Desk("both").RequireLeave(1, release: null));
        var id = Ask("both");
        Desk("privacy").Approve(id);

        Assert.Equal(RefusalKind.SamePerson, Refused(() => Desk("both").RequireLeave(1, id)).Kind);
        Assert.Equal(RefusalKind.NotYourDuty, Refused(() => Desk("verifier").RequireLeave(1, id)).Kind);
        Assert.Equal("发展改革委", Desk("sender").RequireLeave(1, id)!.Recipient);
    }

    [Fact]
    public void AReleaseHoldsFromTheSecondPersonToItsEnd()
    {
        Reviewed();
        var id = Ask("sender");
        Assert.Equal(RefusalKind.NoRelease, Refused(() => Desk("sender").RequireLeave(1, id)).Kind);
        Assert.Equal(RefusalKind.NotYourDuty, Refused(() => Desk("sender").Approve(id)).Kind);
        Desk("privacy").Approve(id);
        Assert.Equal(RefusalKind.NoRelease, Refused(() => Desk("privacy2").Approve(id)).Kind);
        Assert.NotNull(Desk("sender").RequireLeave(1, id));

        _office.Clock.Now += TimeSpan.FromDays(2);
        Assert.Equal(RefusalKind.NoRelease, Refused(() => Desk("sender").RequireLeave(1, id)).Kind);
        var second = Ask("sender");
        Desk("privacy").Approve(second);
        Desk("privacy2").Withdraw(second, "not needed any more");
        Assert.Equal(RefusalKind.NoRelease, Refused(() => Desk("sender").RequireLeave(1, second)).Kind);
        Assert.Equal(("privacy", true), (Desk("auditor").Releases(1)[1].ApprovedBy, Desk("auditor").Releases(1)[1].WithdrawnAt is not null));
        Assert.Equal(RefusalKind.NoReason, Refused(() => Desk("sender").Ask(1, " ", "ground", "x", _office.Clock.Now.AddDays(1))).Kind);
    }

    // T24
    [Fact]
    public void ACorrectionReachesEverybodyWhoGotTheList()
    {
        Reviewed();
        var release = Ask("sender");
        Desk("privacy").Approve(release);
        Desk("sender").Disclosed(1, release, "发展改革委", "附件2.xlsx", "aa");
        Desk("sender").Disclosed(1, null, "网信办", "附件2.csv", "bb");
        var corrections = new CorrectionDesk(_office.DeskOf("both"));
        var id = corrections.Ask(1, Judgement.FalsePositive, "the address had changed hands");

        Assert.Equal(RefusalKind.SamePerson, Refused(() => corrections.Approve(id)).Kind);
        var notices = new CorrectionDesk(_office.DeskOf("reviewer")).Approve(id);

        Assert.Equal(["发展改革委", "网信办"], notices.Select(notice => notice.Disclosure.Recipient));
        Assert.All(notices, notice => Assert.Equal((1, Judgement.FalsePositive, (DateTimeOffset?)null), (notice.Entry, notice.Judgement, notice.SentAt)));
        Assert.All(notices, notice => Assert.Equal("the address had changed hands", notice.Reason));
        Assert.Equal([(id, Judgement.ActiveMining, "the address had changed hands", "reviewer")], corrections.All().Select(correction => (correction.Id, correction.Before, correction.Reason, correction.DecidedBy!)));
        Assert.Equal(Judgement.FalsePositive, new VerificationDesk(_office.DeskOf("both"), new LabelRules()).Records(1)[0].Judgement);
        var sender = new CorrectionDesk(_office.DeskOf("sender"));
        sender.Sent(id, notices[0].Disclosure.Id);
        Assert.Equal("网信办", Assert.Single(sender.Due()).Disclosure.Recipient);
        Assert.Equal(RefusalKind.Unknown, Refused(() => sender.Sent(id, notices[0].Disclosure.Id)).Kind);
        Assert.Equal(RefusalKind.WrongState, Refused(() => new CorrectionDesk(_office.DeskOf("reviewer")).Approve(id)).Kind);
    }

    [Fact]
    public void ACorrectionIsRefusedByASecondPersonWithAReasonAndNobodyIsTold()
    {
        Reviewed();
        Desk("sender").Disclosed(1, null, "网信办", "附件2.csv", "bb");
        var asker = new CorrectionDesk(_office.DeskOf("both"));
        var reviewer = new CorrectionDesk(_office.DeskOf("reviewer"));
        var id = asker.Ask(1, Judgement.FalsePositive, "the subscriber says so");

        Assert.Equal(RefusalKind.NoReason, Refused(() => reviewer.Refuse(id, " ")).Kind);
        Assert.Equal(RefusalKind.SamePerson, Refused(() => asker.Refuse(id, "x")).Kind);
        Assert.Equal(RefusalKind.NotYourDuty, Refused(() => new CorrectionDesk(_office.DeskOf("verifier")).Refuse(id, "x")).Kind);
        Assert.Equal(RefusalKind.Unknown, Refused(() => reviewer.Refuse(id + 1, "x")).Kind);
        Assert.Equal(CorrectionState.Waiting, Assert.Single(asker.All()).State);
        reviewer.Refuse(id, "the session log names the line without a gap");

        var correction = Assert.Single(asker.All());
        Assert.Equal((CorrectionState.Refused, "reviewer", "the session log names the line without a gap"), (correction.State, correction.DecidedBy, correction.Refusal));
        Assert.Equal((Judgement.ActiveMining, Judgement.FalsePositive), (correction.Before, correction.Judgement));
        Assert.Equal(Judgement.ActiveMining, new VerificationDesk(_office.DeskOf("both"), new LabelRules()).Records(1)[0].Judgement);
        Assert.Empty(reviewer.Due());
        Assert.Equal(["Refused", nameof(CorrectionDesk.Approve)], Refused(() => reviewer.Approve(id)).Values);
        Assert.Equal(["correction.ask", "correction.refuse"], new AuditChain(_office.Database).Of(CorrectionDesk.NameOf(id)).Select(record => record.Action));
        Assert.DoesNotContain("session log", Encoding.UTF8.GetString(_office.EveryByte()), StringComparison.Ordinal);

        // What was refused may be asked again, with a better reason.
        reviewer.Approve(asker.Ask(1, Judgement.FalsePositive, "the line was moved that day"));
        Assert.Equal([CorrectionState.Refused, CorrectionState.Approved], asker.All().Select(asked => asked.State));
        Assert.Equal("网信办", Assert.Single(reviewer.Due()).Disclosure.Recipient);
    }

    private void Reviewed()
    {
        new VerificationDesk(_office.DeskOf("both"), new LabelRules()).Verify([1], null, "");
        new VerificationDesk(_office.DeskOf("reviewer"), new LabelRules()).Review([1], isConfirmed: true, "");
    }

    private long Ask(string name) => Desk(name).Ask(1, "answer to the list", "示例依据", "发展改革委", _office.Clock.Now.AddDays(1));

    private ReleaseDesk Desk(string name) => new(_office.DeskOf(name));

    private static RefusedException Refused(Action step) => Assert.Throws<RefusedException>(step);
}
