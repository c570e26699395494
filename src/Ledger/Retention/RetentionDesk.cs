using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Subjects;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Ledger.Retention;

/// <summary>Things of one class whose time is over.</summary>
/// <param name="Class">Why.</param>
/// <param name="Items">Their names in the ledger: <c>subject:7</c>, <c>batch:3</c>; for sightings the moment before which they were last seen.</param>
public sealed record PurgeItems(RetentionClass Class, IReadOnlyList<string> Items);

/// <summary>
/// Deletes what has been kept long enough: a dry run first, then one person plans and another approves. The keys are destroyed, so that backups are shredded as well; a tombstone
/// with count, digest and rule stays in the audit chain. What is held is left out.
/// </summary>
public sealed class RetentionDesk(LedgerDesk desk, RetentionRules rules)
{
    /// <summary>The ledger's name of a purge in the audit chain.</summary>
    public static string NameOf(long id) => string.Create(CultureInfo.InvariantCulture, $"purge:{id}");

    /// <summary>What would be deleted now. Changes nothing.</summary>
    public IReadOnlyList<PurgeItems> DryRun() => desk.Read(session => Expired(session, desk.Time.GetUtcNow()));

    /// <summary>Plans to delete exactly what a dry run shows now.</summary>
    /// <returns>Number of the purge; null when nothing has expired.</returns>
    public long? Plan()
    {
        desk.Actor.Require(Duty.Privacy);
        return desk.Do<long?>(work =>
        {
            var expired = Expired(work.Session, work.Now);
            if (expired.Count == 0)
            {
                return null;
            }

            var id = work.Session.Number("SELECT max(id) FROM purge") + 1;
            work.Session.Execute(
                "INSERT INTO purge (id, items, planned_by, planned_at) VALUES (@id, @items, @planned_by, @planned_at)",
                ("id", id),
                ("items", SightingDetail.ToJson(expired)),
                ("planned_by", work.Actor.Name),
                ("planned_at", work.Now));
            work.Record(Duty.Privacy, "purge.plan", NameOf(id), "", ("items", expired.Sum(items => items.Items.Count)));
            return id;
        });
    }

    /// <summary>A second person approves a plan, and it is done at once: the keys first, so that a stop in between leaves nothing readable.</summary>
    /// <returns>What was deleted; what has got a hold or a new case since it was planned is left out.</returns>
    public IReadOnlyList<PurgeItems> Approve(long id)
    {
        desk.Actor.Require(Duty.Privacy);
        var planned = desk.Read(session => Find(session, id));
        if (planned.PlannedBy == desk.Actor.Name)
        {
            throw new RefusedException(RefusalKind.SamePerson, "purge.plan");
        }

        return desk.Do(work =>
        {
            if (Find(work.Session, id).IsDone)
            {
                throw new RefusedException(RefusalKind.WrongState, "purge.done", "purge.approve");
            }

            var still = Expired(work.Session, work.Now).SelectMany(items => items.Items).ToHashSet(StringComparer.Ordinal);
            var done = planned.Items
                .Select(items => items with { Items = [.. items.Items.Where(item => items.Class == RetentionClass.Sighting || still.Contains(item))] })
                .Where(items => items.Items.Count > 0)
                .ToList();
            foreach (var (kind, items) in done)
            {
                var count = items.Sum(item => Delete(work, kind, item));
                var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', items))));
                work.Record(Duty.Privacy, "purge.tombstone", NameOf(id), "", ("class", kind), ("count", count), ("items", digest), ("days", rules.DaysOf(kind)));
            }

            work.Session.Execute(
                "UPDATE purge SET approved_by = @by, approved_at = @at, done_at = @at WHERE id = @id", ("by", work.Actor.Name), ("at", work.Now), ("id", id));
            return done;
        });
    }

