using System.Globalization;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Ledger.Releases;

/// <summary>What may leave the house in clear, and what did leave it. Masked copies need no release; nothing at all leaves a batch with a silent row.</summary>
public sealed class ReleaseDesk(LedgerDesk desk)
{
    private const string Columns = "id, batch, purpose, legal_basis, recipient, asked_by, asked_at, valid_until, approved_by, approved_at, withdrawn_at";
    private const string DisclosureColumns = "d.id, d.batch, d.release, d.recipient, d.document, d.sha256, d.sent_by, d.sent_at";

    /// <summary>The ledger's name of a release in the audit chain.</summary>
    public static string NameOf(long id) => string.Create(CultureInfo.InvariantCulture, $"release:{id}");

    /// <summary>Asks for clear data of a batch.</summary>
    /// <returns>Number of the release, which holds once another person has approved it.</returns>
    public long Ask(long batch, string purpose, string legalBasis, string recipient, DateTimeOffset validUntil)
    {
        if (string.IsNullOrWhiteSpace(purpose) || string.IsNullOrWhiteSpace(legalBasis) || string.IsNullOrWhiteSpace(recipient))
        {
            throw new RefusedException(RefusalKind.NoReason);
        }

        desk.Actor.Require(Duty.Sender);
        new TaskStore(desk).Batch(batch);
        return desk.Do(work =>
        {
            if (validUntil <= work.Now)
            {
                throw new RefusedException(RefusalKind.NoRelease);
            }

            var id = work.Session.Number("SELECT max(id) FROM release") + 1;
            work.Session.Execute(
                """
                INSERT INTO release (id, batch, purpose, legal_basis, recipient, asked_by, asked_at, valid_until)
                VALUES (@id, @batch, @purpose, @legal_basis, @recipient, @asked_by, @asked_at, @valid_until)
                """,
                ("id", id),
                ("batch", batch),
                ("purpose", purpose),
                ("legal_basis", legalBasis),
                ("recipient", recipient),
                ("asked_by", work.Actor.Name),
                ("asked_at", work.Now),
                ("valid_until", validUntil));
            work.Record(Duty.Sender, "release.ask", NameOf(id), purpose, ("batch", batch), ("recipient", recipient), ("until", validUntil.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)));
            return id;
        });
    }

    /// <summary>Approves what another person asked for.</summary>
    /// <exception cref="RefusedException">It is over, approved already, or the person's own; or the person verified entries of the batch.</exception>
    public void Approve(long id)
    {
        desk.Actor.Require(Duty.Privacy);
        desk.Do(work =>
        {
            var release = Find(work.Session, id);
            if (release.AskedBy == work.Actor.Name)
            {
                throw new RefusedException(RefusalKind.SamePerson, nameof(Duty.Sender));
            }

            if (release.ApprovedBy is not null || release.WithdrawnAt is not null || release.ValidUntil <= work.Now)
            {
                throw new RefusedException(RefusalKind.NoRelease);
            }

            work.Session.Execute("UPDATE release SET approved_by = @by, approved_at = @at WHERE id = @id", ("by", work.Actor.Name), ("at", work.Now), ("id", id));
            work.Record(Duty.Privacy, "release.approve", NameOf(id), release.Purpose);
        });
    }

    /// <summary>Takes a release back at once.</summary>
    public void Withdraw(long id, string reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new RefusedException(RefusalKind.NoReason);
        }

        var duty = desk.Actor.RequireOneOf(Duty.Privacy, Duty.Sender);
        desk.Do(work =>
        {
            Find(work.Session, id);
            work.Session.Execute("UPDATE release SET withdrawn_at = @at WHERE id = @id", ("at", work.Now), ("id", id));
            work.Record(duty, "release.withdraw", NameOf(id), reason);
            DeliveryStop.UnderRelease(work, duty, id);
        });
    }

    public IReadOnlyList<Release> Releases(long batch) =>
        desk.Read(session => session.Query($"SELECT {Columns} FROM release WHERE batch = @batch ORDER BY id", ReadRelease, ("batch", batch)));

    /// <summary>Asks before anything of a batch leaves: complete, by somebody who neither verified nor reviewed a row of it, and in clear under a release that holds.</summary>
    /// <param name="batch">Number of the batch.</param>
    /// <param name="release">Number of the release; null for a masked copy, which needs only completeness.</param>
    /// <exception cref="RefusedException">Says what is missing.</exception>
    public Release? RequireLeave(long batch, long? release) => desk.Read(session => RequireLeave(session, desk.Actor, desk.Time.GetUtcNow(), batch, release));

    /// <summary>Says what left the house. Corrections find their way back by it.</summary>
    public Disclosure Disclosed(long batch, long? release, string recipient, string document, string sha256)
    {
        desk.Actor.Require(Duty.Sender);
        return desk.Do(work =>
        {
            RequireLeave(work.Session, work.Actor, work.Now, batch, release);
            return Disclose(work, batch, release, recipient, document, sha256);
        });
    }

    public IReadOnlyList<Disclosure> Disclosures(long batch) =>
        desk.Read(session => session.Query($"SELECT {DisclosureColumns} FROM disclosure d WHERE d.batch = @batch ORDER BY d.id", ReadDisclosure, ("batch", batch)));

    internal static Disclosure ReadDisclosure(LedgerRow row) => new(
        row.Number("id"),
        row.Number("batch"),
        row.OptionalNumber("release"),
        row.Text("recipient"),
        row.Text("document"),
        row.Text("sha256"),
        row.Text("sent_by"),
        row.Moment("sent_at"));

    /// <summary>As <see cref="RequireLeave(long, long?)"/>, within a step: what it found still holds when the step commits.</summary>
    internal static Release? RequireLeave(LedgerSession session, Actor actor, DateTimeOffset now, long batch, long? release)
    {
        VerificationDesk.RequireComplete(session, batch);
        if (release is not { } id)
        {
            return null;
        }

        actor.Require(Duty.Sender);
        var own = session.Number("SELECT count(*) FROM verification WHERE batch = @batch AND (verifier = @actor OR reviewer = @actor)", ("batch", batch), ("actor", actor.Name));
        if (own > 0)
        {
            throw new RefusedException(RefusalKind.SamePerson, nameof(Duty.Reviewer));
        }

        var found = Find(session, id);
        return found.Batch == batch && found.HoldsAt(now) ? found : throw new RefusedException(RefusalKind.NoRelease);
    }

    internal static bool Holds(LedgerSession session, long id, DateTimeOffset now) => Find(session, id).HoldsAt(now);

    internal static Disclosure Disclose(DeskWork work, long batch, long? release, string recipient, string document, string sha256)
    {
        var disclosure = new Disclosure(work.Session.Number("SELECT max(id) FROM disclosure") + 1, batch, release, recipient, document, sha256, work.Actor.Name, work.Now);
        work.Session.Execute(
            """
            INSERT INTO disclosure (id, batch, release, recipient, document, sha256, sent_by, sent_at)
            VALUES (@id, @batch, @release, @recipient, @document, @sha256, @sent_by, @sent_at)
            """,
            ("id", disclosure.Id),
            ("batch", batch),
            ("release", release),
            ("recipient", recipient),
            ("document", document),
            ("sha256", sha256),
            ("sent_by", disclosure.SentBy),
            ("sent_at", disclosure.SentAt));
        work.Record(Duty.Sender, "disclosure", TaskStore.KeyOf(batch), "", ("recipient", recipient), ("document", document), ("sha256", sha256), ("release", release));
        return disclosure;
    }

    private static Release Find(LedgerSession session, long id) =>
        session.First($"SELECT {Columns} FROM release WHERE id = @id", ReadRelease, ("id", id)) ?? throw new RefusedException(RefusalKind.Unknown, NameOf(id));

    private static Release ReadRelease(LedgerRow row) => new(
        row.Number("id"),
        row.Number("batch"),
        row.Text("purpose"),
        row.Text("legal_basis"),
        row.Text("recipient"),
        row.Text("asked_by"),
        row.Moment("asked_at"),
        row.Moment("valid_until"),
        row.OptionalText("approved_by"),
        row.OptionalMoment("approved_at"),
        row.OptionalMoment("withdrawn_at"));
}
