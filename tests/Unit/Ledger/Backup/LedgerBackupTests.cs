using System.IO.Compression;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Audit;
using MinerFlow.Ledger.Backup;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;
using MinerFlow.Unit.Ledger.Deliveries;
using Xunit;

namespace MinerFlow.Unit.Ledger.Backup;

public sealed class LedgerBackupFromSqliteTests(PostgreSqlServer server) : LedgerBackupTests(new SqliteHome(), server.NewHome());

public sealed class LedgerBackupFromPostgreSqlTests(PostgreSqlServer server) : LedgerBackupTests(server.NewHome(), new SqliteHome());

/// <summary>A backup of one database goes back into the other and is the same ledger.</summary>
public abstract class LedgerBackupTests : IDisposable
{
    private readonly Office _office;
    private readonly LedgerHome _other;
    private readonly MemoryStream _backup = new();

    protected LedgerBackupTests(LedgerHome home, LedgerHome other)
    {
        _office = new Office(home);
        _other = other;
        using var sightings = SightingLedger.Open(home.Place);
        sightings.Write(SyntheticSightings.Make(5), new SourceMark(Guid.NewGuid(), 5));
        new TaskStore(_office.DeskOf("entry")).Accept(Lists.Batch("a.xlsx", _office.Clock.Now, Lists.Row(1, "203.0.113.9", 22017)), Lists.Original("a.xlsx"));
        new VerificationDesk(_office.DeskOf("verifier"), new LabelRules()).Propose(1, new FakeResolver().With("203.0.113.9", FakeResolver.Unique("yc1", null)));
        new VerificationDesk(_office.DeskOf("verifier"), new LabelRules()).Verify([1], null, "");
        new VerificationDesk(_office.DeskOf("reviewer"), new LabelRules()).Review([1], isConfirmed: true, "");
    }

