using System.Globalization;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Subjects;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Ledger.Cases;

/// <summary>Cases as rows, within the steps of others.</summary>
internal static class CaseRows
{
    /// <summary>The ledger's name of a case in the audit chain.</summary>
    public static string NameOf(long id) => string.Create(CultureInfo.InvariantCulture, $"case:{id}");

    public static CaseRecord Find(LedgerSession session, long id) =>
        session.First("SELECT * FROM cases WHERE id = @id", ReadCase, ("id", id)) ?? throw new RefusedException(RefusalKind.Unknown, NameOf(id));

    /// <summary>The latest case of a subject; null when it never had one.</summary>
    public static CaseRecord? LatestOf(LedgerSession session, long subject) =>
        session.First("SELECT * FROM cases WHERE subject = @subject ORDER BY id DESC LIMIT 1", ReadCase, ("subject", subject));

    /// <summary>The latest case of each of these subjects that ever had one, by subject.</summary>
    public static Dictionary<long, CaseRecord> LatestOf(LedgerSession session, IEnumerable<long> subjects)
    {
        var latest = new Dictionary<long, CaseRecord>();
        foreach (var record in session.Query($"SELECT * FROM cases WHERE subject IN ({string.Join(", ", subjects)}) ORDER BY id", ReadCase))
        {
            latest[record.Subject] = record;
        }

        return latest;
    }

    /// <summary>The query of a filter. Every filter has an index in whose order its cases come, so that a page costs a page.</summary>
    public static (string Sql, (string Name, object? Value)[] Parameters) Query(CaseFilter filter)
    {
        var conditions = new List<string> { "id > @after" };
        var parameters = new List<(string Name, object? Value)> { ("after", filter.After), ("most", filter.Most) };
        Add("region", filter.Region);
        Add("state", filter.State);
        Add("subject", filter.Subject);
        return ($"SELECT * FROM cases WHERE {string.Join(" AND ", conditions)} ORDER BY id LIMIT @most", [.. parameters]);

        void Add(string column, object? value)
        {
            if (value is not null)
            {
                conditions.Add($"{column} = @{column}");
                parameters.Add((column, value));
            }
        }
    }

    public static void Insert(DeskWork work, CaseRecord record, Duty duty, string reason)
    {
        work.Session.Execute(
            """
            INSERT INTO cases (id, subject, region, state, judgement, is_concentrated, is_public_resource, is_bitcoin, opened_at, state_at, state_by, steps, last_seen, relapses, legal_hold)
            VALUES (@id, @subject, @region, @state, @judgement, @is_concentrated, @is_public_resource, @is_bitcoin, @opened_at, @state_at, @state_by, 1, @last_seen, @relapses, 0)
            """,
            ("id", record.Id),
            ("subject", record.Subject),
            ("region", record.Region),
            ("state", record.State),
            ("judgement", record.Judgement),
            ("is_concentrated", record.IsConcentrated),
            ("is_public_resource", record.IsPublicResource),
            ("is_bitcoin", record.IsBitcoin),
            ("opened_at", record.OpenedAt),
            ("state_at", record.StateAt),
            ("state_by", record.StateBy),
            ("last_seen", record.LastSeen),
            ("relapses", record.Relapses));
        Tell(work, record, record.State, duty, reason);
    }

    /// <summary>Brings a case to a state: the case, the step and its audit record.</summary>
    /// <param name="work">The step that is being done.</param>
    /// <param name="record">As the case stands.</param>
    /// <param name="to">Where to.</param>
    /// <param name="duty">In which duty.</param>
    /// <param name="reason">Why.</param>
    /// <param name="changes">What else changes, column by column.</param>
    public static void Step(DeskWork work, CaseRecord record, CaseState to, Duty duty, string reason, params ReadOnlySpan<(string Column, object? Value)> changes)
    {
        var assignments = string.Concat(changes.ToArray().Select(change => $", {change.Column} = @{change.Column}"));
        work.Session.Execute(
            $"UPDATE cases SET state = @state, state_at = @state_at, state_by = @state_by, steps = steps + 1{assignments} WHERE id = @id",
            [("state", to), ("state_at", work.Now), ("state_by", work.Actor.Name), ("id", record.Id), .. changes]);
        Tell(work, record, to, duty, reason);
    }

    public static List<CaseStep> Steps(LedgerSession session, Privacy.PersonalVault vault, CaseRecord record) => session.Query(
        "SELECT number, at, actor, duty, from_state, to_state, content FROM case_step WHERE case_id = @id ORDER BY number",
        row =>
        {
            var number = (int)row.Number("number");
            return new CaseStep(
                number,
                row.Moment("at"),
                row.Text("actor"),
                row.Word<Duty>("duty"),
                row.Word<CaseState>("from_state"),
                row.Word<CaseState>("to_state"),
                vault.Read(SubjectStore.KeyOf(record.Subject), FieldOf(record.Id, number), row.Bytes("content")!));
        },
        ("id", record.Id));

    public static CaseRecord ReadCase(LedgerRow row) => new()
    {
        Id = row.Number("id"),
        Subject = row.Number("subject"),
        Region = row.Text("region"),
        State = row.Word<CaseState>("state"),
        Judgement = row.Word<Judgement>("judgement"),
        IsConcentrated = row.Flag("is_concentrated"),
        IsPublicResource = row.Flag("is_public_resource"),
        IsBitcoin = row.Flag("is_bitcoin"),
        OpenedAt = row.Moment("opened_at"),
        StateAt = row.Moment("state_at"),
        StateBy = row.Text("state_by"),
        Steps = (int)row.Number("steps"),
        LastSeen = row.Time("last_seen"),
        Measure = row.OptionalText("measure") is null ? null : row.Word<CaseMeasure>("measure"),
        MeasureAt = row.OptionalMoment("measure_at"),
        ObserveFrom = row.OptionalMoment("observe_from"),
        ObserveUntil = row.OptionalMoment("observe_until"),
        ObserveSources = row.OptionalText("observe_sources") is { } sources ? SightingDetail.FromJson<List<string>>(sources) : [],
        ClearedAt = row.OptionalMoment("cleared_at"),
        RelapsedAt = row.OptionalMoment("relapsed_at"),
        Relapses = (int)row.Number("relapses"),
        IsHeld = row.Flag("legal_hold"),
    };

    /// <summary>The step itself and its audit record.</summary>
    private static void Tell(DeskWork work, CaseRecord record, CaseState to, Duty duty, string reason)
    {
        var number = record.Steps + 1;
        work.Session.Execute(
            "INSERT INTO case_step (case_id, number, at, actor, duty, from_state, to_state, content) VALUES (@case_id, @number, @at, @actor, @duty, @from_state, @to_state, @content)",
            ("case_id", record.Id),
            ("number", number),
            ("at", work.Now),
            ("actor", work.Actor.Name),
            ("duty", duty),
            ("from_state", record.State),
            ("to_state", to),
            ("content", work.Vault.Seal(SubjectStore.KeyOf(record.Subject), FieldOf(record.Id, number), reason)));
        work.Record(duty, "case.step", NameOf(record.Id), "", ("before", record.State), ("after", to), ("step", number));
    }

    private static string FieldOf(long id, int step) => string.Create(CultureInfo.InvariantCulture, $"case:{id}:{step}");
}
