using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Feeds;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Subjects;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;
using Xunit;

namespace MinerFlow.Unit.Ledger.Cases;

public sealed class CaseDeskOnSqliteTests() : CaseDeskTests(new SqliteHome());

public sealed class CaseDeskOnPostgreSqlTests(PostgreSqlServer server) : CaseDeskTests(server.NewHome());

/// <summary>Cases go to zero by proof, and come back by subject.</summary>
public abstract class CaseDeskTests(LedgerHome home) : OfficeTests(home)
{
    [Fact]
    public void ATipGoesAllTheWayToZero()
    {
        var id = Desk("entry").Report(new SubjectIdentity("yc1", Household), PacketTime.From(Office.Clock.Now.AddDays(-1)), "140802", "hotline");

        Assert.Equal(RefusalKind.NotYourDuty, Refused(() => Desk("entry").Move(id, CaseState.Verifying, "x")).Kind);
        Desk("both").Move(id, CaseState.Verifying, "looked up");
        Assert.Equal(RefusalKind.WrongState, Refused(() => Desk("both").Move(id, CaseState.Handling, "x")).Kind);
        Assert.Equal(RefusalKind.NoReason, Refused(() => Desk("both").Move(id, CaseState.Reviewing, " ")).Kind);
        Desk("both").Move(id, CaseState.Reviewing, "two miners in the cellar");
        Assert.Equal(RefusalKind.SamePerson, Refused(() => Desk("both").Move(id, CaseState.Handling, "x")).Kind);
        Desk("reviewer").Move(id, CaseState.Handling, "confirmed");
        Desk("verifier").Act(id, CaseMeasure.Interview, "told to stop");
        Desk("verifier").Observe(id, 7, ["s1"], "begun");
        Healthy("s1", 0, 7);
        Office.Clock.Now += TimeSpan.FromDays(7);
        Assert.Equal(RefusalKind.NotYourDuty, Refused(() => Desk("verifier").Clear(id, "x")).Kind);
        Desk("reviewer").Clear(id, "nothing seen");

        var record = Desk("verifier").Read(id);
        Assert.Equal((CaseState.Cleared, CaseMeasure.Interview, Office.Clock.Now.ToUniversalTime()), (record.State, record.Measure, record.ClearedAt));
        var steps = Desk("verifier").Steps(id);
        Assert.Equal(
            [CaseState.Lead, CaseState.Verifying, CaseState.Reviewing, CaseState.Handling, CaseState.AwaitingProof, CaseState.Observing, CaseState.Cleared],
            steps.Select(step => step.To));
        Assert.Equal(("reviewer", Duty.Reviewer, "nothing seen"), (steps[^1].Actor, steps[^1].Duty, steps[^1].Reason));
    }

    // T19
    [Fact]
    public void WithoutAHealthySensorZeroIsNotProven()
    {
        var id = Observed(7, "s1", "cgn01");
        Healthy("s1", 0, 2);
        Healthy("cgn01", 0, 7);
        Assert.Equal(RefusalKind.ObservationNotOver, Refused(() => Desk("reviewer").Clear(id, "early")).Kind);
        Office.Clock.Now += TimeSpan.FromDays(7);

        Assert.Equal(["s1", "120:00:00"], Refused(() => Desk("reviewer").Clear(id, "it was down")).Values);
        Assert.Equal(CaseState.Observing, Desk("reviewer").Read(id).State);

        // The spool of the sensor was found: it was healthy, only its link was away.
        Office.Clock.Now -= TimeSpan.FromDays(7);
        Healthy("s1", 2, 5);
        Healthy("s1", 4, 7);
        Office.Clock.Now += TimeSpan.FromDays(7);
        Desk("reviewer").Clear(id, "complete");
        Assert.Equal(CaseState.Cleared, Desk("reviewer").Read(id).State);
    }

    [Fact]
    public void MiningInTheObservationEndsIt()
    {
        var id = Observed(7, "s1");
        Healthy("s1", 0, 7);
        Sight("yc1", Household, "203.0.113.9", Office.Clock.Now.AddDays(3));
        Office.Clock.Now += TimeSpan.FromDays(7);

        Assert.Equal(RefusalKind.WrongState, Refused(() => Desk("reviewer").Clear(id, "nothing seen")).Kind);

        Assert.Equal(CaseState.Handling, Desk("reviewer").Read(id).State);
    }

