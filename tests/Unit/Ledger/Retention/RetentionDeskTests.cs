using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Audit;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Retention;
using MinerFlow.Ledger.Subjects;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;
using MinerFlow.Traffic;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Ledger.Retention;

public sealed class RetentionDeskOnSqliteTests() : RetentionDeskTests(new SqliteHome());

public sealed class RetentionDeskOnPostgreSqlTests(PostgreSqlServer server) : RetentionDeskTests(server.NewHome());

/// <summary>T25: only what has expired goes, by two persons, with its keys, and a tombstone stays.</summary>
public abstract class RetentionDeskTests : IDisposable
{
    private readonly Office _office;
    private readonly TempFolder _folder = new();

    /// <summary>Two entries: of one a case is opened, of the other only a doubt remains.</summary>
    protected RetentionDeskTests(LedgerHome home)
    {
        _office = new Office(home);
        using var sightings = SightingLedger.Open(home.Place).WithNames(_office.Vault);
        var now = _office.Clock.Now;
        var longAgo = PacketTime.From(now.AddDays(-184));
        sightings.Write(SyntheticSightings.Make(3).Select(sighting => sighting with { WindowStart = longAgo, FirstSeen = longAgo, LastSeen = longAgo }));
        new TaskStore(_office.DeskOf("entry")).Accept(Lists.Batch("a.xlsx", now, Lists.Row(1, "203.0.113.9"), Lists.Row(2, "203.0.113.10") with { LeadKind = LeadKind.Dns }), Lists.Original("a"));
        var verification = new VerificationDesk(_office.DeskOf("verifier"), new LabelRules());
        verification.Propose(1, new FakeResolver().With("203.0.113.9", FakeResolver.Unique("yc1", null)).With("203.0.113.10", FakeResolver.Unique("yc2", null)));
        verification.Verify([1, 2], null, "");
        new VerificationDesk(_office.DeskOf("reviewer"), new LabelRules()).Review([1, 2], isConfirmed: true, "");
    }

