using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Enrichment.Subscribers.Questions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Audit;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;
using Xunit;

namespace MinerFlow.Unit.Ledger.Verification;

public sealed class VerificationDeskOnSqliteTests() : VerificationDeskTests(new SqliteHome());

public sealed class VerificationDeskOnPostgreSqlTests(PostgreSqlServer server) : VerificationDeskTests(server.NewHome());

/// <summary>The machine proposes, a verifier says, a second person reviews; nobody is named without both.</summary>
public abstract class VerificationDeskTests(LedgerHome home) : OfficeTests(home)
{
    private readonly FakeResolver _resolver = new();

    [Fact]
    public void AnEntryBecomesACaseWhenTwoPersonsHaveSpoken()
    {
        _resolver.With("203.0.113.9", FakeResolver.Unique("yc1", FakeResolver.Household("张示例", "示例小区3号楼501室")));
        Accept(Lists.Row(1, "203.0.113.9", 22017), Lists.Returned(2, ReturnReason.NotOurs));

        Assert.Equal(new BatchProgress(1, 1, 0, 0, 0, 1), Desk("verifier").Progress(1));
        Assert.Equal(1, Desk("verifier").Propose(1, _resolver));
        Assert.Equal(Judgement.ActiveMining, Record().Judgement);
        Assert.Equal(RefusalKind.SilentRows, Refused(() => Desk("sender").RequireComplete(1)).Kind);
        Desk("verifier").Verify([1], judgement: null, "");
        Assert.Empty(Cases());
        Assert.Equal(["1", "0:2"], Refused(() => Desk("sender").RequireComplete(1)).Values);
        Desk("reviewer").Review([1], isConfirmed: true, "");

        Desk("sender").RequireComplete(1);
        var record = Record();
        Assert.Equal((VerificationState.Reviewed, "verifier", "reviewer"), (record.State, record.Verifier, record.Reviewer));
        var opened = Assert.Single(Cases());
        Assert.Equal((CaseState.Handling, Judgement.ActiveMining, "140802", record.Subject), (opened.State, opened.Judgement, opened.Region, opened.Subject));
        Assert.Equal(
            ["batch.accept", "batch.propose", "entries.verify", "case.step", "entries.confirm"],
            new AuditChain(Office.Database).Records().Select(audit => audit.Action));
    }

    [Fact]
    public void NobodyReviewsWhatTheyVerifiedThemselves()
    {
        _resolver.With("203.0.113.9", FakeResolver.Unique("yc1", null));
        Accept(Lists.Row(1, "203.0.113.9"));
        Desk("both").Propose(1, _resolver);
        Desk("both").Verify([1], null, "");

        Assert.Equal(RefusalKind.SamePerson, Refused(() => Desk("both").Review([1], isConfirmed: true, "")).Kind);
        Assert.Equal(RefusalKind.NotYourDuty, Refused(() => Desk("verifier").Review([1], isConfirmed: true, "")).Kind);
        Assert.Equal(RefusalKind.NotYourDuty, Refused(() => Desk("reviewer").Verify([1], null, "")).Kind);
        Assert.Equal(VerificationState.Verified, Record().State);
        Assert.Empty(Cases());
    }

    [Fact]
    public void WhatIsSentBackIsVerifiedAgainAndNotReviewedTwice()
    {
        _resolver.With("203.0.113.9", FakeResolver.Unique("yc1", null));
        Accept(Lists.Row(1, "203.0.113.9"));
        Desk("verifier").Propose(1, _resolver);
        Assert.Equal(RefusalKind.WrongState, Refused(() => Desk("reviewer").Review([1], isConfirmed: true, "")).Kind);
        Desk("verifier").Verify([1], null, "");
        Assert.Equal(RefusalKind.NoReason, Refused(() => Desk("reviewer").Review([1], isConfirmed: false, "")).Kind);
        Desk("reviewer").Review([1], isConfirmed: false, "which device?");
        Assert.Equal(VerificationState.Returned, Record().State);
        Assert.Equal("which device?", Desk("verifier").Content(1).ReviewerReason);

        // What a person has spoken on the machine leaves alone.
        Assert.Equal(0, Desk("verifier").Propose(1, _resolver));
        Assert.Equal(RefusalKind.NoReason, Refused(() => Desk("verifier").Verify([1], Judgement.Infected, "")).Kind);
        Desk("verifier").Verify([1], Judgement.Infected, "a miner was found on the web server");
        Desk("reviewer").Review([1], isConfirmed: true, "agreed");

        Assert.Equal(Judgement.Infected, Assert.Single(Cases()).Judgement);
        Assert.Equal(RefusalKind.WrongState, Refused(() => Desk("reviewer").Review([1], isConfirmed: true, "")).Kind);
        Assert.Equal(RefusalKind.WrongState, Refused(() => Desk("verifier").Verify([1], null, "")).Kind);
    }

