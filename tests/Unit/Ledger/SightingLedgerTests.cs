using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Ledger;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Ledger;

public sealed class SightingLedgerTests : IDisposable
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly TempFolder _folder = new();

    private string Database => _folder.PathOf("ledger.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AMarkIsKeptWithTheSightingsOrNotAtAll()
    {
        var source = Guid.NewGuid();
        using var ledger = SightingLedger.Open(_folder.PathOf("ledger.db"));
        var sightings = SyntheticSightings.Make(3);

        Assert.Equal(0, ledger.MarkOf(source));
        Assert.Equal((3, 0), ledger.Write(sightings, new SourceMark(source, 3)));
        Assert.Equal(3, ledger.MarkOf(source));
        Assert.Throws<InvalidOperationException>(() => ledger.Write(Failing(sightings), new SourceMark(source, 6)));
        Assert.Equal(3, ledger.MarkOf(source));
        Assert.Equal((0, 3), ledger.Write(sightings, new SourceMark(source, 9)));
        Assert.Equal(9, ledger.MarkOf(source));
        Assert.Equal(0, ledger.MarkOf(Guid.NewGuid()));

        static IEnumerable<Sighting> Failing(List<Sighting> sightings)
        {
            yield return sightings[0];
            throw new InvalidOperationException();
        }
    }

    [Fact]
    public void WhatWasSeenForLongerTakesThePlaceOfWhatWasCutShort()
    {
        using var ledger = SightingLedger.Open(Database);
        var whole = SyntheticSightings.Make(1)[0];
        var cut = whole with { LastSeen = new PacketTime(whole.LastSeen.UnixNanoseconds - 1), Connections = 7 };

        Assert.Equal((1, 0), ledger.Write([cut]));
        Assert.Equal((1, 0), ledger.Write([whole]));
        Assert.Equal((0, 1), ledger.Write([cut]));

        Assert.Equal(Json(whole), Json(Assert.Single(ledger.Read(new SightingFilter { IncludeRestricted = true }))));
    }

    [Fact]
    public void PagesFollowEachOther()
    {
        using var ledger = SightingLedger.Open(Database);
        ledger.Write(SyntheticSightings.Make(5));
        var all = ledger.Read();

        var first = ledger.Read(new SightingFilter { Most = 2 });
        var second = ledger.Read(new SightingFilter { Most = 10, After = (first[^1].WindowStart, first[^1].Key) });

        Assert.Equal(all.Select(sighting => sighting.Key), first.Concat(second).Select(sighting => sighting.Key));
        Assert.Equal(2, first.Count);
    }

    [Fact]
    public void ALedgerThatHasGoneIsNotBegunAnew()
    {
        var path = _folder.PathOf("gone.db");

        Assert.Throws<LedgerException>(() => SightingLedger.OpenExisting(path));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void WhatIsWrittenIsReadAgainWhole()
    {
        var sightings = SyntheticSightings.Make(3);
        using var ledger = SightingLedger.Open(Database);

        Assert.Equal((3, 0), ledger.Write(sightings));

        var read = ledger.Read(new SightingFilter { IncludeRestricted = true });
        Assert.Equal(sightings.OrderBy(sighting => sighting.Key, StringComparer.Ordinal).Select(Json), read.Select(Json));
        Assert.Equal("bc1qexampleexample.rig1", read[0].Best.Event.Login?.Clear);
    }

    [Fact]
    public void WritingTheSameAgainChangesNothing()
    {
        using (var ledger = SightingLedger.Open(Database))
        {
            ledger.Write(SyntheticSightings.Make(5));
        }

        var before = LedgerDump.Of(Database);
        using (var ledger = SightingLedger.Open(Database))
        {
            Assert.Equal((0, 5), ledger.Write(SyntheticSightings.Make(5)));
        }

        Assert.Equal(before, LedgerDump.Of(Database));
        Assert.Equal(5, before.Count(line => line.StartsWith("sighting|", StringComparison.Ordinal)));
        Assert.Equal(5, before.Count(line => line.StartsWith("sighting_restricted|", StringComparison.Ordinal)));

        using (var ledger = SightingLedger.Open(Database))
        {
            Assert.Equal((2, 5), ledger.Write(SyntheticSightings.Make(7)));
        }

        Assert.NotEqual(before, LedgerDump.Of(Database));
    }

    [Fact]
    public void WithoutTheRestrictedFieldsNobodyIsNamed()
    {
        using var ledger = SightingLedger.Open(Database);
        ledger.Write(SyntheticSightings.Make(1));

        var open = Json(Assert.Single(ledger.Read()));
        var restricted = Json(Assert.Single(ledger.Read(new SightingFilter { IncludeRestricted = true })));

        foreach (var name in SyntheticSightings.Names)
        {
            Assert.DoesNotContain(name, open, StringComparison.Ordinal);
            Assert.Contains(name, restricted, StringComparison.Ordinal);
        }

        var attribution = ledger.Read()[0].Best.Attribution!;
        Assert.Equal((AttributionOutcome.Unique, 'A', 0), (attribution.Outcome, attribution.Grade, attribution.Candidates.Count));
    }

    [Fact]
    public void TheMainTableHoldsNothingInClear()
    {
        using (var ledger = SightingLedger.Open(Database))
        {
            ledger.Write(SyntheticSightings.Make(2));
        }

        var main = string.Join('\n', LedgerDump.Of(Database).Where(line => line.StartsWith("sighting|", StringComparison.Ordinal)));
        Assert.NotEmpty(main);
        Assert.All(SyntheticSightings.Names, name => Assert.DoesNotContain(name, main, StringComparison.Ordinal));
    }

    [Fact]
    public void FiltersNarrow()
    {
        using var ledger = SightingLedger.Open(Database);
        ledger.Write(SyntheticSightings.Make(10));

        Assert.Equal(10, ledger.Read().Count);
        Assert.Single(ledger.Read(new SightingFilter { Client = Times.Ip("203.0.113.3") }));
        Assert.Equal(10, ledger.Read(new SightingFilter { Role = MiningRole.Miner }).Count);
        Assert.Empty(ledger.Read(new SightingFilter { Role = MiningRole.Proxy }));
        Assert.Equal(3, ledger.Read(new SightingFilter { From = Events.Second(760) }).Count);
        Assert.Equal(2, ledger.Read(new SightingFilter { To = Events.Second(200) }).Count);
    }

    [Fact]
    public void AFailingWriteKeepsNothing()
    {
        using var ledger = SightingLedger.Open(Database);

        Assert.Throws<InvalidOperationException>(() => ledger.Write(SyntheticSightings.Make(5).Select((sighting, i) => i < 4 ? sighting : throw new InvalidOperationException())));

        Assert.Equal(0, ledger.Count());
        Assert.Equal((5, 0), ledger.Write(SyntheticSightings.Make(5)));
    }

    [Fact]
    public void AFullDiskIsAClearErrorAndKeepsNothing()
    {
        using var ledger = SightingLedger.Open(Database);
        ledger.Write(SyntheticSightings.Make(1));
        LedgerSchema.Execute(ledger.Connection, "PRAGMA max_page_count = 12");

        var error = Assert.Throws<LedgerException>(() => ledger.Write(SyntheticSightings.Make(200)));

        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, ledger.Count());
    }

    [Fact]
    public async Task SeveralWritersAtOnceWriteEachSightingOnce()
    {
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            using var ledger = SightingLedger.Open(Database);
            return ledger.Write(SyntheticSightings.Make(200));
        }));

        var results = await Task.WhenAll(writers);

        Assert.Equal(200, results.Sum(result => result.Added));
        Assert.Equal(600, results.Sum(result => result.Known));
        using var after = SightingLedger.OpenToRead(Database);
        Assert.Equal(200, after.Count());
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
            LedgerSchema.Execute(connection, "CREATE TABLE t (a)");
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
            LedgerSchema.Execute(ledger.Connection, $"PRAGMA user_version = {LedgerSchema.Newest + 1}");
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
        Assert.Contains("cannot be opened", Assert.Throws<LedgerException>(() => SightingLedger.OpenToRead(Database)).Message, StringComparison.Ordinal);
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

        Assert.Equal(3, LedgerSchema.Number(ledger.Connection, "SELECT count(*) FROM pragma_table_list WHERE strict = 1"));
        Assert.Equal(1, LedgerSchema.Number(ledger.Connection, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"));
        Assert.Equal(LedgerSchema.Newest, LedgerSchema.Number(ledger.Connection, "PRAGMA user_version"));
    }

    private static string Refused(string path) => Assert.Throws<LedgerException>(() => SightingLedger.Open(path).Dispose()).Message;

    private static string Json(Sighting sighting) => JsonSerializer.Serialize(sighting, JsonOptions);
}
