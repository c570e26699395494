using System.Globalization;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Unit.Ledger;

internal static class LedgerDump
{
    /// <summary>Every row of the tables of sightings, in the order of its key.</summary>
    public static List<string> Of(string place)
    {
        var lines = new List<string>();
        using var database = LedgerDatabase.Open(LedgerPlace.Parse(place), LedgerAccess.Read);
        foreach (var table in (string[])["sighting", "sighting_sealed"])
        {
            using var command = database.Connection.CreateCommand();
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
