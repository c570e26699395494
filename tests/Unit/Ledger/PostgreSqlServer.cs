using System.Diagnostics;
using System.Globalization;
using MinerFlow.Unit.Enrichment;
using MinerFlow.Unit.Ledger;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

namespace MinerFlow.Unit.Ledger;

/// <summary>
/// A real PostgreSQL server on a socket in a folder of its own, started by the first test that asks for it. It refuses to run as root, so there it runs as nobody.
/// </summary>
public sealed class PostgreSqlServer : IDisposable
{
    private readonly Lazy<TempFolder> _folder;
    private int _homes;

    public PostgreSqlServer() => _folder = new Lazy<TempFolder>(Start);

    /// <summary>An empty schema of its own; skips the test where PostgreSQL is not installed.</summary>
    public LedgerHome NewHome()
    {
        Assert.SkipWhen(Programs is null, "PostgreSQL is not installed");
        return new PostgreSqlHome(Settings(_folder.Value), $"t{Interlocked.Increment(ref _homes)}");
    }

    public void Dispose()
    {
        if (_folder.IsValueCreated)
        {
            Run("pg_ctl", "stop", "-D", _folder.Value.PathOf("data"), "-m", "immediate", "-s");
            _folder.Value.Dispose();
        }
    }

    /// <summary>Folder of the newest server that is installed; null when there is none.</summary>
    private static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin")).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
        : null;

    private static string Settings(TempFolder folder) => $"Host={folder.FullName};Database=postgres;Username=tests;Pooling=false";

    private static TempFolder Start()
    {
        var folder = new TempFolder();
        if (Environment.IsPrivilegedProcess)
        {
            Run(asNobody: false, "/usr/bin/chown", "nobody", folder.FullName);
        }

        // Trust: only who can enter the folder reaches the socket. Nothing here outlives the run, so nothing waits for the disk.
        Run("initdb", "-D", folder.PathOf("data"), "-A", "trust", "-U", "tests", "-E", "UTF8", "--locale=C", "--no-sync");
        Run("pg_ctl", "start", "-w", "-s", "-D", folder.PathOf("data"), "-l", folder.PathOf("log"), "-o", $"-c listen_addresses= -c unix_socket_directories={folder.FullName} -c fsync=off -c max_connections=50");
        return folder;
    }

    private static void Run(string program, params string[] arguments) => Run(Environment.IsPrivilegedProcess, Path.Combine(Programs!, program), arguments);

    private static void Run(bool asNobody, string program, params string[] arguments)
    {
        var start = asNobody
            ? new ProcessStartInfo("/usr/bin/setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", program, .. arguments])
            : new ProcessStartInfo(program, arguments);

        using var process = Process.Start(start)!;
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    private sealed class PostgreSqlHome : LedgerHome
    {
        private readonly string _server;
        private readonly string _schema;

        public PostgreSqlHome(string server, string schema)
        {
            _server = server;
            _schema = schema;
            Execute($"CREATE SCHEMA {schema}");
        }

        public override string Place => $"postgresql:{_server};Search Path={_schema}";

        protected override void Dispose(bool disposing) => Execute($"DROP SCHEMA {_schema} CASCADE");

        private void Execute(string sql)
        {
            using var connection = new NpgsqlConnection(_server);
            connection.Open();
#pragma warning disable CA2100 // The name is a number.
            using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
    }
}