    // T21
    [Fact]
    public void VisitsToAWebSiteAreNoMining()
    {
        var row = Lists.Row(1, "203.0.113.9") with { LeadKind = LeadKind.Connection, Pools = ["www.f2pool.com"], PoolPorts = [PortRange.Single(443)], Submissions = 3 };
        _resolver.With("203.0.113.9", FakeResolver.Unique("yc1", null));
        Accept(row, Lists.Row(2, "203.0.113.9", 5) with { LeadKind = LeadKind.Dns }, row with { Row = 9, Submissions = 40_000 });
        Desk("verifier").Propose(1, _resolver);

        Assert.Equal([Judgement.VisitOnly, Judgement.VisitOnly, Judgement.Undeterminable], Desk("verifier").Records(1).Select(record => record.Judgement));
        Assert.Equal(RefusalKind.VisitIsNoMining, Refused(() => Desk("verifier").Verify([1], Judgement.ActiveMining, "surely")).Kind);
        Desk("verifier").Verify([1], null, "");
        Desk("reviewer").Review([1], isConfirmed: true, "");
        Assert.Empty(Cases());
    }

    [Fact]
    public void AnAnswerThatNamesNobodyAccusesNobody()
    {
        _resolver.With("203.0.113.9", new Attribution(AttributionOutcome.Ambiguous, []) { CandidateCount = 3, Grade = 'D', Missing = ["source port"] });
        Accept(Lists.Row(1, "203.0.113.9"), Lists.Row(2, "203.0.113.10"));
        Desk("verifier").Propose(1, _resolver);

        Assert.All(Desk("verifier").Records(1), record => Assert.Equal((Judgement.Undeterminable, (long?)null), (record.Judgement, record.Subject)));
        Assert.Equal(["source port"], Desk("verifier").Content(1).Missing);
        Assert.Equal(RefusalKind.NobodyNamed, Refused(() => Desk("verifier").Verify([1], Judgement.ActiveMining, "a guess")).Kind);
    }

    [Fact]
    public void AStepOverSeveralEntriesIsDoneForAllOrNone()
    {
        Accept(Lists.Row(1, "203.0.113.9"), Lists.Row(2, "203.0.113.10"));
        Desk("verifier").Propose(1, _resolver);
        var before = new AuditChain(Office.Database).Records().Count();

        Assert.Equal(RefusalKind.Unknown, Refused(() => Desk("verifier").Verify([1, 2, 99], null, "")).Kind);

        Assert.Equal(2, Desk("verifier").Progress(1).Proposed);
        Assert.Equal(before, new AuditChain(Office.Database).Records().Count());
    }

    [Fact]
    public void TheThreeKeyCategoriesEachSayWhy()
    {
        var rows = Enumerable.Range(1, 8).Select(i => Lists.Row(i, $"203.0.113.{i}") with { Coin = i == 1 ? "BTC" : null }).Append(Lists.Row(9, "203.0.113.99"));
        for (var i = 1; i <= 8; i++)
        {
            _resolver.With($"203.0.113.{i}", FakeResolver.Unique($"yc{i}", FakeResolver.Company("示例中学", "12140802MB0000000X", "高校"), addressKind: "idc"));
        }

        _resolver.With("203.0.113.99", FakeResolver.Unique("yc99", FakeResolver.Company("示例公司", "91140802MA0000000X"), addressKind: "idc"));
        Accept([.. rows]);
        Desk("verifier").Propose(1, _resolver);

        var records = Desk("verifier").Records(1);
        Assert.All(records.Take(8), record => Assert.True(record is { IsConcentrated: true, IsPublicResource: true, Site: SiteKind.Mine }));
        Assert.Equal([true, false], records.Take(2).Select(record => record.IsBitcoin));
        Assert.True(records[8] is { IsConcentrated: false, IsPublicResource: false, IsBitcoin: false, Site: SiteKind.DataCentreTenant });
        var labels = Desk("verifier").Content(1).Labels;
        Assert.Contains(new LabelEvidence("K1", "subject_addresses", "8", "8"), labels);
        Assert.Contains(new LabelEvidence("K2", "public_credit_prefixes", "12", "11|12|13|19"), labels);
        Assert.Contains(new LabelEvidence("K3", "bitcoin_coins", "BTC", "BTC"), labels);
        Assert.Contains(new LabelEvidence("site", "mine_addresses", "8", "8"), labels);
        Assert.Single(records.Take(8).Select(record => record.Subject).Distinct());
    }