    public void Dispose()
    {
        _office.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void WhatHasExpiredGoesByTwoPersonsAndItsKeyWithIt()
    {
        Assert.Equal([RetentionClass.Sighting], Desk("privacy").DryRun().Select(items => items.Class));
        _office.Clock.Now += TimeSpan.FromDays(31);
        Assert.Equal(["subject:2"], Unconfirmed(Desk("privacy").DryRun()));
        Assert.Equal(RefusalKind.NotYourDuty, Refused(() => Desk("verifier").Plan()).Kind);
        var id = Desk("privacy").Plan()!.Value;
        Assert.Equal(RefusalKind.SamePerson, Refused(() => Desk("privacy").Approve(id)).Kind);
        Assert.False(_office.Vault.IsShredded("subject:2"));

        var done = Desk("privacy2").Approve(id);

        Assert.Equal(["subject:2"], Unconfirmed(done));
        Assert.True(_office.Vault.IsShredded("subject:2"));
        Assert.False(_office.Vault.IsShredded("subject:1"));
        var verification = new VerificationDesk(_office.DeskOf("verifier"), new LabelRules());
        Assert.Equal(RefusalKind.Shredded, Refused(() => verification.Content(2)).Kind);
        Assert.NotNull(verification.Content(1));
        Assert.Empty(Desk("privacy").DryRun());
        Assert.Equal(RefusalKind.WrongState, Refused(() => Desk("privacy2").Approve(id)).Kind);
        using var sightings = SightingLedger.OpenToRead(_office.Place);
        Assert.Equal(0, sightings.Count());
        Assert.True(_office.Vault.IsShredded("sighting:2021-10-06"));

        var tombstones = new AuditChain(_office.Database).Of(RetentionDesk.NameOf(id)).Where(record => record.Action == "purge.tombstone").ToList();
        Assert.Equal(2, tombstones.Count);
        Assert.Contains("\"count\":\"3\"", tombstones[1].Detail, StringComparison.Ordinal);
        Assert.Null(AuditCheck.Run(null, new AuditChain(_office.Database).Records(), [], key: null).Break);
    }

    [Fact]
    public void TheSamePersonComingBackIsANewSubject()
    {
        _office.Clock.Now += TimeSpan.FromDays(31);
        Desk("privacy2").Approve(Desk("privacy").Plan()!.Value);

        var id = new CaseDesk(_office.DeskOf("entry")).Report(new SubjectIdentity("yc2", null), PacketTime.From(_office.Clock.Now), null, "tip");

        Assert.Equal(3, new CaseDesk(_office.DeskOf("entry")).Read(id).Subject);
    }

    [Fact]
    public void AnOpenCaseAndAHoldKeepWhatIsTheirs()
    {
        _office.Clock.Now += TimeSpan.FromDays(4_000);
        Assert.DoesNotContain(Desk("privacy").DryRun(), items => items.Class is RetentionClass.Cleared or RetentionClass.Batch);

        var now = PacketTime.From(_office.Clock.Now);
        new Coverage(_office.DeskOf("network")).Record("s1", now, PacketTime.From(_office.Clock.Now.AddDays(7)));
        new CaseDesk(_office.DeskOf("verifier")).Act(1, CaseMeasure.Notice, "x");
        new CaseDesk(_office.DeskOf("verifier")).Observe(1, 7, ["s1"], "x");
        _office.Clock.Now += TimeSpan.FromDays(7);
        new CaseDesk(_office.DeskOf("reviewer")).Clear(1, "x");
        Assert.Equal(["batch:1"], Desk("privacy").DryRun().Single(items => items.Class == RetentionClass.Batch).Items);
        _office.Clock.Now += TimeSpan.FromDays(731);
        Assert.Equal(["subject:1"], Desk("privacy").DryRun().Single(items => items.Class == RetentionClass.Cleared).Items);

        var id = Desk("privacy").Plan()!.Value;
        new CaseDesk(_office.DeskOf("privacy")).Hold(1, isHeld: true, "an appeal");
        Assert.DoesNotContain(Desk("privacy2").Approve(id), items => items.Class is RetentionClass.Cleared or RetentionClass.Batch);
        Assert.False(_office.Vault.IsShredded("subject:1"));

        new CaseDesk(_office.DeskOf("privacy")).Hold(1, isHeld: false, "the appeal is over");
        Desk("privacy2").Approve(Desk("privacy").Plan()!.Value);
        Assert.True(_office.Vault.IsShredded("subject:1"));
        Assert.True(_office.Vault.IsShredded("batch:1"));
        Assert.Null(new TaskStore(_office.DeskOf("entry")).Original(1));
        Assert.All(new CaseDesk(_office.DeskOf("verifier")).Steps(1), step => Assert.Null(step.Reason));
    }

    [Fact]
    public void NobodyKeepsShorterThanTheLawAsks()
    {
        var problems = new List<Problem>();
        var rules = RetentionRules.Load(_folder.Write("retention.csv", "class,days\nSighting,30\nUnconfirmed,10\nEverything,1\nCleared,x\n"), problems);

        Assert.Equal([2, 4, 5], problems.Select(problem => problem.Line));
        Assert.Equal((183, 10, 730), (rules.DaysOf(RetentionClass.Sighting), rules.DaysOf(RetentionClass.Unconfirmed), rules.DaysOf(RetentionClass.Cleared)));
        var shipped = new List<Problem>();
        RetentionRules.Load(Repository.PathOf("rules", "retention.csv"), shipped);
        LabelRules.Load(Repository.PathOf("rules", "labels.csv"), shipped);
        Assert.Empty(shipped);
    }

    private static IReadOnlyList<string> Unconfirmed(IReadOnlyList<PurgeItems> items) => items.Single(one => one.Class == RetentionClass.Unconfirmed).Items;

    private static RefusedException Refused(Action step) => Assert.Throws<RefusedException>(step);

    private RetentionDesk Desk(string name) => new(_office.DeskOf(name), new RetentionRules());
}
