using System.Globalization;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger.Deliveries;

/// <summary>
/// Numbers of packages, without a gap for each destination. A ledger that was put back from a backup does not know which numbers were given after it: it gives none until somebody has
/// asked the recipient, so that no number stands for two packages.
/// </summary>
internal static class DeliveryNumbers
{
    /// <exception cref="RefusedException">Nobody knows which number is next.</exception>
    public static long Next(LedgerSession session, string destination)
    {
        if (LedgerIdentity.RestoredAt(session) is { } restored && !(CountedAt(session, destination) > restored))
        {
            throw new RefusedException(RefusalKind.NumbersUnsure, destination, restored.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture));
        }

        session.Execute(
            "INSERT INTO delivery_destination (name, last_sequence, attempts, delivered) VALUES (@name, 1, 0, 0) ON CONFLICT (name) DO UPDATE SET last_sequence = delivery_destination.last_sequence + 1",
            ("name", destination));
        return LastOf(session, destination);
    }

    /// <summary>The recipient has packages up to a number: the next is above it, and above those that wait here.</summary>
    /// <returns>The next.</returns>
    public static long CountFrom(DeskWork work, string destination, long last)
    {
        work.Session.Execute(
            """
            INSERT INTO delivery_destination (name, last_sequence, attempts, delivered, counted_at) VALUES (@name, @last, 0, 0, @now)
            ON CONFLICT (name) DO UPDATE SET counted_at = @now,
                last_sequence = CASE WHEN delivery_destination.last_sequence < @last THEN @last ELSE delivery_destination.last_sequence END
            """,
            ("name", destination),
            ("last", last),
            ("now", work.Now));
        work.Record(Duty.Sender, "delivery.count-from", destination, "", ("last", last));
        return LastOf(work.Session, destination) + 1;
    }

    private static long LastOf(LedgerSession session, string destination) => session.Number("SELECT last_sequence FROM delivery_destination WHERE name = @name", ("name", destination));

    private static DateTimeOffset? CountedAt(LedgerSession session, string destination) =>
        session.Query("SELECT counted_at FROM delivery_destination WHERE name = @name", row => row.OptionalMoment("counted_at"), ("name", destination)).FirstOrDefault();
}
