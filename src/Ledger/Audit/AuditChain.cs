using System.Globalization;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger.Audit;

/// <summary>The records of a ledger. They are appended by those who do something, in the same transaction; here they are read, and their heads signed.</summary>
public sealed class AuditChain(LedgerDatabase database)
{
    private const int PageRecords = 10_000;
    private const string DayForm = "yyyy-MM-dd";

    /// <summary>Name of the ledger in signed heads; empty as long as nothing was recorded.</summary>
    public string Ledger() => database.Read(LedgerIdentity.Of);

    /// <summary>All records in their order.</summary>
    public IEnumerable<AuditRecord> Records()
    {
        var last = 0L;
        while (true)
        {
            var page = database.Read(session => session.Query(
                "SELECT sequence, at, actor, duty, action, object, purpose, detail, hash FROM audit WHERE sequence > @last ORDER BY sequence LIMIT @most",
                ReadRecord,
                ("last", last),
                ("most", PageRecords)));
            foreach (var record in page)
            {
                yield return record;
            }

            if (page.Count < PageRecords)
            {
                yield break;
            }

            last = page[^1].Sequence;
        }
    }

    /// <summary>What was done to one thing, oldest first.</summary>
    public IReadOnlyList<AuditRecord> Of(string item) => database.Read(session => session.Query(
        "SELECT sequence, at, actor, duty, action, object, purpose, detail, hash FROM audit WHERE object = @object ORDER BY sequence", ReadRecord, ("object", item)));

    public IReadOnlyList<AuditHead> Heads() => database.Read(session =>
    {
        var ledger = LedgerIdentity.Of(session);
        return session.Query("SELECT day, sequence, hash, key_id, signature FROM audit_head ORDER BY day", row => new AuditHead(
            ledger,
            DateOnly.ParseExact(row.Text("day"), DayForm, CultureInfo.InvariantCulture),
            row.Number("sequence"),
            row.Text("hash"),
            row.Text("key_id"),
            row.Text("signature")));
    });

    /// <summary>Signs the last record of each day that is over and has no head yet.</summary>
    /// <returns>The new heads, oldest first.</returns>
    public IReadOnlyList<AuditHead> Sign(AuditKey key, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(time);
        return database.Write(session =>
        {
            var ledger = LedgerIdentity.Of(session);
            var signedUpTo = session.Number("SELECT max(sequence) FROM audit_head");
            var today = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
            var records = session.Query(
                "SELECT sequence, at, hash FROM audit WHERE sequence > @signed AND at < @today ORDER BY sequence",
                row => (Sequence: row.Number("sequence"), Day: DateOnly.FromDateTime(row.Moment("at").UtcDateTime), Hash: row.Text("hash")),
                ("signed", signedUpTo),
                ("today", today));

            // A clock that was set back may leave a day behind the one before it: the last record counts as of the latest day so far.
            var heads = new List<AuditHead>();
            foreach (var day in records.GroupBy(record => record.Day).OrderBy(day => day.Key))
            {
                var (sequence, _, hash) = day.MaxBy(record => record.Sequence);
                if (sequence > (heads.Count > 0 ? heads[^1].Sequence : signedUpTo))
                {
                    heads.Add(key.Sign(new AuditHead(ledger, day.Key, sequence, hash, "", "")));
                }
            }

            foreach (var head in heads)
            {
                session.Execute(
                    "INSERT INTO audit_head (day, sequence, hash, key_id, signature) VALUES (@day, @sequence, @hash, @key_id, @signature) ON CONFLICT (day) DO NOTHING",
                    ("day", head.Day.ToString(DayForm, CultureInfo.InvariantCulture)),
                    ("sequence", head.Sequence),
                    ("hash", head.Hash),
                    ("key_id", head.KeyId),
                    ("signature", head.Signature));
            }

            return heads;
        });
    }

    private static AuditRecord ReadRecord(LedgerRow row) => new(
        row.Number("sequence"),
        row.Moment("at"),
        row.Text("actor"),
        row.Text("duty"),
        row.Text("action"),
        row.Text("object"),
        row.Text("purpose"),
        row.Text("detail"),
        row.Text("hash"));
}