    private List<PurgeItems> Expired(LedgerSession session, DateTimeOffset now)
    {
        // A case holds its subject, and with it every batch that named the subject.
        var found = new List<PurgeItems>
        {
            new(RetentionClass.Unconfirmed, Names(
                session,
                SubjectStore.KeyOf,
                """
                SELECT s.id FROM subject s WHERE s.last_seen < @before AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.subject = s.id AND c.state <> @dismissed)
                AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.subject = s.id AND c.legal_hold = 1)
                AND NOT EXISTS (SELECT 1 FROM verification v WHERE v.subject = s.id AND (v.state <> @reviewed OR v.reviewed_at >= @before)) ORDER BY s.id
                """,
                Before(RetentionClass.Unconfirmed))),
            new(RetentionClass.Cleared, Names(
                session,
                SubjectStore.KeyOf,
                """
                SELECT s.id FROM subject s WHERE EXISTS (SELECT 1 FROM cases c WHERE c.subject = s.id AND c.state = @cleared)
                AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.subject = s.id AND (c.legal_hold = 1 OR c.state NOT IN (@cleared, @dismissed) OR c.state_at >= @before)) ORDER BY s.id
                """,
                Before(RetentionClass.Cleared))),
            new(RetentionClass.Batch, Names(
                session,
                TaskStore.KeyOf,
                """
                SELECT b.number AS id FROM batch b WHERE b.accepted_at < @before AND NOT EXISTS (
                    SELECT 1 FROM verification v JOIN cases c ON c.subject = v.subject WHERE v.batch = b.number AND (c.legal_hold = 1 OR c.state NOT IN (@cleared, @dismissed)))
                ORDER BY b.number
                """,
                Before(RetentionClass.Batch))),
        };
        var before = Before(RetentionClass.Sighting);
        if (session.Number("SELECT count(*) FROM sighting WHERE last_seen < @before", ("before", before)) > 0)
        {
            found.Add(new PurgeItems(RetentionClass.Sighting, [before.ToIso8601(TimeSpan.Zero)]));
        }

        return [.. found.Select(items => items with { Items = [.. items.Items.Where(item => items.Class == RetentionClass.Sighting || !desk.Vault.IsShredded(item))] }).Where(items => items.Items.Count > 0)];

        PacketTime Before(RetentionClass kind) => PacketTime.From(now.AddDays(-rules.DaysOf(kind)));
    }

    private static List<string> Names(LedgerSession session, Func<long, string> name, string sql, PacketTime before) => session.Query(
        sql,
        row => name(row.Number("id")),
        ("before", before),
        ("cleared", CaseState.Cleared),
        ("dismissed", CaseState.Dismissed),
        ("reviewed", VerificationState.Reviewed));

    /// <returns>Rows deleted, or keys destroyed.</returns>
    private static long Delete(DeskWork work, RetentionClass kind, string item)
    {
        if (kind == RetentionClass.Sighting)
        {
            var before = PacketTime.From(DateTimeOffset.Parse(item, CultureInfo.InvariantCulture));
            var days = SightingNames.Keys(work.Session);
            work.Session.Execute("DELETE FROM sighting_told WHERE last_seen < @before", ("before", before));
            var deleted = work.Session.Execute("DELETE FROM sighting WHERE last_seen < @before", ("before", before));

            // A day of which nothing is left is unreadable in backups too.
            days.ExceptWith(SightingNames.Keys(work.Session));
            foreach (var day in days)
            {
                work.Vault.Shred(day);
            }

            return deleted;
        }

        work.Vault.Shred(item);
        var number = long.Parse(item.AsSpan(item.IndexOf(':', StringComparison.Ordinal) + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        if (kind == RetentionClass.Batch)
        {
            work.Session.Execute("DELETE FROM batch_original WHERE batch = @batch", ("batch", number));
            DeliveryStop.OfBatch(work, number);
        }
        else
        {
            // Without these nobody finds the subject again by a name or an account.
            work.Session.Execute("DELETE FROM subject_key WHERE subject = @subject", ("subject", number));
        }

        return 1;
    }

    private static Planned Find(LedgerSession session, long id) => session.First(
        "SELECT items, planned_by, done_at FROM purge WHERE id = @id",
        row => new Planned(SightingDetail.FromJson<List<PurgeItems>>(row.Text("items")), row.Text("planned_by"), row.OptionalNumber("done_at") is not null),
        ("id", id)) ?? throw new RefusedException(RefusalKind.Unknown, NameOf(id));

    private sealed record Planned(List<PurgeItems> Items, string PlannedBy, bool IsDone);
}
