using MinerFlow.Abstractions;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Storage;
using Xunit;

namespace MinerFlow.Unit.Ledger.Cases;

/// <summary>Whether somebody listened from one moment to another.</summary>
public sealed class HealthySpansTests
{
    [Theory]
    [InlineData(10, 20, true)]
    [InlineData(10, 21, false)]
    [InlineData(9, 20, false)]
    [InlineData(30, 70, true)]
    [InlineData(31, 71, false)]
    [InlineData(40, 50, true)]
    [InlineData(55, 70, true)]
    [InlineData(15, 45, false)]
    [InlineData(80, 81, false)]
    public void ASpanOfOneSourceHasToHoldItAll(long from, long to, bool isCovered)
    {
        using var home = new SqliteHome();
        using var database = LedgerDatabase.Open(LedgerPlace.Parse(home.Place), LedgerAccess.Create);
        database.Write(session =>
        {
            foreach (var (source, first, last) in new[] { ("a", 10, 20), ("a", 40, 60), ("b", 30, 70), ("b", 10, 12), ("c", 20, 31) })
            {
                session.Execute("INSERT INTO coverage (source, healthy_from, healthy_to) VALUES (@source, @from, @to)", ("source", source), ("from", first), ("to", last));
            }
        });

        Assert.Equal(isCovered, database.Read(session => new HealthySpans(session)).Cover(new PacketTime(from), new PacketTime(to)));
    }
}