    // T18
    [Fact]
    public void TheSamePremisesOverANewAccountAndIPv6AreTheSameSubject()
    {
        var id = Cleared();
        Sight("yc-new", FakeResolver.Household("王示例", "盐湖区示例小区3号楼2单元501室"), "2001:db8:1::7", Office.Clock.Now.AddHours(1));
        Sight("yc-other", FakeResolver.Household("张示例", "盐湖区示例小区3号楼2单元502室"), "203.0.113.10", Office.Clock.Now.AddHours(1));

        Assert.Equal((2, 1), new CaseScan(Office.DeskOf("entry")).Run());
        Assert.Equal((0, 0), new CaseScan(Office.DeskOf("entry")).Run());

        var record = Desk("verifier").Read(id);
        Assert.Equal((CaseState.Relapsed, 1), (record.State, record.Relapses));
        Assert.Single(Desk("verifier").Find(new CaseFilter()));
        Desk("verifier").Move(id, CaseState.Handling, "again");
    }

    // A feed has the number of the case only: what went before there was one goes again with it.
    [Fact]
    public void WhatWasToldBeforeTheCaseWasOpenedComesToFeedsAgainWithItsNumber()
    {
        var dismissed = Dismissed();
        Sight("yc1", Household, "203.0.113.9", Office.Clock.Now.AddHours(-1));
        Sight("yc-other", FakeResolver.Household("张示例", "盐湖区示例小区3号楼2单元502室"), "203.0.113.10", Office.Clock.Now.AddHours(-1));
        new CaseScan(Office.DeskOf("entry")).Run();
        using var feeds = FeedLedger.Open(Office.Place);
        var before = feeds.Read("s1", 0, 100);
        Assert.Equal([null, dismissed], before.Sightings.Select(found => found.Case).Order());

        var opened = Desk("entry").Report(new SubjectIdentity("yc1", Household), Now, null, "tip");

        var again = Assert.Single(feeds.Read("s1", before.UpTo, 100).Sightings);
        Assert.Equal((opened, true, "203.0.113.9"), (again.Case!.Value, again.IsAgain, $"{again.Sighting.Client}"));
    }

    [Fact]
    public void AListThatNamesAClearedSubjectAtAnotherAddressMakesItRelapse()
    {
        var id = Cleared();
        Office.Clock.Now += TimeSpan.FromDays(1);
        var resolver = new FakeResolver().With("2001:db8::7", FakeResolver.Unique("yc-new", Household with { Name = "王示例" }));
        new TaskStore(Office.DeskOf("entry")).Accept(Lists.Batch("b.xlsx", Office.Clock.Now, Lists.Row(1, "2001:db8::7", seen: Office.Clock.Now.AddHours(-1))), default);
        var verification = new VerificationDesk(Office.DeskOf("verifier"), new LabelRules());
        verification.Propose(1, resolver);
        verification.Verify([1], null, "");
        new VerificationDesk(Office.DeskOf("reviewer"), new LabelRules()).Review([1], isConfirmed: true, "");

        Assert.Equal(CaseState.Relapsed, Desk("verifier").Read(id).State);
        Assert.Single(Desk("verifier").Find(new CaseFilter()));
    }

    [Fact]
    public void WhatWasSeenBeforeTheClearingIsNoRelapse()
    {
        var id = Cleared();
        Sight("yc1", Household, "203.0.113.9", Office.Clock.Now.AddDays(-30));

        Assert.Equal((1, 1), new CaseScan(Office.DeskOf("entry")).Run());

        Assert.Equal(CaseState.Cleared, Desk("verifier").Read(id).State);
    }

    [Fact]
    public void OrganisationsInOneBuildingAreNotOne()
    {
        var first = Desk("entry").Report(new SubjectIdentity("a", FakeResolver.Company("甲公司", "91140802MA0000001X")), Now, null, "tip");
        var second = Desk("entry").Report(new SubjectIdentity("b", FakeResolver.Company("乙公司", "91140802MA0000002X")), Now, null, "tip");
        var again = Desk("entry").Report(new SubjectIdentity("c", FakeResolver.Company("甲公司(新名)", "91140802MA0000001X")), Now, null, "tip");

        Assert.NotEqual(first, second);
        Assert.Equal(first, again);
    }

    [Fact]
    public void WhoeverHasRegionsWorksOnTheseOnly()
    {
        var id = Desk("entry").Report(new SubjectIdentity("yc1", Household), Now, "140881", "hotline");
        var desk = new CaseDesk(new LedgerDesk(Office.Database, Office.Vault, new Actor("county", [Duty.Verifier]) { Regions = ["140802"] }, Office.Clock));

        Assert.Equal(RefusalKind.OtherRegion, Refused(() => desk.Move(id, CaseState.Verifying, "x")).Kind);
    }

