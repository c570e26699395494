using MinerFlow.Ledger;
using Xunit;

namespace MinerFlow.Unit.Ledger;

public sealed class SightingNamesOnSqliteTests() : SightingNamesTests(new SqliteHome());

public sealed class SightingNamesOnPostgreSqlTests(PostgreSqlServer server) : SightingNamesTests(server.NewHome());

/// <summary>Who a sighting names lies in the ledger sealed, or not at all.</summary>
public abstract class SightingNamesTests(LedgerHome home) : OfficeTests(home)
{
    private static readonly SightingFilter WithNames = new() { IncludeRestricted = true };

    [Fact]
    public void NobodyStandsInTheDatabaseInClear()
    {
        using var ledger = SightingLedger.Open(Office.Place).WithNames(Office.Vault);
        ledger.Write(SyntheticSightings.Make(2));

        var bytes = Office.EveryByte();

        Assert.All(SyntheticSightings.Names, name => Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(name)) < 0, name));
        Assert.Equal("rig1.clear", ledger.Read(WithNames)[0].Best.Event.Worker?.Clear);
        Assert.Equal("yc0359000001@adsl", ledger.Read(WithNames)[1].Best.Attribution?.Candidates[0].Account);
    }

    [Fact]
    public void WithoutKeysNamesAreNotKept()
    {
        using (var ledger = SightingLedger.Open(Office.Place))
        {
            ledger.Write(SyntheticSightings.Make(2));
        }

        Assert.Equal(0, Office.Database.Read(session => session.Number("SELECT count(*) FROM sighting_sealed")));
        Assert.All(SyntheticSightings.Names, name => Assert.True(Office.EveryByte().AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(name)) < 0, name));
        using var later = SightingLedger.Open(Office.Place).WithNames(Office.Vault);
        Assert.Equal(("", "bc1…g1"), later.Read(WithNames)[0].Best.Event.Login is { } login ? (login.Clear, login.Masked) : default);
    }

    [Fact]
    public void WhatAnEarlierProgramLeftInClearIsSealedByTheNextWhoHasTheKeys()
    {
        var sightings = SyntheticSightings.Make(1_001);
        using (var ledger = SightingLedger.Open(Office.Place))
        {
            ledger.Write(sightings);
        }

        Office.Database.Write(session =>
        {
            foreach (var sighting in sightings)
            {
                session.Execute(
                    "INSERT INTO sighting_restricted (key, login, worker, attribution) VALUES (@key, @login, NULL, @attribution)",
                    ("key", sighting.Key),
                    ("login", sighting.Best.Event.Login!.Clear),
                    ("attribution", SightingDetail.ToJson(sighting.Best.Attribution)));
            }
        });

        LedgerDesk.OpenVault(Office.Database, Office.KeyFolder).Dispose();

        Assert.Equal(0, Office.Database.Read(session => session.Number("SELECT count(*) FROM sighting_restricted")));
        Assert.All(SyntheticSightings.Names, name => Assert.True(Office.EveryByte().AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(name)) < 0, name));
        using var after = SightingLedger.Open(Office.Place).WithNames(Office.Vault);
        var read = after.Read(WithNames);
        Assert.Equal(1_001, read.Count);
        Assert.All(read, sighting => Assert.Equal(("bc1qexampleexample.rig1", "张示例"), (sighting.Best.Event.Login?.Clear, sighting.Best.Attribution?.Candidates[0].Subscriber?.Name)));
    }

    [Fact]
    public void ADayWhoseKeyWasDestroyedStaysWithoutNamesWhenItsCaptureIsReadAgain()
    {
        using var ledger = SightingLedger.Open(Office.Place).WithNames(Office.Vault);
        ledger.Write(SyntheticSightings.Make(1));
        Office.Vault.Shred(Office.Database.Read(session => session.First("SELECT vault_key FROM sighting_sealed", row => row.Text("vault_key")))!);

        Assert.Equal("", Assert.Single(ledger.Read(WithNames)).Best.Event.Login?.Clear);
        Assert.Equal((1, 1), ledger.Write(SyntheticSightings.Make(2)));
        Assert.All(ledger.Read(WithNames), sighting => Assert.Equal("", sighting.Best.Event.Worker?.Clear));
    }

    [Fact]
    public void NamesThatWereSealedWithOneVaultAreNotForAnother()
    {
        using (var ledger = SightingLedger.Open(Office.Place).WithNames(Office.Vault))
        {
            ledger.Write(SyntheticSightings.Make(1));
        }

        var other = Directory.CreateDirectory(Path.Combine(Office.KeyFolder, "other")).FullName;

        Assert.Contains("of another ledger", Assert.Throws<LedgerException>(() => LedgerDesk.OpenVault(Office.Database, other)).Message, StringComparison.Ordinal);
    }
}
