using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake;

/// <summary>Marks rows of a batch that ask what an earlier row asks. The same address at another time, port, protocol or pool stays: it can be another person.</summary>
internal static class DuplicateRows
{
    public static void Mark(List<ListRow> rows)
    {
        var asked = new Dictionary<EntryKey, RowPlace>();
        var addresses = new Dictionary<IpRange, RowPlace>();
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            if (row.Disposition == RowDisposition.Accepted)
            {
                rows[i] = Compare(row, asked, addresses);
            }
        }
    }

    private static ListRow Compare(ListRow row, Dictionary<EntryKey, RowPlace> asked, Dictionary<IpRange, RowPlace> addresses)
    {
        var place = new RowPlace(row.Table, row.Row);
        var own = new List<ListEntry>();
        RowPlace? same = null;
        RowPlace? other = null;
        foreach (var entry in row.Entries)
        {
            if (asked.TryGetValue(entry.Key, out var earlier))
            {
                same ??= earlier;
                continue;
            }

            asked.Add(entry.Key, place);
            own.Add(entry);
            if (!addresses.TryAdd(entry.Addresses, place) && addresses[entry.Addresses] != place)
            {
                other ??= addresses[entry.Addresses];
            }
        }

        if (same is { } first)
        {
            row = row with { Problems = [.. row.Problems, Note(row, RowProblemKind.SameAsRow, first)] };
            row = own.Count == 0 ? row with { Disposition = RowDisposition.Duplicate, DuplicateOf = first } : row with { Entries = own };
        }

        return other is { } seen ? row with { Problems = [.. row.Problems, Note(row, RowProblemKind.SameAddress, seen)] } : row;
    }

    private static RowProblem Note(ListRow row, RowProblemKind kind, RowPlace earlier) =>
        new(row.Table, row.Row, 0, ListColumn.Address, kind, "", $"{earlier.Table}", $"{earlier.Row}");
}
