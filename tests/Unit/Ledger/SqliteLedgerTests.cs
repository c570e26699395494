using Microsoft.Data.Sqlite;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Storage;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Ledger;

/// <summary>A ledger in a file: what becomes of files that are none, are damaged, gone or full.</summary>
public sealed class SqliteLedgerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Database => _folder.PathOf("ledger.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ALedgerThatHasGoneIsNotBegunAnew()
    {
        var path = _folder.PathOf("gone.db");

        Assert.Throws<LedgerException>(() => SightingLedger.OpenExisting(path));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void AFullDiskIsAClearErrorAndKeepsNothing()
    {
        using var ledger = SightingLedger.Open(Database);
        ledger.Write(SyntheticSightings.Make(1));
        Execute(ledger, "PRAGMA max_page_count = 12");

        var error = Assert.Throws<LedgerException>(() => ledger.Write(SyntheticSightings.Make(200)));

        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, ledger.Count());
    }

    [Fact]
    public void WhatIsNoLedgerIsRefusedAndLeftAsItIs()
    {
        var text = _folder.Write("notes.txt", string.Concat(Enumerable.Repeat("these are notes\n", 100)));
        Assert.Contains("is not an SQLite database", Refused(text), StringComparison.Ordinal);
        Assert.Equal(1600, new FileInfo(text).Length);

        var other = _folder.PathOf("other.db");
        using (var connection = new SqliteConnection($"Data Source={other};Pooling=False"))
        {
            connection.Open();
            new LedgerSession(connection).Execute("CREATE TABLE t (a)");
        }

        var bytes = File.ReadAllBytes(other);
        Assert.Contains("not a ledger", Refused(other), StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(other));

        Assert.Contains("cannot be opened", Refused(_folder.FullName), StringComparison.Ordinal);
        Assert.Contains("cannot be opened", Refused(_folder.PathOf("no/such/folder/ledger.db")), StringComparison.Ordinal);
    }

    [Fact]
    public void ALedgerOfANewerProgramIsRefused()
    {
        using (var ledger = SightingLedger.Open(Database))
        {
            Execute(ledger, $"PRAGMA user_version = {LedgerSchema.Newest + 1}");
        }

        Assert.Contains("use the newer program", Refused(Database), StringComparison.Ordinal);
    }

    [Fact]
    public void ADamagedLedgerIsAClearError()
    {
        using (var ledger = SightingLedger.Open(Database))
        {
            ledger.Write(SyntheticSightings.Make(200));
        }

        var bytes = File.ReadAllBytes(Database);
        Array.Fill(bytes, (byte)0xA5, 4096, bytes.Length - 4096);
        File.WriteAllBytes(Database, bytes);

        var error = Assert.Throws<LedgerException>(() =>
        {
            using var ledger = SightingLedger.Open(Database);
            ledger.Read();
        });
        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenedToReadNothingCanBeWritten()
    {
        Assert.Contains("there is no such ledger", Assert.Throws<LedgerException>(() => SightingLedger.OpenToRead(Database)).Message, StringComparison.Ordinal);
        using (var ledger = SightingLedger.Open(Database))
        {
            ledger.Write(SyntheticSightings.Make(1));
        }

        using var reader = SightingLedger.OpenToRead(Database);
        Assert.Single(reader.Read());
        Assert.Contains("read-only", Assert.Throws<LedgerException>(() => reader.Write(SyntheticSightings.Make(2))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheTablesAreStrictAndTheJournalIsWriteAhead()
    {
        using var ledger = SightingLedger.Open(Database);

        Assert.Equal(0, Number(ledger, "SELECT count(*) FROM pragma_table_list WHERE strict = 0 AND type = 'table' AND name NOT LIKE 'sqlite_%'"));
        Assert.Equal(1, Number(ledger, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"));
        Assert.Equal(LedgerSchema.Newest, Number(ledger, "PRAGMA user_version"));
    }

    private static string Refused(string path) => Assert.Throws<LedgerException>(() => SightingLedger.Open(path).Dispose()).Message;

    private static void Execute(SightingLedger ledger, string sql) => new LedgerSession(ledger.Database.Connection).Execute(sql);

    private static long Number(SightingLedger ledger, string sql) => new LedgerSession(ledger.Database.Connection).Number(sql);
}
