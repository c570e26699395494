using System.Text;
using MinerFlow.Ledger.Audit;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;
using Xunit;

namespace MinerFlow.Unit.Ledger.Tasks;

public sealed class TaskStoreOnSqliteTests() : TaskStoreTests(new SqliteHome());

public sealed class TaskStoreOnPostgreSqlTests(PostgreSqlServer server) : TaskStoreTests(server.NewHome());

/// <summary>Lists are kept whole, once, and sealed.</summary>
public abstract class TaskStoreTests(LedgerHome home) : IDisposable
{
    private readonly Office _office = new(home);

    private TaskStore Store => new(_office.DeskOf("entry"));

    public void Dispose()
    {
        _office.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void WhatIsAcceptedIsReadAgainWhole()
    {
        // T16: the same address with another port is another question.
        var batch = Lists.Batch("a.xlsx", _office.Clock.Now, Lists.Row(1, "203.0.113.9", 22017), Lists.Row(2, "203.0.113.9", 30000), Lists.Row(3, "2001:db8::/64"), Lists.Returned(4, ReturnReason.NotOurs));

        Assert.True(Store.Accept(batch, Lists.Original("a.xlsx")));

        Assert.Equal(batch.Rows.Select(ListJson.Write), Store.Rows(1).Select(ListJson.Write));
        Assert.Equal(batch.Rows.SelectMany(row => row.Entries), Store.Entries(1).Select(entry => entry.Entry));
        Assert.Equal([1L, 2L, 3L], Store.Entries(1).Select(entry => entry.Id));
        Assert.Equal(Lists.Original("a.xlsx"), Store.Original(1));
        var kept = Assert.Single(Store.Batches());
        Assert.Equal((batch.File, batch.ReceivedAt, batch.DocumentNumber, "entry"), (kept.File, kept.ReceivedAt, kept.DocumentNumber, kept.AcceptedBy));
        Assert.Equal(kept, Store.Batch(1));
        Assert.Equal(["batch:1"], new AuditChain(_office.Database).Records().Select(record => record.Object));
    }

    [Fact]
    public void TheSameFileAgainChangesNothing()
    {
        var batch = Lists.Batch("a.xlsx", _office.Clock.Now, Lists.Row(1, "203.0.113.9"));

        Assert.Null(Store.Find(batch.File.Sha256));
        Assert.True(Store.Accept(batch, Lists.Original("a.xlsx")));
        Assert.False(Store.Accept(batch, Lists.Original("a.xlsx")));

        Assert.Single(Store.Entries(1));
        Assert.Equal(("1", "a.xlsx", "entry"), (Store.Find(batch.File.Sha256)!.Id, Store.Find(batch.File.Sha256)!.FileName, Store.Find(batch.File.Sha256)!.AcceptedBy));
    }

    [Fact]
    public void EntriesOfAllBatchesCanBeComparedWithANewOne()
    {
        Store.Accept(Lists.Batch("a.xlsx", _office.Clock.Now, Lists.Row(1, "203.0.113.9"), Lists.Row(2, "203.0.113.10")), default);
        Store.Accept(Lists.Batch("b.xlsx", _office.Clock.Now, Lists.Row(1, "203.0.113.11")), default);

        var earlier = Store.EarlierEntries().ToList();

        Assert.Equal(["1", "1", "2"], earlier.Select(entry => entry.BatchId));
        Assert.Equal("203.0.113.11||tcp|pool.example:3333", earlier[2].Key.Subject);
        Assert.All(earlier, entry => Assert.False(entry.IsCleared));
    }

    [Fact]
    public void OnlyWhoeverTakesListsInMayAccept()
    {
        var error = Assert.Throws<RefusedException>(() => new TaskStore(_office.DeskOf("network")).Accept(Lists.Batch("a.xlsx", _office.Clock.Now), default));

        Assert.Equal(RefusalKind.NotYourDuty, error.Kind);
        Assert.Empty(Store.Batches());
    }

    [Fact]
    public void WhoIsNamedInAListIsNamedNowhereInTheDatabase()
    {
        Store.Accept(Lists.Batch("a.xlsx", _office.Clock.Now, Lists.Row(1, "203.0.113.9")), Encoding.UTF8.GetBytes("张示例 13800000000"));
        new VerificationDesk(_office.DeskOf("verifier"), new LabelRules())
            .Propose(1, new FakeResolver().With("203.0.113.9", FakeResolver.Unique("yc0359000001", FakeResolver.Household("张示例", "盐湖区示例小区3号楼2单元501室"))));

        var all = _office.EveryByte();

        Assert.All(
            (string[])["张示例", "13800000000", "yc0359000001", "示例小区"],
            name => Assert.Equal(-1, all.AsSpan().IndexOf(Encoding.UTF8.GetBytes(name))));
        Assert.Equal("张示例", Store.Rows(1)[0].Organisation);
    }

    [Fact]
    public void WithoutItsKeyABatchIsGone()
    {
        Store.Accept(Lists.Batch("a.xlsx", _office.Clock.Now, Lists.Row(1, "203.0.113.9")), Lists.Original("a.xlsx"));

        _office.Vault.Shred(TaskStore.KeyOf(1));

        Assert.Null(Store.Original(1));
        Assert.Equal(RefusalKind.Shredded, Assert.Throws<RefusedException>(() => Store.Rows(1)).Kind);
    }
}
