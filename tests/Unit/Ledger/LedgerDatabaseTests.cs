using MinerFlow.Ledger;
using MinerFlow.Ledger.Storage;
using Xunit;

namespace MinerFlow.Unit.Ledger;

public sealed class LedgerDatabaseOnSqliteTests() : LedgerDatabaseTests(new SqliteHome());

public sealed class LedgerDatabaseOnPostgreSqlTests(PostgreSqlServer server) : LedgerDatabaseTests(server.NewHome());

/// <summary>What holds of a ledger whatever database it lies in.</summary>
public abstract class LedgerDatabaseTests(LedgerHome home) : IDisposable
{
    public static TheoryData<int> Versions => [.. Enumerable.Range(1, LedgerSchema.Newest)];

    private LedgerPlace Place => LedgerPlace.Parse(home.Place);

    public void Dispose()
    {
        home.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void ALedgerOfEachEarlierProgramIsBroughtToTheNewestSchemaAndKeepsItsSightings(int version)
    {
        BeginAt(version);
        using (var session = new Opened(Place))
        {
            session.Session.Execute(
                """
                INSERT INTO sighting (key, sensor, capture, client, client_ports, server, server_port, transport, window_start, window_end, first_seen, last_seen, connections,
                    role, state, dialect, rule, coin, confidence, encrypted, shares_submitted, shares_accepted, shares_rejected, shares_stale, accepted_work, detail)
                VALUES ('k', 's', 'c', '192.0.2.1', '[]', '198.51.100.1', 3333, 6, 1, 2, 1, 2, 1, 'miner', 'accepted', 'd', 'r', 'BTC', 0.9, 0, 0, 0, 0, 0, 0, '{}')
                """);
        }

        LedgerDatabase.Open(Place, LedgerAccess.Create).Dispose();

        using var after = LedgerDatabase.Open(Place, LedgerAccess.Read);
        Assert.Equal(LedgerSchema.Newest, after.Dialect.Version(after.Connection));
        Assert.Equal(1, after.Read(session => session.Number("SELECT count(*) FROM sighting WHERE key = 'k' AND coin = 'BTC'")));
        using var sightings = SightingLedger.OpenToRead(home.Place);
        Assert.Equal(1, sightings.Count());
    }

    [Fact]
    public void ALedgerOfAnEarlierProgramIsNotChangedByReading()
    {
        BeginAt(1);

        using (var sightings = SightingLedger.OpenToRead(home.Place))
        {
            Assert.Equal(0, sightings.Count());
        }

        Assert.Contains("schema version 1", Assert.Throws<LedgerException>(() => LedgerDatabase.Open(Place, LedgerAccess.Read)).Message, StringComparison.Ordinal);
        using var opened = new Opened(Place);
        Assert.Equal(1, opened.Dialect.Version(opened.Session.Connection));
    }

    [Fact]
    public void OneOfANewerProgramIsRefused()
    {
        LedgerDatabase.Open(Place, LedgerAccess.Create).Dispose();
        using (var opened = new Opened(Place))
        {
            opened.Dialect.SetVersion(opened.Session, LedgerSchema.Newest + 1);
        }

        Assert.Contains("use the newer program", Assert.Throws<LedgerException>(() => LedgerDatabase.Open(Place, LedgerAccess.Create)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatHoldsOtherTablesIsNoLedger()
    {
        using (var opened = new Opened(Place))
        {
            opened.Session.Execute("CREATE TABLE someone_elses (a INTEGER)");
        }

        Assert.Contains("but not a ledger", Assert.Throws<LedgerException>(() => LedgerDatabase.Open(Place, LedgerAccess.Create)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenedToReadItRefusesToWrite()
    {
        LedgerDatabase.Open(Place, LedgerAccess.Create).Dispose();
        using var reader = LedgerDatabase.Open(Place, LedgerAccess.Read);

        var error = Assert.Throws<LedgerException>(() => reader.Write(session => session.Execute("INSERT INTO source_mark (source, sequence) VALUES ('a', 1)")));

        Assert.Contains("read-only", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AReaderSeesOneStateWhileAnotherWrites()
    {
        using var writer = LedgerDatabase.Open(Place, LedgerAccess.Create);
        using var reader = LedgerDatabase.Open(Place, LedgerAccess.Read);

        var counts = reader.Read(session =>
        {
            var before = session.Number("SELECT count(*) FROM source_mark");
            writer.Write(other => other.Execute("INSERT INTO source_mark (source, sequence) VALUES ('a', 1)"));
            return (before, session.Number("SELECT count(*) FROM source_mark"));
        });

        Assert.Equal((0, 0), counts);
        Assert.Equal(1, reader.Read(session => session.Number("SELECT count(*) FROM source_mark")));
    }

    [Fact]
    public async Task WritersFollowEachOther()
    {
        LedgerDatabase.Open(Place, LedgerAccess.Create).Dispose();
        const int Turns = 20;
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            using var database = LedgerDatabase.Open(Place, LedgerAccess.Write);
            for (var i = 0; i < Turns; i++)
            {
                // Read, then write: a writer between the two would lose a turn.
                database.Write(session =>
                {
                    var next = session.Number("SELECT max(sequence) FROM source_mark") + 1;
                    session.Execute("INSERT INTO source_mark (source, sequence) VALUES (@source, @sequence)", ("source", $"{next}"), ("sequence", next));
                });
            }
        }));

        await Task.WhenAll(writers);

        using var after = LedgerDatabase.Open(Place, LedgerAccess.Read);
        Assert.Equal(4 * Turns, after.Read(session => session.Number("SELECT max(sequence) FROM source_mark")));
    }

    [Fact]
    public void TextsCompareByTheirBytesAndAreKeptAlike()
    {
        string[] texts = ["B", "a", "中", "É", "\U0001F600", "nul\0half\uD800"];
        using var database = LedgerDatabase.Open(Place, LedgerAccess.Create);

        database.Write(session =>
        {
            foreach (var text in texts)
            {
                session.Execute("INSERT INTO source_mark (source, sequence) VALUES (@source, 1)", ("source", text));
            }
        });

        var kept = database.Read(session => session.Query("SELECT source FROM source_mark ORDER BY source", row => row.Text("source")));
        Assert.Equal(["B", "a", "nul\uFFFDhalf\uFFFD", "É", "中", "\U0001F600"], kept);
    }

    private void BeginAt(int version)
    {
        using var opened = new Opened(Place);
        LedgerSchema.Migrate(opened.Session.Connection, opened.Dialect, version);
    }

    /// <summary>The database as it is, below the ledger.</summary>
    private sealed class Opened : IDisposable
    {
        public Opened(LedgerPlace place)
        {
            Dialect = place.IsFile ? new SqliteDialect() : new PostgreSqlDialect();
            Session = new LedgerSession(Dialect.Connect(place, LedgerAccess.Create));
        }

        public LedgerDialect Dialect { get; }

        public LedgerSession Session { get; }

        public void Dispose() => Session.Connection.Dispose();
    }
}
