using MinerFlow.Enrichment;
using MinerFlow.Ledger.Feeds;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger;

/// <summary>
/// Sightings of a ledger. A sighting is written once: its key says whether it is known, so replaying the same capture changes nothing; only one that
/// was seen for longer takes the place of what was cut short, as when a followed file is read again after a stop in the midst of a window.
/// Several processes may have it open; one instance is for one thread at a time.
/// </summary>
public sealed class SightingLedger : IDisposable
{
    /// <summary>Schema that has the tables of sightings: an older ledger can be read without being changed.</summary>
    private const int OldestSchema = 1;

    private readonly LedgerDatabase _database;

    private SightingLedger(LedgerDatabase database) => _database = database;

    /// <summary>As messages may show it.</summary>
    public string Name => _database.Name;

    internal LedgerDatabase Database => _database;

    /// <summary>Opens a ledger, or begins a new one where there is none.</summary>
    /// <param name="place">See <see cref="LedgerPlace.Parse"/>.</param>
    /// <exception cref="LedgerException">It is none, is of a newer program, or cannot be written.</exception>
    public static SightingLedger Open(string place) => Open(place, LedgerAccess.Create);

    /// <summary>Opens an existing ledger to write on: one that has gone away is not begun anew.</summary>
    /// <exception cref="LedgerException">It is missing, is none, is of a newer program, or cannot be written.</exception>
    public static SightingLedger OpenExisting(string place) => Open(place, LedgerAccess.Write);

    /// <summary>Opens an existing ledger and never writes to it.</summary>
    /// <exception cref="LedgerException">It is missing, is no ledger, or is of a newer program.</exception>
    public static SightingLedger OpenToRead(string place) => Open(place, LedgerAccess.Read);

    /// <summary>Writes what is not yet known, all or nothing.</summary>
    /// <returns>How many were added or completed, and how many were known before.</returns>
    /// <exception cref="LedgerException">The ledger cannot be written; it is as it was before.</exception>
    public (int Added, int Known) Write(IEnumerable<Sighting> sightings) => Write(sightings, mark: null);

    /// <summary>Writes what is not yet known and how far their source has come, all or nothing: so a source that begins again from its mark loses and doubles nothing.</summary>
    /// <returns>How many were added, and how many were known before.</returns>
    /// <exception cref="LedgerException">The ledger cannot be written; it is as it was before.</exception>
    public (int Added, int Known) Write(IEnumerable<Sighting> sightings, SourceMark? mark)
    {
        ArgumentNullException.ThrowIfNull(sightings);
        return _database.Write(session =>
        {
            var added = 0;
            var known = 0;
            using var insert = SightingRow.InsertCommand(session);
            using var restricted = SightingRow.InsertRestrictedCommand(session);
            using var arrivals = new SightingArrivals(session);
            foreach (var sighting in sightings)
            {
                if (insert.Run(SightingRow.Values(sighting)) == 0)
                {
                    known++;
                    continue;
                }

                added++;
                arrivals.Add(sighting.Key);
                if (SightingRow.RestrictedValues(sighting) is { } names)
                {
                    restricted.Run(names);
                }
            }

            arrivals.Flush();
            if (mark is not null)
            {
                session.Execute(
                    "INSERT INTO source_mark (source, sequence) VALUES (@source, @sequence) ON CONFLICT (source) DO UPDATE SET sequence = excluded.sequence",
                    ("source", mark.Source.ToString("N")),
                    ("sequence", mark.Sequence));
            }

            return (added, known);
        });
    }

    /// <summary>Sightings in the order of window and key.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public IReadOnlyList<Sighting> Read(SightingFilter? filter = null) => _database.Read(session => SightingRow.Select(session, filter ?? new SightingFilter()));

    /// <summary>How far this source has come; 0 when the ledger does not know it.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public long MarkOf(Guid source) => _database.Read(session => session.Number("SELECT sequence FROM source_mark WHERE source = @source", ("source", source.ToString("N"))));

    public long Count() => _database.Read(session => session.Number("SELECT count(*) FROM sighting"));

    public void Dispose() => _database.Dispose();

    private static SightingLedger Open(string place, LedgerAccess access) => new(LedgerDatabase.Open(LedgerPlace.Parse(place), access, OldestSchema));
}
