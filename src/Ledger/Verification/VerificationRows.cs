using MinerFlow.Abstractions;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Ledger.Verification;

/// <summary>Findings as rows of <c>verification</c>, both ways.</summary>
internal static class VerificationRows
{
    private static readonly string[] Written =
    [
        "entry", "batch", "outcome", "grade", "answer_digest", "subject", "sightings", "own_view", "judgement", "is_visit_only", "is_concentrated", "is_public_resource", "is_bitcoin",
        "site", "rules_version", "proposed_at", "content",
    ];

    /// <summary>Writes what the machine proposes, unless a person has spoken on the entry.</summary>
    public static LedgerCommand ProposeCommand(LedgerSession session) => session.Prepare(
        $"""
        INSERT INTO verification ({string.Join(", ", Written)}, state) VALUES ({string.Join(", ", Written.Select(column => "@" + column))}, 'Proposed')
        ON CONFLICT (entry) DO UPDATE SET {string.Join(", ", Written.Skip(2).Select(column => $"{column} = excluded.{column}"))} WHERE verification.state = 'Proposed'
        """,
        Written);

    public static void Propose(LedgerCommand command, VerificationRecord record, byte[] content) => command.Add(
        record.Entry.Id, record.Entry.Batch, record.Outcome, record.Grade?.ToString(), record.AnswerDigest, record.Subject, record.Sightings, record.OwnView, record.Judgement,
        record.IsVisitOnly, record.IsConcentrated, record.IsPublicResource, record.IsBitcoin, record.Site, record.RulesVersion, record.ProposedAt, content);

    /// <summary>Findings of these entries with their sealed contents, by entry.</summary>
    public static Dictionary<long, (VerificationRecord Record, byte[] Content)> Read(LedgerSession session, IEnumerable<long> entries) =>
        Read(session, row => (ReadRecord(row), row.Bytes("content")!), $"v.entry IN ({string.Join(", ", entries)})").ToDictionary(pair => pair.Item1.Entry.Id);

    /// <summary>Findings of a batch's rows from one to another, both included, with their sealed contents, by entry.</summary>
    public static Dictionary<long, (VerificationRecord Record, byte[] Content)> Read(LedgerSession session, long batch, RowPlace first, RowPlace last) => Read(
        session,
        row => (ReadRecord(row), row.Bytes("content")!),
        "e.batch = @batch AND (e.list_table, e.line) >= (@first_table, @first_line) AND (e.list_table, e.line) <= (@last_table, @last_line)",
        [("batch", batch), .. TaskStore.Between(first, last)]).ToDictionary(pair => pair.Item1.Entry.Id);

    public static List<VerificationRecord> Read(LedgerSession session, string condition, params ReadOnlySpan<(string Name, object? Value)> parameters) => Read(session, ReadRecord, condition, parameters);

    private static List<T> Read<T>(LedgerSession session, Func<LedgerRow, T> read, string condition, params ReadOnlySpan<(string Name, object? Value)> parameters) => session.Query(
        $"""
        SELECT {TaskStore.EntryColumns}, r.region, v.state, v.outcome, v.grade, v.answer_digest, v.subject AS subject_id, v.sightings, v.own_view, v.judgement, v.is_visit_only,
            v.is_concentrated, v.is_public_resource, v.is_bitcoin, v.site, v.rules_version, v.proposed_at, v.verifier, v.verified_at, v.reviewer, v.reviewed_at, v.content
        FROM verification v JOIN list_entry e ON e.id = v.entry JOIN list_row r ON r.batch = e.batch AND r.list_table = e.list_table AND r.line = e.line
        WHERE {condition} ORDER BY v.entry
        """,
        read,
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
