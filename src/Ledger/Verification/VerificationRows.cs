using MinerFlow.Abstractions;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Ledger.Verification;

/// <summary>Findings as rows of <c>verification</c>, both ways.</summary>
internal static class VerificationRows
{
    /// <summary>Writes what the machine proposes, unless a person has spoken on the entry.</summary>
    public static bool Write(LedgerSession session, VerificationRecord record, byte[] content) => session.Execute(
        """
        INSERT INTO verification (entry, batch, state, outcome, grade, answer_digest, subject, sightings, own_view, judgement, is_visit_only, is_concentrated, is_public_resource, is_bitcoin,
            site, rules_version, proposed_at, content)
        VALUES (@entry, @batch, @state, @outcome, @grade, @answer_digest, @subject, @sightings, @own_view, @judgement, @is_visit_only, @is_concentrated, @is_public_resource, @is_bitcoin,
            @site, @rules_version, @proposed_at, @content)
        ON CONFLICT (entry) DO UPDATE SET outcome = excluded.outcome, grade = excluded.grade, answer_digest = excluded.answer_digest, subject = excluded.subject,
            sightings = excluded.sightings, own_view = excluded.own_view, judgement = excluded.judgement, is_visit_only = excluded.is_visit_only,
            is_concentrated = excluded.is_concentrated, is_public_resource = excluded.is_public_resource, is_bitcoin = excluded.is_bitcoin, site = excluded.site,
            rules_version = excluded.rules_version, proposed_at = excluded.proposed_at, content = excluded.content
        WHERE verification.state = 'Proposed'
        """,
        ("entry", record.Entry.Id),
        ("batch", record.Entry.Batch),
        ("state", record.State),
        ("outcome", record.Outcome),
        ("grade", record.Grade?.ToString()),
        ("answer_digest", record.AnswerDigest),
        ("subject", record.Subject),
        ("sightings", record.Sightings),
        ("own_view", record.OwnView),
        ("judgement", record.Judgement),
        ("is_visit_only", record.IsVisitOnly),
        ("is_concentrated", record.IsConcentrated),
        ("is_public_resource", record.IsPublicResource),
        ("is_bitcoin", record.IsBitcoin),
        ("site", record.Site),
        ("rules_version", record.RulesVersion),
        ("proposed_at", record.ProposedAt),
        ("content", content)) > 0;

    public static List<VerificationRecord> Read(LedgerSession session, string condition, params ReadOnlySpan<(string Name, object? Value)> parameters) => session.Query(
        $"""
        SELECT {TaskStore.EntryColumns}, r.region, v.state, v.outcome, v.grade, v.answer_digest, v.subject AS subject_id, v.sightings, v.own_view, v.judgement, v.is_visit_only,
            v.is_concentrated, v.is_public_resource, v.is_bitcoin, v.site, v.rules_version, v.proposed_at, v.verifier, v.verified_at, v.reviewer, v.reviewed_at
        FROM verification v JOIN list_entry e ON e.id = v.entry JOIN list_row r ON r.batch = e.batch AND r.list_table = e.list_table AND r.line = e.line
        WHERE {condition} ORDER BY v.entry
        """,
        ReadRecord,
        parameters);

    private static VerificationRecord ReadRecord(LedgerRow row) => new()
    {
        Entry = TaskStore.ReadEntry(row),
        Region = row.OptionalText("region"),
        State = row.Word<VerificationState>("state"),
        Outcome = row.Word<AttributionOutcome>("outcome"),
        Grade = row.OptionalText("grade")?[0],
        AnswerDigest = row.Text("answer_digest"),
        Subject = row.OptionalNumber("subject_id"),
        Sightings = (int)row.Number("sightings"),
        OwnView = row.Word<OwnView>("own_view"),
        Judgement = row.Word<Judgement>("judgement"),
        IsVisitOnly = row.Flag("is_visit_only"),
        IsConcentrated = row.Flag("is_concentrated"),
        IsPublicResource = row.Flag("is_public_resource"),
        IsBitcoin = row.Flag("is_bitcoin"),
        Site = row.Word<SiteKind>("site"),
        RulesVersion = row.Text("rules_version"),
        ProposedAt = row.Moment("proposed_at"),
        Verifier = row.OptionalText("verifier"),
        VerifiedAt = row.OptionalMoment("verified_at"),
        Reviewer = row.OptionalText("reviewer"),
        ReviewedAt = row.OptionalMoment("reviewed_at"),
    };
}
