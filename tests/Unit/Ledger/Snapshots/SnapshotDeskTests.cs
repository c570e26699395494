using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;
using Xunit;

namespace MinerFlow.Unit.Ledger.Snapshots;

public sealed class SnapshotDeskOnSqliteTests() : SnapshotDeskTests(new SqliteHome());

public sealed class SnapshotDeskOnPostgreSqlTests(PostgreSqlServer server) : SnapshotDeskTests(server.NewHome());

/// <summary>A snapshot holds what the ledger held at that moment, and never changes.</summary>
public abstract class SnapshotDeskTests(LedgerHome home) : OfficeTests(home)
{
    [Fact]
    public void EveryRowOfAListHasALine()
    {
        Accept("list.xlsx", Lists.Row(1, "203.0.113.9", 22017), Lists.Row(2, "203.0.113.10"), Lists.Returned(3, ReturnReason.BadFormat), Noise(4), Same(5, 2));
        VerifyAll(1);

        var answers = Taken().Answers;

        Assert.Equal(
            [(2, RowAnswer.Located), (3, RowAnswer.None), (4, RowAnswer.BadFormat), (6, RowAnswer.Duplicate)],
            answers.Select(line => (line.Row, line.Answer)));
        var located = answers[0];
        Assert.Equal(("203.0.113.9", "22017", "A", "盐湖区", "verifier", "reviewer"), (located.Address, located.Ports, located.Grade, located.Region, located.Verifier, located.Reviewer));
        Assert.Equal("2022-04-07 21:03:00 +08:00", $"{located.From:yyyy-MM-dd HH:mm:ss zzz}");
        Assert.Null(answers[1].Subject);
        Assert.Equal("10.0.0.1", answers[2].Address);
        Assert.Equal(RowProblemKind.ImpossibleAddress, Assert.Single(answers[2].Problems).Kind);
        Assert.Equal(new RowPlace(0, 3), answers[3].SameAs);
    }

    [Fact]
    public void WhatNobodyHasReviewedIsSilent()
    {
        Accept("list.xlsx", Lists.Row(1, "203.0.113.9", 22017));
        Assert.Equal(RowAnswer.Silent, Assert.Single(Taken().Answers).Answer);

        Propose(1);
        new VerificationDesk(Office.DeskOf("verifier"), new LabelRules()).Verify(Entries(1), null, "");

        var line = Assert.Single(Taken().Answers);
        Assert.Equal(RowAnswer.Silent, line.Answer);
        Assert.Null(line.Subject);
    }

    [Fact]
    public void CasesStandWithTheirSteps()
    {
        Accept("list.xlsx", Lists.Row(1, "203.0.113.9", 22017));
        VerifyAll(1);
        new CaseDesk(Office.DeskOf("verifier")).Act(1, CaseMeasure.Suspended, "contract, article 8");

        var snapshot = Taken();

        var line = Assert.Single(snapshot.Cases);
        Assert.Equal((CaseState.AwaitingProof, CaseMeasure.Suspended, 1, true), (line.State, line.Measure, line.Addresses, line.IsOpen));
        Assert.Equal([CaseState.Handling, CaseState.AwaitingProof], line.Moments.Select(moment => moment.State));
        Assert.Equal("示例〔2022〕1号", Assert.Single(line.Batches));
        var county = Assert.Single(snapshot.Counties, week => week.RegionCode == "140802");
        Assert.Equal((1, 0, 1, "2022-W14"), (county.Open, county.OpenBefore, county.Opened, county.Week));
    }

    [Fact]
    public void WhatOurSensorsSawCountsForTheConfirmedAlthoughTheyCouldNotNameIt()
    {
        var sighting = SyntheticSightings.Make(1)[0];
        using (var ledger = SightingLedger.Open(Office.Place))
        {
            ledger.Write([sighting with
            {
                Client = IpAddress.TryParse("203.0.113.9", out var client) ? client : default,
                WindowStart = PacketTime.From(Lists.Seen),
                FirstSeen = PacketTime.From(Lists.Seen),
                LastSeen = PacketTime.From(Lists.Seen.AddMinutes(1)),
                Best = sighting.Best with { Attribution = null },
            }]);
        }

        new CaseScan(Office.DeskOf("entry")).Run();
        Accept("list.xlsx", Lists.Row(1, "203.0.113.9", 40000));
        VerifyAll(1);
        new CaseScan(Office.DeskOf("entry")).Run();

        var line = Assert.Single(Taken().Cases);
        Assert.Equal((0.002, 0.048, 1, 1), (line.Kilowatts, line.KilowattHoursPerDay, line.Addresses, line.Hashrates.Count));
        Assert.EndsWith("按能效表上下限为0.001至0.003千瓦", line.PowerBasis, StringComparison.Ordinal);
    }

    [Fact]
    public void ItStaysAsItWas()
    {
        Accept("list.xlsx", Lists.Row(1, "203.0.113.9", 22017));
        VerifyAll(1);
        var entry = Take();
        var before = Text(entry.Number);

        new CaseDesk(Office.DeskOf("verifier")).Act(1, CaseMeasure.Notice, "told");
        Accept("more.xlsx", Lists.Row(1, "203.0.113.77"));

        Assert.Equal(before, Text(entry.Number));
        Assert.Equal(entry.Sha256, new SnapshotStore(Office.DeskOf("sender")).Read(entry.Number).Entry.Sha256);
        Assert.NotEqual(entry.Sha256, Take().Sha256);
    }

