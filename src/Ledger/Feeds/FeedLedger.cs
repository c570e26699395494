using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger.Feeds;

/// <summary>
/// Hits in the order in which the ledger learnt of them, and how far each feed has come. A feed keeps its mark behind what it has handed over: after a stop in
/// between it hands that over once more, and a ledger that was restored goes on from where its copy was.
/// </summary>
public sealed class FeedLedger : IDisposable
{
    private readonly LedgerDatabase _database;

    private FeedLedger(LedgerDatabase database) => _database = database;

    /// <summary>Opens an existing ledger; marks are written to it.</summary>
    /// <param name="place">See <see cref="LedgerPlace.Parse"/>.</param>
    /// <exception cref="LedgerException">It is missing, is none, is of a newer program, or cannot be written.</exception>
    public static FeedLedger Open(string place) => new(LedgerDatabase.Open(LedgerPlace.Parse(place), LedgerAccess.Write));

    /// <summary>The number up to which a feed has handed everything over. One that the ledger does not know begins now, or before the first sighting.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read or written.</exception>
    public long Begin(string feed, bool fromStart)
    {
        if (Mark(feed) is { } known)
        {
            return known;
        }

        var mark = fromStart ? 0 : _database.Read(SightingArrivals.Last);
        Keep(feed, mark);
        return mark;
    }

    /// <summary>Hits of one sensor that arrived behind a number.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public FeedBatch Read(string sensor, long behind, int most) => _database.Read(session =>
    {
        var last = SightingArrivals.Last(session);
        var found = SightingRow.Arrived(session, sensor, behind, most);
        return new FeedBatch(found, found.Count == most ? found[^1].Number : Math.Max(last, behind));
    });

    /// <summary>The highest number there is.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read.</exception>
    public long Last() => _database.Read(SightingArrivals.Last);

    /// <summary>The feed has handed over everything up to this number.</summary>
    /// <exception cref="LedgerException">The ledger cannot be written.</exception>
    public void Keep(string feed, long number) => _database.Write(session => session.Execute(
        "INSERT INTO feed_mark (feed, number) VALUES (@feed, @number) ON CONFLICT (feed) DO UPDATE SET number = excluded.number",
        ("feed", feed),
        ("number", number)));

    public void Dispose() => _database.Dispose();

    private long? Mark(string feed) => _database.Read(session =>
        session.Query("SELECT number FROM feed_mark WHERE feed = @feed", row => (long?)row.Number("number"), ("feed", feed)).FirstOrDefault());
}
