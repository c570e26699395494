using System.Data;
using System.Data.Common;
using System.Text.RegularExpressions;
using Npgsql;

namespace MinerFlow.Ledger.Storage;

/// <summary>A server, for several machines and many users. The ledger lies in the first schema of the user's <c>search_path</c>.</summary>
internal sealed partial class PostgreSqlDialect : LedgerDialect
{
    /// <summary>
    /// "MFL1": with the number of the ledger's schema, the advisory lock that a writer holds until its transaction ends (PostgreSQL manual, 13.3.5; locks are of a database already).
    /// </summary>
    private const int WriterLock = 0x4D46_4C31;

    /// <summary>As long as SQLite waits for another writer.</summary>
    private const string Waiting = "-c lock_timeout=30000";

    /// <summary>Statements that come again are planned once (Npgsql manual, "Prepared statements"): more than any step has.</summary>
    private const int StatementsPrepared = 100;

    public override DbConnection Connect(LedgerPlace place, LedgerAccess access)
    {
        var settings = new NpgsqlConnectionStringBuilder(place.Server!.ConnectionString) { ApplicationName = "minerflow" };
        if (settings.MaxAutoPrepare == 0)
        {
            settings.MaxAutoPrepare = StatementsPrepared;
        }

        settings.Options = $"{settings.Options} {Waiting}{(access == LedgerAccess.Read ? " -c default_transaction_read_only=on" : "")}".Trim();
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public override DbTransaction BeginWrite(DbConnection connection)
    {
        var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
        try
        {
            // Taken before the first read: each statement behind it sees all that the writer before has committed.
            new LedgerSession(connection).Execute("SELECT pg_advisory_xact_lock(@lock::int, (SELECT oid::bigint::bit(32)::int FROM pg_namespace WHERE nspname = current_schema()))", ("lock", WriterLock));
            return transaction;
        }
        catch
        {
            transaction.Dispose();
            throw;
        }
    }

    public override DbTransaction BeginRead(DbConnection connection) => connection.BeginTransaction(IsolationLevel.RepeatableRead);

    public override int? Version(DbConnection connection)
    {
        var session = new LedgerSession(connection);
        if (session.Number("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'ledger_schema'") == 1)
        {
            return (int)session.Number("SELECT version FROM ledger_schema");
        }

        return session.Number("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()") == 0 ? 0 : null;
    }

    public override void SetVersion(LedgerSession session, int version)
    {
        session.Execute("CREATE TABLE IF NOT EXISTS ledger_schema (version BIGINT NOT NULL)");
        session.Execute("DELETE FROM ledger_schema");
        session.Execute("INSERT INTO ledger_schema (version) VALUES (@version)", ("version", (long)version));
    }

    /// <summary>Migrations are written in SQLite's words; these have others here. "C" lets texts compare by their bytes, as SQLite does.</summary>
    public override string Migration(string sql) => WordsThatDiffer().Replace(sql, word => word.Value switch
    {
        "INTEGER" => "BIGINT",
        "REAL" => "DOUBLE PRECISION",
        "BLOB" => "BYTEA",
        "TEXT" => "TEXT COLLATE \"C\"",
        _ => "",
    });

    public override LedgerException Problem(string place, DbException error)
    {
        // appendix A of the PostgreSQL manual, "PostgreSQL Error Codes"; without a code the server was not reached.
        var what = error.SqlState switch
        {
            null when error is not PostgresException => "cannot be reached: " + error.Message.TrimEnd('.') + ".",
            "28000" or "28P01" => "refuses the user or the password; see PGPASSWORD, PGPASSFILE and pg_hba.conf.",
            "3D000" => "is not there: the server has no such database; create it first.",
            "25006" => "is read-only; nothing was written.",
            "42501" => "refuses the user this right; grant it, or name another user.",
            "53100" => "does not fit: the disk is full, nothing of this write was kept.",
            "55P03" => "is locked by another process; try again when that has finished.",
            "57P01" or "57P02" or "57P03" => "is away: the server is starting or going down.",
            "XX001" or "XX002" => "is damaged; restore it from a copy.",
            _ => "failed: " + error.Message.TrimEnd('.') + ".",
        };
        return new LedgerException($"{place}: the ledger {what} (PostgreSQL {error.SqlState ?? "-"})", error)
        {
            // The classes connection, authorization, resources, state, intervention and system; a read-only transaction; a missing right.
            IsOfEnvironment = error.SqlState is null or ['0', '8', ..] or ['2', '8', ..] or ['5', '3' or '5' or '7' or '8', ..] or "25006" or "42501",
        };
    }

    /// <summary>A deleted row lies in its file until a vacuum; a truncated table gets a new one.</summary>
    public override string Emptying(string table) => $"TRUNCATE {table}";

    /// <summary>A database may hold other schemas than the ledger's.</summary>
    public override string Size => """
        SELECT coalesce(sum(pg_total_relation_size(pg_class.oid)), 0)::bigint
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = current_schema() AND relkind = 'r'
        """;

    public override string Explain(string sql) => "EXPLAIN " + sql;

    [GeneratedRegex(@"\bINTEGER\b|\bREAL\b|\bBLOB\b|\bTEXT\b|(?<=\)) STRICT\b(, WITHOUT ROWID\b)?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex WordsThatDiffer();
}