    [Fact]
    public void OneThatWasChangedIsNotRead()
    {
        Accept("list.xlsx", Lists.Row(1, "203.0.113.9", 22017));
        var entry = Take();
        Office.Database.Write(session => session.Execute("UPDATE snapshot SET sha256 = @other", ("other", new string('0', 64))));

        var error = Assert.Throws<LedgerException>(() => new SnapshotStore(Office.DeskOf("sender")).Read(entry.Number));

        Assert.Contains("is not as it was taken", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NobodyStandsInItInClear()
    {
        Accept("list.xlsx", Lists.Row(1, "203.0.113.9", 22017) with { Remark = "张示例 13800000000" });
        VerifyAll(1);

        var entry = Take();
        Assert.DoesNotContain("张示例", Text(entry.Number), StringComparison.Ordinal);
        Assert.DoesNotContain("501室", Text(entry.Number), StringComparison.Ordinal);
        var (snapshot, _) = new SnapshotStore(Office.DeskOf("sender")).Read(entry.Number);
        var people = new SnapshotPeople(snapshot, Office.Vault);
        Assert.Equal("张示例", people.Identity(snapshot.Answers[0].Subject!.Value)!.Subscriber!.Name);
        Assert.Equal("张示例 13800000000", people.Text(snapshot.Answers[0].Remark!));

        Office.Vault.Shred("subject:1");

        Assert.Null(new SnapshotPeople(snapshot, Office.Vault).Identity(1));
    }

    [Fact]
    public void TakingItIsAuditedAndNeedsADuty()
    {
        Assert.Equal(RefusalKind.NotYourDuty, Assert.Throws<RefusedException>(() => new SnapshotDesk(Office.DeskOf("network")).Take(Request())).Kind);
        Assert.Equal(RefusalKind.Unknown, Assert.Throws<RefusedException>(() => new SnapshotDesk(Office.DeskOf("sender")).Take(Request() with { Batches = [7] })).Kind);

        var entry = Take();

        var record = new MinerFlow.Ledger.Audit.AuditChain(Office.Database).Of("snapshot:1")[^1];
        Assert.Equal(("sender", "snapshot.take", "weekly notice"), (record.Actor, record.Action, record.Purpose));
        Assert.Contains(entry.Sha256, record.Detail, StringComparison.Ordinal);
    }

    // T20
    [Fact]
    public void ACountyThatStaysBadForWeeksFallsToTheThirdClass()
    {
        Accept("list.xlsx", Lists.Row(1, "203.0.113.9", 22017) with { IsPriority = true });
        VerifyAll(1);
        // Friday of week 14: one more than before, which is an increase.
        var first = County(Taken());
        Assert.Equal((2, 1, 0), (first.Tier, first.WeeksInARow, first.WarnedTier));
        Assert.Equal([TierReason.Increase], first.Reasons);

        Office.Clock.Now += TimeSpan.FromDays(7.5);
        var second = County(Taken());
        Assert.Equal((2, 2, 3), (second.Tier, second.WeeksInARow, second.WarnedTier));
        Assert.Equal([TierReason.KeyUncleared], second.Reasons);

        Office.Clock.Now += TimeSpan.FromDays(7);
        var third = County(Taken());
        Assert.Equal((3, 3, 0), (third.Tier, third.WeeksInARow, third.WarnedTier));

        // A week without a snapshot says nothing: the row of weeks begins anew.
        Office.Clock.Now += TimeSpan.FromDays(14);
        Assert.Equal((2, 1), (County(Taken()).Tier, County(Taken()).WeeksInARow));
    }

    private static CountyWeek County(Snapshot snapshot) => snapshot.Counties.Single(week => week.RegionCode == "140802");

    private static SnapshotRequest Request() => new()
    {
        Profile = new ReportingProfile { City = "运城市", Carrier = "示例公司" },
        UtcOffset = TimeSpan.FromHours(8),
        Purpose = "weekly notice",
        Regions = [("140802", "盐湖区"), ("140881", "永济市")],
    };

    private static ListRow Noise(int number) => new() { Table = 0, Row = number + 1, Disposition = RowDisposition.Noise, Cells = [new RawCell(1, "合计")] };

    private static ListRow Same(int number, int other) => Lists.Row(number, "203.0.113.10") with { Disposition = RowDisposition.Duplicate, DuplicateOf = new RowPlace(0, other + 1), Entries = [] };

    private void Accept(string name, params ListRow[] rows) => new TaskStore(Office.DeskOf("entry")).Accept(Lists.Batch(name, Office.Clock.Now, rows), Lists.Original(name));

    private void Propose(long batch) =>
        new VerificationDesk(Office.DeskOf("entry"), new LabelRules()).Propose(batch, new FakeResolver().With("203.0.113.9", FakeResolver.Unique("yc1", Household)));

    private void VerifyAll(long batch)
    {
        Propose(batch);
        new VerificationDesk(Office.DeskOf("verifier"), new LabelRules()).Verify(Entries(batch), null, "");
        new VerificationDesk(Office.DeskOf("reviewer"), new LabelRules()).Review(Entries(batch), isConfirmed: true, "");
    }

    private long[] Entries(long batch)
    {
        var asked = new TaskStore(Office.DeskOf("entry"));
        var accepted = asked.Rows(batch).Where(row => row.Disposition == RowDisposition.Accepted).Select(row => new RowPlace(row.Table, row.Row)).ToHashSet();
        return [.. asked.Entries(batch).Where(entry => accepted.Contains(entry.Place)).Select(entry => entry.Id)];
    }

    private SnapshotEntry Take() => new SnapshotDesk(Office.DeskOf("sender")).Take(Request());

    private Snapshot Taken() => new SnapshotStore(Office.DeskOf("sender")).Read(Take().Number).Snapshot;

    private string Text(long number)
    {
        using var text = new MemoryStream();
        new SnapshotStore(Office.DeskOf("sender")).Read(number).Snapshot.Write(text);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }
}