    public void Dispose()
    {
        _office.Dispose();
        _other.Dispose();
        _backup.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void EveryTableIsInIt()
    {
        var tables = _office.Database.Read(session => session.Query(
            _office.Database.Connection is Npgsql.NpgsqlConnection
                ? "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'ledger_schema'"
                : "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            row => row.Text("name")));

        Assert.Equal(tables.Order(StringComparer.Ordinal), LedgerTables.InOrder.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AfterARestoreNoNumberIsGivenBeforeSomebodySaysWhichWasTheLast()
    {
        DeliveryOffice.Queue(_office, DeliveryOffice.Request("a"));
        new LedgerKeeper(_office.DeskOf("system")).Backup(_backup);
        _backup.Position = 0;
        var lost = DeliveryOffice.Queue(_office, DeliveryOffice.Request("b"));
        using var restored = LedgerDatabase.Open(LedgerPlace.Parse(_other.Place), LedgerAccess.Create);
        new LedgerKeeper(Desk(Duty.System)).Restore(_backup, "backup");
        var deliveries = new DeliveryDesk(Desk(Duty.Sender));

        Assert.Equal((RefusalKind.NumbersUnsure, "regulator"), Refusal("regulator"));
        Assert.Equal((RefusalKind.NumbersUnsure, "elsewhere"), Refusal("elsewhere"));
        Assert.Equal(1, Assert.Single(deliveries.List(null, isOpen: true)).Sequence);
        _office.Clock.Now += TimeSpan.FromMinutes(1);
        deliveries.CountFrom("regulator", lost.Sequence);

        var queued = deliveries.Queue(DeliveryOffice.Request("c"), delivery =>
        {
            Assert.Equal(_office.Clock.Now.AddMinutes(-1), delivery.LedgerRestoredAt);
            return new DeliverySeal("c"u8.ToArray(), Signature: null);
        });
        Assert.Equal(lost.Sequence + 1, queued.Sequence);
        deliveries.CountFrom("regulator", 1);
        Assert.Equal(lost.Sequence + 2, deliveries.Queue(DeliveryOffice.Request("d"), _ => new DeliverySeal("d"u8.ToArray(), Signature: null)).Sequence);

        LedgerDesk Desk(Duty duty) => new(restored, _office.Vault, new Actor("restored", [duty]), _office.Clock);
        (RefusalKind Kind, string Destination) Refusal(string destination)
        {
            var refusal = Assert.Throws<RefusedException>(() => deliveries.Queue(DeliveryOffice.Request("c", destination: destination), _ => new DeliverySeal("c"u8.ToArray(), Signature: null)));
            return (refusal.Kind, refusal.Values[0]);
        }
    }

    [Fact]
    public void WhatComesBackIsTheSameLedger()
    {
        var rows = new LedgerKeeper(_office.DeskOf("system")).Backup(_backup);
        _backup.Position = 0;
        using var restored = LedgerDatabase.Open(LedgerPlace.Parse(_other.Place), LedgerAccess.Create);
        var desk = new LedgerDesk(restored, _office.Vault, new Actor("verifier", [Duty.Verifier]), _office.Clock);

        Assert.Equal(rows, LedgerBackup.Restore(restored, _backup, "backup"));

        using var first = new MemoryStream();
        using var second = new MemoryStream();
        LedgerBackup.Write(_office.Database, first);
        LedgerBackup.Write(restored, second);
        // The order of rows is the database's own, and with it the digest of the last line.
        Assert.Equal(Lines(first)[..^1].Order(StringComparer.Ordinal), Lines(second)[..^1].Order(StringComparer.Ordinal));
        var chain = new AuditChain(restored);
        Assert.Null(AuditCheck.Run(chain.Ledger(), chain.Records(), chain.Heads(), key: null).Break);
        Assert.Equal(CaseState.Handling, new CaseDesk(desk).Read(1).State);
        Assert.Equal("203.0.113.9", new TaskStore(desk).Rows(1)[0].Cells[0].Text);
    }

    [Fact]
    public void ADamagedOrForeignBackupIsRefusedAndNothingIsKept()
    {
        LedgerBackup.Write(_office.Database, _backup);
        var lines = Lines(_backup);
        using var restored = LedgerDatabase.Open(LedgerPlace.Parse(_other.Place), LedgerAccess.Create);

        Assert.Contains("cut off", Refused(restored, lines[..^1]), StringComparison.Ordinal);
        Assert.Contains("digest does not fit", Refused(restored, [.. lines.Select(line => line.Replace("pool.example", "pool.invalid", StringComparison.Ordinal))]), StringComparison.Ordinal);
        Assert.Contains("schema version 1", Refused(restored, ["{\"minerflow_ledger\":1}", .. lines[1..]]), StringComparison.Ordinal);
        Assert.Contains("is no backup", Refused(restored, ["not json"]), StringComparison.Ordinal);
        Assert.Contains("is no backup", Refused(restored, ["{\"table\":\"sqlite_schema\",\"columns\":[\"name\"]}"]), StringComparison.Ordinal);
        Assert.Contains("is no backup", Assert.Throws<LedgerException>(() => LedgerBackup.Restore(restored, new MemoryStream([1, 2, 3]), "b")).Message, StringComparison.Ordinal);
        Assert.Equal(0, restored.Read(session => session.Number("SELECT count(*) FROM sighting")));

        _backup.Position = 0;
        Assert.Contains("is not empty", Assert.Throws<LedgerException>(() => LedgerBackup.Restore(_office.Database, _backup, "b")).Message, StringComparison.Ordinal);
    }

    private static string Refused(LedgerDatabase database, string[] lines)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var writer = new StreamWriter(zip) { NewLine = "\n" })
        {
            foreach (var line in lines)
            {
                writer.WriteLine(line);
            }
        }

        bytes.Position = 0;
        return Assert.Throws<LedgerException>(() => LedgerBackup.Restore(database, bytes, "b")).Message;
    }

    private static string[] Lines(MemoryStream backup)
    {
        backup.Position = 0;
        using var zip = new GZipStream(backup, CompressionMode.Decompress, leaveOpen: true);
        using var reader = new StreamReader(zip);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
