using MinerFlow.Enrichment;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Feeds;
using MinerFlow.Ledger.Privacy;
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
    private PersonalVault? _vault;

    private SightingLedger(LedgerDatabase database) => _database = database;

    /// <summary>As messages may show it.</summary>
    public string Name => _database.Name;

    /// <summary>For <see cref="LedgerDesk.OpenVault"/>.</summary>
    public LedgerDatabase Database => _database;

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

    /// <summary>From now on names are sealed with the keys of this vault, and read again; without it they are neither kept nor read. The vault stays open.</summary>
    /// <returns>This.</returns>
    public SightingLedger WithNames(PersonalVault vault)
    {
        _vault = vault;
        return this;
    }

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
        return _database.Write(session => _vault is null ? Write(session, sightings, mark) : _vault.Together(() => Write(session, sightings, mark)));
    }

    /// <summary>Says that a sensor or log listened from one moment to another: clearing a case rests on it.</summary>
    /// <exception cref="LedgerException">The ledger cannot be written; it is as it was before.</exception>
    public void Cover(IReadOnlyCollection<HealthySpan> spans)
    {
        ArgumentNullException.ThrowIfNull(spans);
        _database.Write(session =>
        {
            foreach (var span in spans)
            {
                Coverage.Add(session, span);
            }
        });
    }

    /// <summary>Sightings in the order of window and key.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public IReadOnlyList<Sighting> Read(SightingFilter? filter = null) =>
        _database.Read(session => SightingRow.Select(session, filter ?? new SightingFilter(), filter?.IncludeRestricted == true ? _vault : null));

    /// <summary>How far this source has come; 0 when the ledger does not know it.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public long MarkOf(Guid source) => _database.Read(session => session.Number("SELECT sequence FROM source_mark WHERE source = @source", ("source", source.ToString("N"))));

    /// <summary>Bytes that the whole ledger takes on its disk, or on the server's.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public long Bytes() => _database.Read(session => session.Number(_database.Dialect.Size));

    public long Count() => _database.Read(session => session.Number("SELECT count(*) FROM sighting"));

    public void Dispose() => _database.Dispose();

    private static SightingLedger Open(string place, LedgerAccess access) => new(LedgerDatabase.Open(LedgerPlace.Parse(place), access, OldestSchema));

    private (int Added, int Known) Write(LedgerSession session, IEnumerable<Sighting> sightings, SourceMark? mark)
    {
        var added = 0;
        var known = 0;
        using var insert = SightingRow.InsertCommand(session);
        using var sealedNames = SightingNames.InsertCommand(session);
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
            if (_vault is not null)
            {
                SightingNames.Of(sighting)?.Write(sealedNames, _vault, sighting.Key, sighting.WindowStart);
            }
        }

        arrivals.Flush();
        if (_vault is not null && added > 0)
        {
            LedgerIdentity.Claim(session, _vault);
        }

        if (mark is not null)
        {
            session.Execute(
                "INSERT INTO source_mark (source, sequence) VALUES (@source, @sequence) ON CONFLICT (source) DO UPDATE SET sequence = excluded.sequence",
                ("source", mark.Source.ToString("N")),
                ("sequence", mark.Sequence));
        }

        return (added, known);
    }
}
