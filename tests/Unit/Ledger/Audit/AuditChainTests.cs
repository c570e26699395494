using System.Security.Cryptography;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Audit;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Storage;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Ledger.Audit;

public sealed class AuditChainOnSqliteTests() : AuditChainTests(new SqliteHome());

public sealed class AuditChainOnPostgreSqlTests(PostgreSqlServer server) : AuditChainTests(server.NewHome());

/// <summary>T23: what was done can neither be changed nor taken away without being found out.</summary>
public abstract class AuditChainTests(LedgerHome home) : IDisposable
{
    private readonly Office _office = new(home);
    private readonly TempFolder _folder = new();

    private AuditChain Chain => new(_office.Database);

    public void Dispose()
    {
        _office.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void RecordsFollowEachOtherAndSayWhoWhenAndWhy()
    {
        Record("first \"quoted\" \0 中文", "one");
        _office.Clock.Now += TimeSpan.FromTicks(12_345_671);
        Record("second", "two");

        var records = Chain.Records().ToList();

        Assert.Equal([1L, 2L], records.Select(record => record.Sequence));
        Assert.Equal(("verifier", "Verifier", "test.step", "thing:one"), (records[0].Actor, records[0].Duty, records[0].Action, records[0].Object));
        Assert.Equal("first \"quoted\" \uFFFD 中文", records[0].Purpose);
        Assert.Equal(_office.Clock.Now, records[1].At);
        Assert.Equal(records[1].HashBehind(records[0].Hash), records[1].Hash);
        Assert.Equal("second", Assert.Single(Chain.Of("thing:two")).Purpose);
        Assert.Equal(new AuditVerdict(2, null, 0, 0, 2), Check());
    }

    [Fact]
    public void AStepThatFailsLeavesNoRecord()
    {
        Assert.Throws<InvalidOperationException>(() => _office.DeskOf("verifier").Do(work =>
        {
            work.Record(Duty.Verifier, "test.step", "thing:one", "");
            throw new InvalidOperationException();
        }));

        Assert.Empty(Chain.Records());
    }

    [Theory]
    [InlineData("UPDATE audit SET purpose = 'another' WHERE sequence = 3", 3, AuditFault.Changed)]
    [InlineData("UPDATE audit SET at = at + 100 WHERE sequence = 3", 3, AuditFault.Changed)]
    [InlineData("UPDATE audit SET actor = 'somebody' WHERE sequence = 1", 1, AuditFault.Changed)]
    [InlineData("UPDATE audit SET hash = '0000000000000000000000000000000000000000000000000000000000000000' WHERE sequence = 5", 5, AuditFault.Changed)]
    [InlineData("DELETE FROM audit WHERE sequence = 3", 3, AuditFault.Missing)]
    [InlineData("DELETE FROM audit WHERE sequence = 1", 1, AuditFault.Missing)]
    public void TheFirstBrokenLinkIsNamed(string tampering, long sequence, AuditFault fault)
    {
        RecordFive();

        Tamper(tampering);

        Assert.Equal(new AuditBreak(sequence, fault), Check().Break);
    }

    [Fact]
    public void WithoutASignedHeadACutEndIsNotSeenAndWithOneItIs()
    {
        RecordFive();
        using var key = NewKey(out _);
        _office.Clock.Now += TimeSpan.FromDays(1);
        var head = Assert.Single(Chain.Sign(key, _office.Clock));

        Tamper("DELETE FROM audit WHERE sequence > 3");
        Tamper("DELETE FROM audit_head");

        Assert.Null(Check().Break);
        Assert.Equal(new AuditBreak(4, AuditFault.CutOff), AuditCheck.Run(Chain.Ledger(), Chain.Records(), [head], key).Break);
    }

    [Fact]
    public void AChainThatWasWrittenAnewIsNotTheOneThatWasSigned()
    {
        RecordFive();
        using var key = NewKey(out _);
        _office.Clock.Now += TimeSpan.FromDays(1);
        var head = Assert.Single(Chain.Sign(key, _office.Clock));

        // Somebody with the database writes all records again, without one of them.
        Tamper("DELETE FROM audit");
        for (var i = 0; i < 5; i++)
        {
            Record($"innocent {i}", "thing");
        }

        Assert.Equal(AuditFault.Rewritten, AuditCheck.Run(Chain.Ledger(), Chain.Records(), [head], key).Break?.Fault);
    }

    [Fact]
    public void EachDayThatIsOverIsSignedOnce()
    {
        using var key = NewKey(out _);
        RecordFive();
        Assert.Empty(Chain.Sign(key, _office.Clock));

        _office.Clock.Now += TimeSpan.FromDays(2);
        Record("two days later", "six");
        _office.Clock.Now += TimeSpan.FromDays(1);

        Assert.Equal([5L, 6L], Chain.Sign(key, _office.Clock).Select(head => head.Sequence));
        Assert.Empty(Chain.Sign(key, _office.Clock));
        Assert.Equal(new AuditVerdict(6, null, 2, 0, 0), AuditCheck.Run(Chain.Ledger(), Chain.Records(), Chain.Heads(), key));

        using var other = NewKey(out _);
        Assert.Equal(2, AuditCheck.Run(Chain.Ledger(), Chain.Records(), Chain.Heads(), other).UncheckedHeads);
        Tamper("UPDATE audit_head SET day = '2022-04-09' WHERE sequence = 5");
        Assert.Equal(AuditFault.BadSignature, AuditCheck.Run(Chain.Ledger(), Chain.Records(), Chain.Heads(), key).Break?.Fault);
    }

    [Fact]
    public void AnExportedChainIsCheckedWithoutTheLedger()
    {
        RecordFive();
        using var key = NewKey(out var publicKey);
        _office.Clock.Now += TimeSpan.FromDays(1);
        Chain.Sign(key, _office.Clock);
        var lines = AuditExport.Lines(Chain.Records(), Chain.Heads()).ToList();
        using var half = AuditKey.Load(publicKey);

        var (records, heads) = AuditExport.Read("chain.jsonl", lines);
        Assert.Equal(new AuditVerdict(5, null, 1, 0, 0), AuditCheck.Run(ledger: null, records, heads, half));

        lines[2] = lines[2].Replace("number 2", "number 9", StringComparison.Ordinal);
        (records, heads) = AuditExport.Read("chain.jsonl", lines);
        Assert.Equal(new AuditBreak(3, AuditFault.Changed), AuditCheck.Run(ledger: null, records, heads, half).Break);
        Assert.Contains("chain.jsonl:2:", Assert.Throws<LedgerException>(() => AuditExport.Read("chain.jsonl", [lines[0], "{}"])).Message, StringComparison.Ordinal);
        Assert.Contains("only the public half", Assert.Throws<LedgerException>(() => half.Sign(heads[0])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RecordsOfSeveralAtOnceHaveNoGap()
    {
        var place = LedgerPlace.Parse(_office.Place);
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            using var database = LedgerDatabase.Open(place, LedgerAccess.Write);
            var desk = new LedgerDesk(database, _office.Vault, new Actor($"writer {writer}", [Duty.Verifier]), _office.Clock);
            for (var i = 0; i < 10; i++)
            {
                desk.Do(work => work.Record(Duty.Verifier, "test.step", $"thing:{i}", ""));
            }
        }));

        await Task.WhenAll(writers);

        Assert.Equal(new AuditVerdict(40, null, 0, 0, 40), Check());
    }

    private AuditVerdict Check() => AuditCheck.Run(Chain.Ledger(), Chain.Records(), Chain.Heads(), key: null);

    private void RecordFive()
    {
        for (var i = 0; i < 5; i++)
        {
            Record($"number {i}", $"{i}");
        }
    }

    private void Record(string purpose, string thing) =>
        _office.DeskOf("verifier").Do(work => work.Record(Duty.Verifier, "test.step", $"thing:{thing}", purpose, ("before", "a"), ("after", 7), ("none", null)));

    private void Tamper(string sql) => _office.Database.Write(session => session.Execute(sql));

    private AuditKey NewKey(out string publicKey)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        publicKey = _folder.Write($"public{Guid.NewGuid():N}.pem", key.ExportSubjectPublicKeyInfoPem());
        return AuditKey.Load(_folder.Write($"private{Guid.NewGuid():N}.pem", key.ExportPkcs8PrivateKeyPem()));
    }
}
