using System.Globalization;
using Microsoft.Data.Sqlite;

namespace MinerFlow.Unit.Ledger;

internal static class LedgerDump
{
    /// <summary>Every row of every table, in the order of its key.</summary>
    public static List<string> Of(string database)
    {
        var lines = new List<string>();
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False;Mode=ReadOnly");
        connection.Open();
        foreach (var table in (string[])["sighting", "sighting_restricted"])
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The names stand above.
            command.CommandText = $"SELECT * FROM {table} ORDER BY key";
#pragma warning restore CA2100
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var fields = Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture));
                lines.Add($"{table}|{string.Join('|', fields)}");
            }
        }

        return lines;
    }
}
