using System.Data.Common;
using System.Text.Json;

namespace MinerFlow.Ledger.Storage;

/// <summary>
/// An open ledger, in SQLite or PostgreSQL with the same behaviour. Several processes may have it open; one instance is for one thread at a time.
/// </summary>
public sealed class LedgerDatabase : IDisposable
{
    private readonly DbConnection _connection;
    private readonly LedgerDialect _dialect;
    private readonly LedgerPlace _place;

    private LedgerDatabase(DbConnection connection, LedgerDialect dialect, LedgerPlace place)
    {
        _connection = connection;
        _dialect = dialect;
        _place = place;
    }

    internal DbConnection Connection => _connection;

    internal LedgerDialect Dialect => _dialect;

    /// <summary>As messages may show it.</summary>
    public string Name => _place.Name;

    /// <exception cref="LedgerException">There is none, it is none, is of a newer program, cannot be reached or not be written.</exception>
    public static LedgerDatabase Open(LedgerPlace place, LedgerAccess access) => Open(place, access, LedgerSchema.Newest);

    /// <param name="place">Where it is.</param>
    /// <param name="access">What for.</param>
    /// <param name="oldest">Schema version that is enough to read; one that is written to is brought to the newest.</param>
    internal static LedgerDatabase Open(LedgerPlace place, LedgerAccess access, int oldest)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (place.IsFile && access != LedgerAccess.Create && Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(place.Name))) && !Path.Exists(place.Name))
        {
            throw new LedgerException($"{place.Name}: there is no such ledger; name one that minerflow run, or --ledger of replay or intake, has begun.");
        }

        LedgerDialect dialect = place.IsFile ? new SqliteDialect() : new PostgreSqlDialect();
        DbConnection? connection = null;
        try
        {
            connection = dialect.Connect(place, access);
            LedgerSchema.Check(connection, dialect, place, access, oldest);
            if (access != LedgerAccess.Read)
            {
                LedgerSchema.Migrate(connection, dialect);
            }

            return new LedgerDatabase(connection, dialect, place);
        }
        catch (DbException error)
        {
            connection?.Dispose();
            throw dialect.Problem(place.Name, error);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>All of the work, or none of it when it throws. One writer at a time: what it reads still holds when it commits.</summary>
    internal T Write<T>(Func<LedgerSession, T> work) => Guard(() =>
    {
        using var transaction = _dialect.BeginWrite(_connection);
        var result = work(new LedgerSession(_connection));
        transaction.Commit();
        return result;
    });

    internal void Write(Action<LedgerSession> work) => Write(session =>
    {
        work(session);
        return true;
    });

    /// <summary>Reads one state: nothing that is written meanwhile is seen in part.</summary>
    internal T Read<T>(Func<LedgerSession, T> work) => Guard(() =>
    {
        using var transaction = _dialect.BeginRead(_connection);
        return work(new LedgerSession(_connection));
    });

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (DbException error)
        {
            throw _dialect.Problem(_place.Name, error);
        }
        catch (JsonException error)
        {
            throw new LedgerException($"{_place.Name}: the ledger holds a row that cannot be read: {error.Message}", error);
        }
    }
}
