using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;

namespace MinerFlow.Ledger;

/// <summary>Brings a ledger to the schema of this program, by numbered SQL files, forward only. <c>user_version</c> is the number of the last one applied.</summary>
internal static class LedgerSchema
{
    /// <summary>"MFL1" in <c>application_id</c> (sqlite.org/fileformat2.html, offset 68): this database is a ledger.</summary>
    public const int ApplicationId = 0x4D46_4C31;

    private static readonly (int Version, string Name)[] Migrations = Find();

    public static int Newest => Migrations[^1].Version;

    /// <summary>Refuses what is no ledger or one of a newer program, before anything is changed.</summary>
    public static void Check(SqliteConnection connection, string path)
    {
        var version = Number(connection, "PRAGMA user_version");
        var application = Number(connection, "PRAGMA application_id");
        var isNew = application == 0 && version == 0 && Number(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        if (!isNew && application != ApplicationId)
        {
            throw new LedgerException($"{path}: is an SQLite database, but not a ledger; name another file, or a new one to begin a ledger.");
        }

        if (version > Newest)
        {
            throw new LedgerException($"{path}: the ledger has schema version {version}, this program knows up to {Newest}; use the newer program.");
        }

        if (isNew && connection.ConnectionString.Contains("Mode=ReadOnly", StringComparison.OrdinalIgnoreCase))
        {
            throw new LedgerException($"{path}: is empty, there is nothing to read.");
        }
    }

    public static void Migrate(SqliteConnection connection)
    {
        if (Number(connection, "PRAGMA user_version") == Newest)
        {
            return;
        }

        // Immediate: of two programs that open a new ledger at once the second waits and then finds it made.
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = Number(connection, "PRAGMA user_version");
        foreach (var (number, name) in Migrations)
        {
            if (number > version)
            {
                Execute(connection, ReadSql(name));
                Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {number}"));
            }
        }

        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}"));
        transaction.Commit();
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants and embedded files come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
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
