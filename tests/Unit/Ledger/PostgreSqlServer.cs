using System.Globalization;
using MinerFlow.Unit.Ledger;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

namespace MinerFlow.Unit.Ledger;

/// <summary>The server of all tests, started by the first that asks for it.</summary>
public sealed class PostgreSqlServer : IDisposable
{
    private readonly Lazy<PostgreSqlProcess> _process = new(() => new PostgreSqlProcess(isDurable: false));
    private int _homes;

    /// <summary>An empty schema of its own; skips the test where PostgreSQL is not installed.</summary>
    public LedgerHome NewHome()
    {
        Assert.SkipWhen(PostgreSqlProcess.Programs is null, "PostgreSQL is not installed");
        return new PostgreSqlHome(_process.Value.Settings, string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref _homes)}"));
    }

    public void Dispose()
    {
        if (_process.IsValueCreated)
        {
            _process.Value.Dispose();
        }
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
