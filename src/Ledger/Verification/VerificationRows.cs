using System.Globalization;
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
    public static Dictionary<long, (VerificationRecord Record, byte[] Content)> Read(LedgerSession session, IEnumerable<long> entries)
    {
        // Most are entries of one list, one behind the other. Said of both tables: what one of them is asked, a planner does not ask of the other.
        var asked = entries.Order().ToList();
        var among = asked.Count > 0 && asked[^1] - asked[0] == asked.Count - 1
            ? string.Create(CultureInfo.InvariantCulture, $"BETWEEN {asked[0]} AND {asked[^1]}")
            : $"IN ({string.Join(", ", asked)})";
        return Sealed(session, $"v.entry {among} AND e.id {among}");
    }

    /// <summary>Findings of some rows with their sealed contents, by entry.</summary>
    public static Dictionary<long, (VerificationRecord Record, byte[] Content)> Read(LedgerSession session, RowSpan span) =>
        Sealed(session, $"{RowSpan.Condition("e")} AND {RowSpan.Condition("r")}", span.Parameters());

    public static List<VerificationRecord> Read(LedgerSession session, string condition, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        session.Query(Query("", condition), ReadRecord, parameters);

    private static Dictionary<long, (VerificationRecord Record, byte[] Content)> Sealed(LedgerSession session, string condition, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        session.Query(Query(", v.content", condition), row => (Record: ReadRecord(row), Content: row.Bytes("content")!), parameters).ToDictionary(finding => finding.Record.Entry.Id);

    private static string Query(string alsoRead, string condition) =>
        $"""
        SELECT {TaskStore.EntryColumns}, r.region, v.state, v.outcome, v.grade, v.answer_digest, v.subject AS subject_id, v.sightings, v.own_view, v.judgement, v.is_visit_only,
            v.is_concentrated, v.is_public_resource, v.is_bitcoin, v.site, v.rules_version, v.proposed_at, v.verifier, v.verified_at, v.reviewer, v.reviewed_at{alsoRead}
        FROM verification v JOIN list_entry e ON e.id = v.entry JOIN list_row r ON r.batch = e.batch AND r.list_table = e.list_table AND r.line = e.line
        WHERE {condition} ORDER BY v.entry
        """;

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
