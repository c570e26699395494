using System.Globalization;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Ledger.Releases;

/// <summary>误报申诉与更正: what was wrong is put right by two persons, and everybody who got it is told.</summary>
public sealed class CorrectionDesk(LedgerDesk desk)
{
    /// <summary>The ledger's name of a correction in the audit chain.</summary>
    public static string NameOf(long id) => string.Create(CultureInfo.InvariantCulture, $"correction:{id}");

    /// <summary>Asks for a correction of a reviewed entry, on the word of the person concerned or on our own.</summary>
    /// <param name="entry">Number of the entry.</param>
    /// <param name="judgement">What is right.</param>
    /// <param name="reason">Why what was said is wrong. Stands in the letter to everybody who got it, so it names nobody.</param>
    /// <returns>Number of the correction.</returns>
    public long Ask(long entry, Judgement judgement, string reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new RefusedException(RefusalKind.NoReason);
        }

        var duty = desk.Actor.RequireOneOf(Duty.Verifier, Duty.Privacy);
        return desk.Do(work =>
        {
            var record = Reviewed(work.Session, entry);
            var id = work.Session.Number("SELECT max(id) FROM correction") + 1;
            work.Session.Execute(
                "INSERT INTO correction (id, entry, judgement, asked_by, asked_at, content, is_told) VALUES (@id, @entry, @judgement, @asked_by, @asked_at, @content, 1)",
                ("id", id),
                ("entry", entry),
                ("judgement", judgement),
                ("asked_by", work.Actor.Name),
                ("asked_at", work.Now),
                ("content", work.Vault.Seal(VerificationContent.KeyOf(record), NameOf(id), reason)));
            work.Record(duty, "correction.ask", NameOf(id), "", ("entry", entry), ("before", record.Judgement), ("after", judgement));
            return id;
        });
    }

    /// <summary>A second person agrees. The entry is put right, and a notice becomes due to everybody who got its batch.</summary>
    /// <returns>The notices.</returns>
    public IReadOnlyList<CorrectionNotice> Approve(long id)
    {
        desk.Actor.Require(Duty.Reviewer);
        return desk.Do(work =>
        {
            var asked = Waiting(work, id, nameof(Approve));
            var record = Reviewed(work.Session, asked.Entry);
            work.Session.Execute(
                "UPDATE correction SET decided_by = @by, decided_at = @at, judgement_before = @before WHERE id = @id",
                ("by", work.Actor.Name),
                ("at", work.Now),
                ("before", record.Judgement),
                ("id", id));
            work.Session.Execute("UPDATE verification SET judgement = @judgement WHERE entry = @entry", ("judgement", asked.Judgement), ("entry", asked.Entry));
            work.Session.Execute(
                "INSERT INTO correction_notice (correction, disclosure) SELECT @id, d.id FROM disclosure d WHERE d.batch = @batch",
                ("id", id),
                ("batch", record.Entry.Batch));
            work.Record(Duty.Reviewer, "correction.decide", NameOf(id), "", ("entry", asked.Entry), ("before", record.Judgement), ("after", asked.Judgement));
            return Notices(work.Session, work.Vault, "n.correction = @correction", ("correction", id));
        });
    }

    /// <summary>A second person does not agree: the entry stays as it is, and nobody is told.</summary>
    /// <param name="id">Number of the correction.</param>
    /// <param name="reason">Why not. Stays in the house.</param>
    public void Refuse(long id, string reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new RefusedException(RefusalKind.NoReason);
        }

        desk.Actor.Require(Duty.Reviewer);
        desk.Do(work =>
        {
            var asked = Waiting(work, id, nameof(Refuse));
            var record = Reviewed(work.Session, asked.Entry);
            work.Session.Execute(
                "UPDATE correction SET decided_by = @by, decided_at = @at, judgement_before = @before, refusal = @refusal WHERE id = @id",
                ("by", work.Actor.Name),
                ("at", work.Now),
                ("before", record.Judgement),
                ("refusal", work.Vault.Seal(VerificationContent.KeyOf(record), RefusalOf(id), reason)),
                ("id", id));
            work.Record(Duty.Reviewer, "correction.refuse", NameOf(id), "", ("entry", asked.Entry), ("stays", record.Judgement), ("refused", asked.Judgement));
        });
    }

    /// <summary>All corrections, oldest first: a second person reads here what is asked for.</summary>
    public IReadOnlyList<Correction> All() => desk.Read(session => session.Query(
        """
        SELECT c.id AS correction, c.entry, v.batch, v.subject, v.judgement AS judgement_now, c.judgement, c.judgement_before, c.asked_by, c.asked_at, c.decided_by, c.decided_at, c.content, c.refusal
        FROM correction c JOIN verification v ON v.entry = c.entry ORDER BY c.id
        """,
        row => new Correction(
            row.Number("correction"),
            row.Number("batch"),
            row.Number("entry"),
            row.OptionalText("judgement_before") is null ? row.Word<Judgement>("judgement_now") : row.Word<Judgement>("judgement_before"),
            row.Word<Judgement>("judgement"),
            ReasonOf(row, desk.Vault),
            row.Text("asked_by"),
            row.Moment("asked_at"),
            row.OptionalText("decided_by"),
            row.OptionalMoment("decided_at"))
        {
            State = StateOf(row),
            Refusal = row.Bytes("refusal") is { } refusal ? desk.Vault.Read(KeyOf(row), RefusalOf(row.Number("correction")), refusal) : null,
        }));

    /// <summary>Notices that are due and have not gone.</summary>
    public IReadOnlyList<CorrectionNotice> Due() => desk.Read(session => Notices(session, desk.Vault, "n.sent_at IS NULL"));

    /// <summary>A notice went.</summary>
    public void Sent(long correction, long disclosure)
    {
        desk.Actor.Require(Duty.Sender);
        desk.Do(work => Sent(work, correction, disclosure));
    }

    /// <summary>A letter about a correction arrived: the recipient's notices have gone.</summary>
    internal static void Told(DeskWork work, long correction, string recipient)
    {
        foreach (var notice in Notices(work.Session, work.Vault, "n.correction = @correction AND n.sent_at IS NULL AND d.recipient = @recipient", ("correction", correction), ("recipient", recipient)))
        {
            Sent(work, correction, notice.Disclosure.Id);
        }
    }

    private static void Sent(DeskWork work, long correction, long disclosure)
    {
        var changed = work.Session.Execute(
            "UPDATE correction_notice SET sent_at = @at WHERE correction = @correction AND disclosure = @disclosure AND sent_at IS NULL",
            ("at", work.Now),
            ("correction", correction),
            ("disclosure", disclosure));
        if (changed == 0)
        {
            throw new RefusedException(RefusalKind.Unknown, NameOf(correction));
        }

        work.Record(Duty.Sender, "correction.send", NameOf(correction), "", ("disclosure", disclosure));
    }

    /// <summary>What is asked for, when it waits for an answer and somebody else asked.</summary>
    private static Asked Waiting(DeskWork work, long id, string step)
    {
        var asked = work.Session.First(
            "SELECT entry, judgement, asked_by, decided_by, refusal FROM correction WHERE id = @id",
            row => new Asked(row.Number("entry"), row.Word<Judgement>("judgement"), row.Text("asked_by"), StateOf(row)),
            ("id", id)) ?? throw new RefusedException(RefusalKind.Unknown, NameOf(id));
        if (asked.State != CorrectionState.Waiting)
        {
            throw new RefusedException(RefusalKind.WrongState, asked.State.ToString(), step);
        }

        return asked.By == work.Actor.Name ? throw new RefusedException(RefusalKind.SamePerson, nameof(Duty.Verifier)) : asked;
    }

    private static VerificationRecord Reviewed(LedgerSession session, long entry)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"entry:{entry}");
        var record = VerificationRows.Read(session, "v.entry = @entry", ("entry", entry)) is [var found] ? found : throw new RefusedException(RefusalKind.Unknown, name);
        return record.State == VerificationState.Reviewed ? record : throw new RefusedException(RefusalKind.WrongState, record.State.ToString(), nameof(Ask));
    }

    private static List<CorrectionNotice> Notices(LedgerSession session, PersonalVault vault, string condition, params ReadOnlySpan<(string Name, object? Value)> parameters) => session.Query(
        $"""
        SELECT n.correction, c.entry, c.judgement, c.judgement_before, c.is_told, c.content, v.subject, n.sent_at AS notice_at,
            d.id, d.batch, d.release, d.recipient, d.document, d.sha256, d.sent_by, d.sent_at
        FROM correction_notice n JOIN correction c ON c.id = n.correction JOIN disclosure d ON d.id = n.disclosure JOIN verification v ON v.entry = c.entry
        WHERE {condition} ORDER BY n.correction, n.disclosure
        """,
        row => new CorrectionNotice(row.Number("correction"), row.Number("entry"), row.Word<Judgement>("judgement"), ReleaseDesk.ReadDisclosure(row), row.OptionalMoment("notice_at"))
        {
            Before = row.OptionalText("judgement_before") is null ? null : row.Word<Judgement>("judgement_before"),
            Reason = row.Flag("is_told") ? ReasonOf(row, vault) : null,
        },
        parameters);

    /// <summary>Null when its key was destroyed.</summary>
    private static string? ReasonOf(LedgerRow row, PersonalVault vault) => vault.Read(KeyOf(row), NameOf(row.Number("correction")), row.Bytes("content")!);

    private static string KeyOf(LedgerRow row) => VerificationContent.KeyOf(row.OptionalNumber("subject"), row.Number("batch"));

    /// <summary>What the reason of a refusal is sealed as.</summary>
    private static string RefusalOf(long id) => NameOf(id) + ":refusal";

    private static CorrectionState StateOf(LedgerRow row) =>
        row.OptionalText("decided_by") is null ? CorrectionState.Waiting : row.Bytes("refusal") is null ? CorrectionState.Approved : CorrectionState.Refused;

    private sealed record Asked(long Entry, Judgement Judgement, string By, CorrectionState State);
}