    [Fact]
    public void CasesAreFoundPageByPage()
    {
        for (var i = 0; i < 5; i++)
        {
            Desk("entry").Report(new SubjectIdentity($"yc{i}", null), Now, i % 2 == 0 ? "140802" : "140881", "tip");
        }

        Desk("verifier").Move(3, CaseState.Verifying, "x");

        Assert.Equal([1L, 2L], Desk("verifier").Find(new CaseFilter { Most = 2 }).Select(record => record.Id));
        Assert.Equal([3L, 4L, 5L], Desk("verifier").Find(new CaseFilter { After = 2 }).Select(record => record.Id));
        Assert.Equal([1L, 3L, 5L], Desk("verifier").Find(new CaseFilter { Region = "140802" }).Select(record => record.Id));
        Assert.Equal([3L, 5L], Desk("verifier").Find(new CaseFilter { Region = "140802", After = 1 }).Select(record => record.Id));
        Assert.Equal([1L, 5L], Desk("verifier").Find(new CaseFilter { Region = "140802", State = CaseState.Lead }).Select(record => record.Id));
        Assert.Equal([2L], Desk("verifier").Find(new CaseFilter { Subject = 2 }).Select(record => record.Id));
    }

    // A page costs a page, however many cases there are: the gate is the plan, not the clock.
    [Fact]
    public void EveryFilterUsesAnIndexInItsOrder()
    {
        SyntheticCases.Fill(Office.Database, 4_000);
        CaseFilter[] filters = [new(), new() { State = CaseState.Lead }, new() { Region = "140802" }, new() { Region = "140802", State = CaseState.Lead }, new() { Subject = 1 }];

        var plans = filters.Select(filter => Desk("verifier").Plan(filter with { After = 2_000, Most = 50 })).ToList();

        // PostgreSQL may gather a few rows by the index and sort these.
        Assert.All(plans, plan => Assert.Contains(plan, line => line.Contains("SEARCH cases USING", StringComparison.Ordinal) || line.Contains("Index Scan", StringComparison.Ordinal)));
        Assert.All(plans, plan => Assert.DoesNotContain(plan, line => line.Contains("TEMP B-TREE", StringComparison.Ordinal) || line.Contains("Seq Scan", StringComparison.Ordinal)));
    }

    private PacketTime Now => PacketTime.From(Office.Clock.Now);

    private CaseDesk Desk(string name) => new(Office.DeskOf(name));

    private void Healthy(string source, int firstDay, int lastDay) =>
        new Coverage(Office.DeskOf("network")).Record(source, PacketTime.From(Office.Clock.Now.AddDays(firstDay)), PacketTime.From(Office.Clock.Now.AddDays(lastDay)));

    /// <summary>A case of the household, in observation from now on.</summary>
    private long Observed(int days, params string[] sources)
    {
        var id = Desk("entry").Report(new SubjectIdentity("yc1", Household), PacketTime.From(Office.Clock.Now.AddDays(-40)), "140802", "hotline");
        Desk("verifier").Move(id, CaseState.Verifying, "x");
        Desk("verifier").Move(id, CaseState.Reviewing, "x");
        Desk("reviewer").Move(id, CaseState.Handling, "x");
        Desk("verifier").Act(id, CaseMeasure.Notice, "x");
        Desk("verifier").Observe(id, days, sources, "x");
        return id;
    }

    private long Cleared()
    {
        var id = Observed(7, "s1");
        Healthy("s1", 0, 7);
        Office.Clock.Now += TimeSpan.FromDays(7);
        Desk("reviewer").Clear(id, "nothing seen");
        return id;
    }

    private long Dismissed()
    {
        var id = Desk("entry").Report(new SubjectIdentity("yc1", Household), Now, null, "tip");
        Desk("verifier").Move(id, CaseState.Verifying, "looked up");
        Desk("verifier").Move(id, CaseState.Reviewing, "nothing found");
        Desk("reviewer").Move(id, CaseState.Dismissed, "nothing there");
        return id;
    }

    private void Sight(string account, Subscriber subscriber, string address, DateTimeOffset at) =>
        Office.Keep(SyntheticSightings.Of(address, at, TimeSpan.FromMinutes(5), FakeResolver.Unique(account, subscriber)));
}
