using System.Text.Json;
using Microsoft.Data.Sqlite;
using MinerFlow.Enrichment;

namespace MinerFlow.Ledger;

/// <summary>
/// Sightings on disk, in one SQLite file. A sighting is written once: its key says whether it is known, so replaying the same capture changes nothing; only one that
/// was seen for longer takes the place of what was cut short, as when a followed file is read again after a stop in the midst of a window.
/// Several processes may have it open; one instance is for one thread at a time.
/// </summary>
public sealed class SightingLedger : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly string _path;

    static SightingLedger() => SQLitePCL.Batteries_V2.Init();

    private SightingLedger(SqliteConnection connection, string path)
    {
        _connection = connection;
        _path = path;
    }

    internal SqliteConnection Connection => _connection;

    /// <summary>Opens a ledger, or begins a new one where there is no file.</summary>
    /// <exception cref="LedgerException">The file is none, is of a newer program, or cannot be written.</exception>
    public static SightingLedger Open(string path) => Open(path, SqliteOpenMode.ReadWriteCreate);

    /// <summary>Opens an existing ledger to write on: one that has gone away is not begun anew.</summary>
    /// <exception cref="LedgerException">The file is missing, is none, is of a newer program, or cannot be written.</exception>
    public static SightingLedger OpenExisting(string path) => Open(path, SqliteOpenMode.ReadWrite);

    /// <summary>Opens an existing ledger and never writes to it.</summary>
    /// <exception cref="LedgerException">The file is missing, is no ledger, or is of a newer program.</exception>
    public static SightingLedger OpenToRead(string path) => Open(path, SqliteOpenMode.ReadOnly);

    /// <summary>Writes what is not yet known, all or nothing.</summary>
    /// <returns>How many were added or completed, and how many were known before.</returns>
    /// <exception cref="LedgerException">The ledger cannot be written; it is as it was before.</exception>
    public (int Added, int Known) Write(IEnumerable<Sighting> sightings) => Write(sightings, mark: null);

    /// <summary>Writes what is not yet known and how far their source has come, all or nothing: so a source that begins again from its mark loses and doubles nothing.</summary>
    /// <returns>How many were added, and how many were known before.</returns>
    /// <exception cref="LedgerException">The ledger cannot be written; it is as it was before.</exception>
    public (int Added, int Known) Write(IEnumerable<Sighting> sightings, SourceMark? mark)
    {
        ArgumentNullException.ThrowIfNull(sightings);
        return Guard(() =>
        {
            var added = 0;
            var known = 0;
            using var transaction = _connection.BeginTransaction(deferred: false);
            using var insert = SightingRow.InsertCommand(_connection, transaction);
            using var restricted = SightingRow.InsertRestrictedCommand(_connection, transaction);
            foreach (var sighting in sightings)
            {
                SightingRow.Bind(insert, sighting);
                if (insert.ExecuteNonQuery() == 0)
                {
                    known++;
                    continue;
                }

                added++;
                if (SightingRow.BindRestricted(restricted, sighting))
                {
                    restricted.ExecuteNonQuery();
                }
            }

            if (mark is not null)
            {
                SetMark(mark, transaction);
            }

            transaction.Commit();
            return (added, known);
        });
    }

    /// <summary>Sightings in the order of window and key.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public IReadOnlyList<Sighting> Read(SightingFilter? filter = null) => Guard(() =>
    {
        filter ??= new SightingFilter();
        using var select = SightingRow.SelectCommand(_connection, filter);
        using var reader = select.ExecuteReader();
        var sightings = new List<Sighting>();
        while (reader.Read())
        {
            sightings.Add(SightingRow.Read(reader));
        }

        return sightings;
    });

    /// <summary>How far this source has come; 0 when the ledger does not know it.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public long MarkOf(Guid source) => Guard(() =>
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT sequence FROM source_mark WHERE source = $source";
        command.Parameters.AddWithValue("$source", source.ToString("N"));
        return command.ExecuteScalar() is long sequence ? sequence : 0;
    });

    public long Count() => Guard(() => LedgerSchema.Number(_connection, "SELECT count(*) FROM sighting"));

    public void Dispose() => _connection.Dispose();

    private static SightingLedger Open(string path, SqliteOpenMode mode)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var settings = new SqliteConnectionStringBuilder { DataSource = Path.GetFullPath(path), Mode = mode, Pooling = false, ForeignKeys = true };
        var connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            LedgerSchema.Check(connection, path);
            if (mode != SqliteOpenMode.ReadOnly)
            {
                LedgerSchema.Execute(connection, "PRAGMA journal_mode = WAL");
                LedgerSchema.Execute(connection, "PRAGMA synchronous = FULL");
                LedgerSchema.Migrate(connection);
            }

            return new SightingLedger(connection, path);
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw LedgerException.From(path, error);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void SetMark(SourceMark mark, SqliteTransaction transaction)
    {
        using var command = _connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "INSERT INTO source_mark (source, sequence) VALUES ($source, $sequence) ON CONFLICT (source) DO UPDATE SET sequence = excluded.sequence";
        command.Parameters.AddWithValue("$source", mark.Source.ToString("N"));
        command.Parameters.AddWithValue("$sequence", mark.Sequence);
        command.ExecuteNonQuery();
    }

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException error)
        {
            throw LedgerException.From(_path, error);
        }
        catch (JsonException error)
        {
            throw new LedgerException($"{_path}: the ledger holds a row that cannot be read: {error.Message}", error);
        }
    }
}