    [Fact]
    public void OwnSightingsAreJoinedAndTheBlindSpotSaysWhy()
    {
        using (var sightings = SightingLedger.Open(Office.Place))
        {
            sightings.Write(SyntheticSightings.Make(1));
        }

        Sighting seen;
        using (var sightings = SightingLedger.OpenToRead(Office.Place))
        {
            seen = sightings.Read()[0];
        }

        var at = seen.FirstSeen.ToDateTimeOffset();
        var address = seen.Client.ToString();
        Accept(
            Lists.Row(1, address, seen.ClientPorts[0], at) with { LeadKind = LeadKind.Connection },
            Lists.Row(2, address, seen: at.AddDays(3)),
            Lists.Row(3, "192.0.2.77", seen: at),
            Lists.Row(4, "192.0.2.78", seen: at.AddDays(-300)));
        new Coverage(Office.DeskOf("network")).Record("s1", PacketTime.From(at.AddHours(-1)), PacketTime.From(at.AddHours(1)));
        _resolver.With(address, FakeResolver.Unique("yc1", null));

        Desk("verifier").Propose(1, _resolver);

        var records = Desk("verifier").Records(1);
        Assert.Equal([OwnView.Seen, OwnView.SeenAtAnotherTime, OwnView.NotSeen, OwnView.NoCoverage], records.Select(record => record.OwnView));
        Assert.Equal(Judgement.ActiveMining, records[0].Judgement);
        Assert.Equal([seen.Key], Desk("verifier").Content(1).Sightings);
        Assert.Equal(4, _resolver.Asked);
    }

    [Fact]
    public void AMinerInManyWindowsDrawsItsPowerOnceAndAPrefixFindsItToo()
    {
        var at = Lists.Seen.AddMinutes(1);
        var client = IpAddress.TryParse("203.0.113.9", out var parsed) ? parsed : default;
        using (var ledger = SightingLedger.Open(Office.Place))
        {
            ledger.Write(SyntheticSightings.Make(6).Select((sighting, i) => sighting with
            {
                Client = client,
                WindowStart = PacketTime.From(at.AddMinutes(5 * i)),
                FirstSeen = PacketTime.From(at.AddMinutes(5 * i)),
                LastSeen = PacketTime.From(at.AddMinutes((5 * i) + 5)),
                Best = sighting.Best with { Power = new PowerEstimate(20_000, 20_000, 20_000, "x") },
            }));
        }

        var hour = new SeenWindow(PacketTime.From(at), PacketTime.From(at.AddHours(1)), TimePrecision.Hour);
        _resolver.With("203.0.113.9", FakeResolver.Unique("yc1", null)).With("203.0.113.8", FakeResolver.Unique("yc1", null));
        Accept(Hour(1, "203.0.113.9"), Lists.Row(2, "203.0.113.9", 40000, at), Hour(3, "203.0.113.8/29"));

        Desk("verifier").Propose(1, _resolver);

        Assert.Equal([6, 1, 6], Desk("verifier").Records(1).Select(record => record.Sightings));
        Assert.All([1L, 2L, 3L], entry => Assert.Equal(20_000, Desk("verifier").Content(entry).Watts));
        // 20 kW at the address and 20 kW of the prefix: not eleven times as much.
        Assert.Equal("40", Desk("verifier").Content(1).Labels.Single(label => label.Criterion == "subject_kilowatts").Found);

        ListRow Hour(int number, string address)
        {
            var row = Lists.Row(number, address);
            var entry = row.Entries[0];
            return row with { Seen = hour, Entries = [entry with { Key = EntryKey.Of(entry.Addresses, null, 6, hour, "pool.example:3333") }] };
        }
    }

    private void Accept(params ListRow[] rows) => new TaskStore(Office.DeskOf("entry")).Accept(Lists.Batch("list.xlsx", Office.Clock.Now, rows), default);

    private VerificationDesk Desk(string name) => new(Office.DeskOf(name), new LabelRules());

    private VerificationRecord Record() => Assert.Single(Desk("verifier").Records(1));

    private IReadOnlyList<CaseRecord> Cases() => new CaseDesk(Office.DeskOf("verifier")).Find(new CaseFilter());
}
