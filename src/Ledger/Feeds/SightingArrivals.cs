using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger.Feeds;

/// <summary>Numbers sightings in the order in which the ledger learns of them, within the transaction that does. A number is never given twice.</summary>
internal sealed class SightingArrivals : IDisposable
{
    private readonly LedgerCommand _insert;
    private long _last;

    public SightingArrivals(LedgerSession session)
    {
        _last = Last(session);
        _insert = session.Prepare(
            "INSERT INTO sighting_arrival (number, key, times) VALUES (@number, @key, 1) ON CONFLICT (key) DO UPDATE SET number = excluded.number, times = sighting_arrival.times + 1",
            "number",
            "key");
    }

    /// <summary>The highest number given so far, that of sightings deleted since included.</summary>
    public static long Last(LedgerSession session) =>
        session.Number("SELECT max(number) FROM (SELECT max(number) AS number FROM sighting_arrival UNION ALL SELECT max(number) FROM feed_mark) AS numbers");

    /// <summary>Cases were opened: what these subjects were seen doing has the number of a case now, and comes again.</summary>
    public static void Again(LedgerSession session, IReadOnlyCollection<long> subjects)
    {
        if (subjects.Count == 0)
        {
            return;
        }

        session.Execute(
            $"""
            INSERT INTO sighting_arrival (number, key, times)
            SELECT @last + row_number() OVER (ORDER BY s.window_start, s.key), s.key, 1 FROM sighting_told t JOIN sighting s ON s.key = t.key
            WHERE t.subject IN ({string.Join(", ", subjects)})
            ON CONFLICT (key) DO UPDATE SET number = excluded.number, times = sighting_arrival.times + 1
            """,
            ("last", Last(session)));
    }

    /// <summary>The sighting is new, or something more is known of it; <see cref="Flush"/> before the transaction ends.</summary>
    public void Add(string key) => _insert.Add(++_last, key);

    /// <summary>Every number is written.</summary>
    public void Flush() => _insert.Flush();

    public void Dispose() => _insert.Dispose();
}
