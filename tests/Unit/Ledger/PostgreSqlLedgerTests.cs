using MinerFlow.Ledger;
using MinerFlow.Ledger.Storage;
using Xunit;

namespace MinerFlow.Unit.Ledger;

/// <summary>A ledger on a server: what becomes of servers that are away, refuse or have no such database.</summary>
public sealed class PostgreSqlLedgerTests(PostgreSqlServer server)
{
    [Theory]
    [InlineData("postgresql:Host=192.0.2.1", "host and database must be named")]
    [InlineData("postgresql://192.0.2.1", "host and database must be named")]
    [InlineData("postgresql:Hots=192.0.2.1;Database=ledger;Password=s3cret", "postgresql://user@host:port/database")]
    [InlineData("postgresql:Host=192.0.2.1;Port=many;Database=ledger;Password=s3cret", "postgresql://user@host:port/database")]
    public void ATextThatNamesNoDatabaseIsRefusedWithoutItsPassword(string text, string expected)
    {
        var error = Assert.Throws<LedgerException>(() => LedgerPlace.Parse(text));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgresql://clerk:s3cret@db.example:5433/ledger", "postgresql://db.example:5433/ledger")]
    [InlineData("postgresql:Host=db.example;Database=ledger;Username=clerk;Password=s3cret", "postgresql://db.example:5432/ledger")]
    [InlineData("postgresql:Host=/run/postgresql;Database=ledger", "postgresql:///run/postgresql/ledger")]
    public void APlaceIsShownWithoutUserAndPassword(string text, string shown) => Assert.Equal(shown, LedgerPlace.Parse(text).Name);

    [Fact]
    public void AServerThatIsAwayIsAClearErrorThatCanBeWaitedFor()
    {
        var error = Assert.Throws<LedgerException>(() => SightingLedger.OpenExisting("postgresql:Host=/no/such/folder;Database=ledger;Username=clerk;Password=s3cret"));

        Assert.Contains("cannot be reached", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.InnerException);
        Assert.True(error.IsOfEnvironment);
    }

    [Fact]
    public void AMissingDatabaseIsAClearError()
    {
        using var home = server.NewHome();

        var error = Assert.Throws<LedgerException>(() => SightingLedger.Open(home.Place.Replace("Database=postgres", "Database=missing", StringComparison.Ordinal)));

        Assert.Contains("no such database", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsOfEnvironment);
    }

    [Fact]
    public void ALedgerThatHasGoneIsNotBegunAnew()
    {
        using var home = server.NewHome();

        Assert.Contains("is empty", Assert.Throws<LedgerException>(() => SightingLedger.OpenExisting(home.Place)).Message, StringComparison.Ordinal);
    }

    /// <summary>Of one database; the second would be refused after thirty seconds.</summary>
    [Fact]
    public void WritersOfTwoLedgersDoNotWaitForEachOther()
    {
        using var one = server.NewHome();
        using var other = server.NewHome();
        using var first = LedgerDatabase.Open(LedgerPlace.Parse(one.Place), LedgerAccess.Create);
        using var second = LedgerDatabase.Open(LedgerPlace.Parse(other.Place), LedgerAccess.Create);

        Assert.Equal(2, first.Write(_ => 1 + second.Write(_ => 1)));
    }

    [Fact]
    public void WhatAnotherLedgerOfTheDatabaseTakesIsNotCounted()
    {
        using var one = server.NewHome();
        using var other = server.NewHome();
        using var ledger = SightingLedger.Open(one.Place);
        var before = ledger.Bytes();

        using (var neighbour = SightingLedger.Open(other.Place))
        {
            neighbour.Write(SyntheticSightings.Make(500));
        }

        Assert.Equal(before, ledger.Bytes());
    }
}
