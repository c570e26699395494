using System.Data.Common;
using System.Globalization;
using System.Reflection;

namespace MinerFlow.Ledger.Storage;

/// <summary>Brings a ledger to the schema of this program, by numbered SQL files, forward only; the database keeps the number of the last one applied.</summary>
internal static class LedgerSchema
{
    private static readonly (int Version, string Name)[] Migrations = Find();

    public static int Newest => Migrations[^1].Version;

    /// <summary>Refuses what is no ledger or one of a newer program, before anything is changed.</summary>
    public static void Check(DbConnection connection, LedgerDialect dialect, LedgerPlace place, LedgerAccess access, int oldest)
    {
        var kind = place.IsFile ? "an SQLite database" : "a PostgreSQL schema";
        if (dialect.Version(connection) is not { } version)
        {
            throw new LedgerException($"{place.Name}: is {kind}, but not a ledger; name another, or a new one to begin a ledger.");
        }

        if (version > Newest)
        {
            throw new LedgerException($"{place.Name}: the ledger has schema version {version}, this program knows up to {Newest}; use the newer program.");
        }

        // A file that was begun is there at once and filled a moment later, so an empty one to write on is no mistake.
        if (version == 0 && (access == LedgerAccess.Read || (access == LedgerAccess.Write && !place.IsFile)))
        {
            throw new LedgerException($"{place.Name}: is empty, there is nothing to read.");
        }

        if (version < oldest && access == LedgerAccess.Read)
        {
            throw new LedgerException($"{place.Name}: the ledger has schema version {version} and is read-only here; open it once with a command that writes, which brings it to version {Newest}.");
        }
    }

    /// <param name="connection">Of the ledger.</param>
    /// <param name="dialect">Of its database.</param>
    /// <param name="upTo">Number of the last migration to apply; the newest unless a test begins a ledger of an earlier program.</param>
    public static void Migrate(DbConnection connection, LedgerDialect dialect, int? upTo = null)
    {
        var last = upTo ?? Newest;
        if (dialect.Version(connection) >= last)
        {
            return;
        }

        // Of two programs that open a new ledger at once the second waits and then finds it made.
        using var transaction = dialect.BeginWrite(connection);
        var session = new LedgerSession(connection);
        var version = dialect.Version(connection) ?? 0;
        foreach (var (number, name) in Migrations)
        {
            if (number > version && number <= last)
            {
                session.Execute(dialect.Migration(ReadSql(name)));
                dialect.SetVersion(session, number);
            }
        }

        transaction.Commit();
    }

    private static (int Version, string Name)[] Find()
    {
        var names = Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal));
        return [.. names.Select(name => (int.Parse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture), name)).OrderBy(pair => pair.Item1)];
    }

    private static string ReadSql(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
