using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace MinerFlow.Ledger.Storage;

/// <summary>One file, for one machine.</summary>
internal sealed class SqliteDialect : LedgerDialect
{
    /// <summary>"MFL1" in <c>application_id</c> (sqlite.org/fileformat2.html, offset 68): this database is a ledger.</summary>
    private const int ApplicationId = 0x4D46_4C31;

    // Primary result codes: sqlite.org/rescode.html.
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    public override DbConnection Connect(LedgerPlace place, LedgerAccess access)
    {
        SqliteLibrary.Require();
        var mode = access switch { LedgerAccess.Read => SqliteOpenMode.ReadOnly, LedgerAccess.Write => SqliteOpenMode.ReadWrite, _ => SqliteOpenMode.ReadWriteCreate };
        var settings = new SqliteConnectionStringBuilder { DataSource = Path.GetFullPath(place.Name), Mode = mode, Pooling = false, ForeignKeys = true };
        var connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            if (access != LedgerAccess.Read && Version(connection) is not null)
            {
                var session = new LedgerSession(connection);
                session.Execute("PRAGMA journal_mode = WAL");
                session.Execute("PRAGMA synchronous = FULL");
                // What is deleted for privacy must not stay in a free page.
                session.Execute("PRAGMA secure_delete = ON");
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public override DbTransaction BeginWrite(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: false);

    public override DbTransaction BeginRead(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: true);

    public override int? Version(DbConnection connection)
    {
        var session = new LedgerSession(connection);
        var version = session.Number("PRAGMA user_version");
        var application = session.Number("PRAGMA application_id");
        var isEmpty = application == 0 && version == 0 && session.Number("SELECT count(*) FROM sqlite_schema") == 0;
        return isEmpty ? 0 : application == ApplicationId ? (int)version : null;
    }

    public override void SetVersion(LedgerSession session, int version)
    {
        session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {version}"));
        session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}"));
    }

    public override string Migration(string sql) => sql;

    public override LedgerException Problem(string place, DbException error)
    {
        var (code, extended) = error is SqliteException sqlite ? (sqlite.SqliteErrorCode, sqlite.SqliteExtendedErrorCode) : (0, 0);
        var what = code switch
        {
            NotADatabase => "is not an SQLite database; name another file, or a new one to begin a ledger.",
            Corrupt => "is damaged; restore it from a copy.",
            ReadOnly => "is read-only; the ledger and its folder must be writable.",
            CannotOpen => "cannot be opened; the folder must exist and be writable, and the name must not be a folder.",
            Busy or Locked => "is locked by another process; try again when that has finished.",
            Full => "does not fit: the disk is full, nothing of this write was kept.",
            IoError => "met a disk error; nothing of this write was kept.",
            _ => "failed.",
        };
        return new LedgerException($"{place}: the ledger {what} (SQLite {extended})", error)
        {
            IsOfEnvironment = code is ReadOnly or CannotOpen or Busy or Locked or Full or IoError,
        };
    }

    /// <summary>Deleted bytes are overwritten: see <see cref="Connect"/>.</summary>
    public override string Emptying(string table) => $"DELETE FROM {table}";

    public override string Size => "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";

    public override string Explain(string sql) => "EXPLAIN QUERY PLAN " + sql;
}
