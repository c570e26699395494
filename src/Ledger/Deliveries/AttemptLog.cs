using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger.Deliveries;

/// <summary>Attempts to deliver: each is written down before it is made, so one without an outcome was cut off.</summary>
internal static class AttemptLog
{
    public static void Begin(DeskWork work, long delivery) => work.Session.Execute(
        "INSERT INTO delivery_attempt (delivery, ordinal, at, made_by) VALUES (@delivery, @ordinal, @at, @made_by)",
        ("delivery", delivery),
        ("ordinal", work.Session.Number("SELECT max(ordinal) FROM delivery_attempt WHERE delivery = @number", ("number", delivery)) + 1),
        ("at", work.Now),
        ("made_by", work.Actor.Name));

    /// <summary>What became of the newest.</summary>
    public static void End(LedgerSession session, long delivery, string outcome, string detail) => session.Execute(
        """
        UPDATE delivery_attempt SET outcome = @outcome, detail = @detail
        WHERE delivery = @number AND ordinal = (SELECT max(a.ordinal) FROM delivery_attempt a WHERE a.delivery = @number)
        """,
        ("number", delivery),
        ("outcome", outcome),
        ("detail", detail));

    /// <summary>How many of the newest, one behind the other, ended so.</summary>
    public static long InARow(LedgerSession session, long delivery, string outcome) => session.Number(
        """
        SELECT count(*) FROM delivery_attempt WHERE delivery = @number
            AND ordinal > coalesce((SELECT max(o.ordinal) FROM delivery_attempt o WHERE o.delivery = @number AND (o.outcome IS NULL OR o.outcome <> @outcome)), 0)
        """,
        ("number", delivery),
        ("outcome", outcome));
}
