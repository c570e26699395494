using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Ledger.Verification;

/// <summary>How far a batch is.</summary>
/// <param name="Entries">Entries of accepted rows.</param>
/// <param name="Silent">Those without any finding.</param>
/// <param name="Proposed">Those that wait for a verifier, sent back ones included.</param>
/// <param name="Verified">Those that wait for a reviewer.</param>
/// <param name="Reviewed">Those that may leave.</param>
/// <param name="ReturnedRows">Rows that go back to the sender with a reason.</param>
public sealed record BatchProgress(int Entries, int Silent, int Proposed, int Verified, int Reviewed, int ReturnedRows)
{
    public bool IsComplete => Reviewed == Entries;
}

/// <summary>Where entries of a list become findings: the machine proposes, a verifier says what it is, a second person reviews. Nobody is named without both.</summary>
public sealed class VerificationDesk(LedgerDesk desk, LabelRules rules)
{
    /// <summary>Findings read at once within a step.</summary>
    private const int FindingsAtOnce = 1_000;

    /// <summary>Attributes, joins and labels all entries of a batch that no person has spoken on yet.</summary>
    /// <returns>How many were proposed.</returns>
    public int Propose(long batch, IEntryResolver resolver)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        var duty = desk.Actor.RequireOneOf(Duty.Entry, Duty.Verifier);
        new TaskStore(desk).Batch(batch);
        return new BatchProposer(desk, rules, resolver).Run(batch, duty);
    }

    /// <summary>A verifier says what entries are: as proposed, or otherwise.</summary>
    /// <param name="entries">Numbers of entries.</param>
    /// <param name="judgement">Null to take each as proposed.</param>
    /// <param name="reason">In the verifier's words; needed where it differs from the proposal.</param>
    /// <exception cref="RefusedException">Some entry may not be judged so, or not by this person; none was.</exception>
    public void Verify(IReadOnlyCollection<long> entries, Judgement? judgement, string reason)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(reason);
        desk.Actor.Require(Duty.Verifier);
        desk.Do(work =>
        {
            var changes = new List<string>();
            using var update = work.Session.Prepare(
                """
                UPDATE verification SET state = @state, judgement = @judgement, verifier = @verifier, verified_at = @at, reviewer = NULL, reviewed_at = NULL, content = @content
                WHERE entry = @entry
                """,
                "state", "judgement", "verifier", "at", "content", "entry");
            foreach (var (record, content) in Findings(work, entries))
            {
                if (record.State is VerificationState.Verified or VerificationState.Reviewed)
                {
                    throw new RefusedException(RefusalKind.WrongState, record.State.ToString(), nameof(Verify));
                }

                RequireRegion(work, record);
                var final = judgement ?? record.Judgement;
                if (final != record.Judgement && reason.Length == 0)
                {
                    throw new RefusedException(RefusalKind.NoReason);
                }

                RequireSense(record, final);
                var said = content with { VerifierReason = reason, ReviewerReason = null };
                update.Add(VerificationState.Verified, final, work.Actor.Name, work.Now, VerificationContent.Seal(work.Vault, record, said), record.Entry.Id);
                changes.Add($"{record.Entry.Id} {record.Judgement} {final}");
            }

            update.Flush();
            RecordAll(work, Duty.Verifier, "entries.verify", changes);
        });
    }

    /// <summary>A second person confirms what a verifier said, or sends it back. What is confirmed as mining becomes a case of its subject.</summary>
    /// <param name="entries">Numbers of entries.</param>
    /// <param name="isConfirmed">False sends them back.</param>
    /// <param name="reason">In the reviewer's words; needed to send back.</param>
    /// <exception cref="RefusedException">Some entry may not be reviewed, or not by this person; none was.</exception>
    public void Review(IReadOnlyCollection<long> entries, bool isConfirmed, string reason)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(reason);
        desk.Actor.Require(Duty.Reviewer);
        if (!isConfirmed && reason.Length == 0)
        {
            throw new RefusedException(RefusalKind.NoReason);
        }

        desk.Do(work =>
        {
            var changes = new List<string>();
            var confirmed = new List<VerificationRecord>();
            var state = isConfirmed ? VerificationState.Reviewed : VerificationState.Returned;
            using var update = work.Session.Prepare(
                "UPDATE verification SET state = @state, reviewer = @reviewer, reviewed_at = @at, content = @content WHERE entry = @entry", "state", "reviewer", "at", "content", "entry");
            foreach (var (record, content) in Findings(work, entries))
            {
                if (record.State != VerificationState.Verified)
                {
                    throw new RefusedException(RefusalKind.WrongState, record.State.ToString(), nameof(Review));
                }

                if (record.Verifier == work.Actor.Name)
                {
                    throw new RefusedException(RefusalKind.SamePerson, nameof(Duty.Verifier));
                }

                RequireRegion(work, record);
                update.Add(state, work.Actor.Name, work.Now, VerificationContent.Seal(work.Vault, record, content with { ReviewerReason = reason }), record.Entry.Id);
                if (isConfirmed && record.Judgement.IsMining() && record.Subject is { } subject)
                {
                    confirmed.Add(record);
                    CaseOpening.Saw(work, subject, content.Sightings);
                }

                changes.Add($"{record.Entry.Id} {record.Judgement} {state}");
            }

            update.Flush();
            CaseOpening.Confirmed(work, confirmed, reason);
            RecordAll(work, Duty.Reviewer, isConfirmed ? "entries.confirm" : "entries.return", changes);
        });
    }

    public BatchProgress Progress(long batch) => desk.Read(session =>
    {
        var states = session.Query(
            "SELECT state, count(*) AS entries FROM verification WHERE batch = @batch GROUP BY state",
            row => (State: row.Word<VerificationState>("state"), Entries: (int)row.Number("entries")),
            ("batch", batch)).ToDictionary(pair => pair.State, pair => pair.Entries);
        var entries = (int)session.Number(
            """
            SELECT count(*) FROM list_entry e JOIN list_row r ON r.batch = e.batch AND r.list_table = e.list_table AND r.line = e.line
            WHERE e.batch = @batch AND r.disposition = @accepted
            """,
            ("batch", batch),
            ("accepted", RowDisposition.Accepted));
        return new BatchProgress(
            entries,
            entries - states.Values.Sum(),
            Of(VerificationState.Proposed) + Of(VerificationState.Returned),
            Of(VerificationState.Verified),
            Of(VerificationState.Reviewed),
            (int)session.Number("SELECT count(*) FROM list_row WHERE batch = @batch AND disposition = @returned", ("batch", batch), ("returned", RowDisposition.Returned)));

        int Of(VerificationState state) => states.GetValueOrDefault(state);
    });

    /// <summary>Nothing of a batch leaves the house while one of its rows has no reviewed answer.</summary>
    /// <exception cref="RefusedException">Says how many rows are silent and names the first of them.</exception>
    public void RequireComplete(long batch) => desk.Read(session =>
    {
        RequireComplete(session, batch);
        return true;
    });

    internal static void RequireComplete(LedgerSession session, long batch)
    {
        var silent = session.Query(
            """
            SELECT DISTINCT e.list_table, e.line FROM list_entry e JOIN list_row r ON r.batch = e.batch AND r.list_table = e.list_table AND r.line = e.line
            LEFT JOIN verification v ON v.entry = e.id
            WHERE e.batch = @batch AND r.disposition = @accepted AND (v.state IS NULL OR v.state <> @reviewed) ORDER BY e.list_table, e.line
            """,
            row => new RowPlace((int)row.Number("list_table"), (int)row.Number("line")),
            ("batch", batch),
            ("accepted", RowDisposition.Accepted),
            ("reviewed", VerificationState.Reviewed));
        if (silent.Count > 0)
        {
            const int MostNamed = 20;
            throw new RefusedException(
                RefusalKind.SilentRows,
                silent.Count.ToString(CultureInfo.InvariantCulture),
                string.Join(", ", silent.Take(MostNamed).Select(place => string.Create(CultureInfo.InvariantCulture, $"{place.Table}:{place.Row}"))));
        }
    }

    /// <summary>What was found for a batch, in the order of its entries; entries without a finding are left out.</summary>
    public IReadOnlyList<VerificationRecord> Records(long batch) => desk.Read(session => VerificationRows.Read(session, "v.batch = @batch", ("batch", batch)));

    /// <summary>What an entry's finding rests on.</summary>
    /// <exception cref="RefusedException">There is none, or its key was destroyed.</exception>
    public VerificationContent Content(long entry) => desk.Read(session => Findings(session, desk.Vault, [entry]).Single().Content);

    private static void RequireSense(VerificationRecord record, Judgement judgement)
    {
        if (!judgement.IsMining())
        {
            return;
        }

        // Only the machine proposes a visit, and only where nothing but a visit was seen: people reading a pool's page are no miners.
        if (record.IsVisitOnly)
        {
            throw new RefusedException(RefusalKind.VisitIsNoMining);
        }

        if (record.Subject is null)
        {
            throw new RefusedException(RefusalKind.NobodyNamed, record.Outcome.ToString());
        }
    }

    private static void RequireRegion(DeskWork work, VerificationRecord record)
    {
        if (work.Actor.Regions.Count > 0 && (record.Region is null || !work.Actor.Regions.Contains(record.Region)))
        {
            throw new RefusedException(RefusalKind.OtherRegion, record.Region ?? "-");
        }
    }

    /// <summary>One record for the whole step: how many, and a digest of what exactly; who, when and why of each stands with the entry.</summary>
    private static void RecordAll(DeskWork work, Duty duty, string action, List<string> changes)
    {
        if (changes.Count > 0)
        {
            var digest = Convert.ToHexStringLower(Sm3.HashData(Encoding.UTF8.GetBytes(string.Join('\n', changes))));
            work.Record(duty, action, $"entry:{changes[0].Split(' ')[0]}", "", ("entries", changes.Count), ("changes", digest));
        }
    }

    /// <summary>The findings of these entries, each once, in the order asked.</summary>
    /// <exception cref="RefusedException">One has none, or its key was destroyed.</exception>
    private static IEnumerable<(VerificationRecord Record, VerificationContent Content)> Findings(LedgerSession session, PersonalVault vault, IEnumerable<long> entries)
    {
        foreach (var chunk in entries.Distinct().Chunk(FindingsAtOnce))
        {
            var found = VerificationRows.Read(session, chunk);
            foreach (var id in chunk)
            {
                if (!found.TryGetValue(id, out var finding))
                {
                    throw new RefusedException(RefusalKind.Unknown, string.Create(CultureInfo.InvariantCulture, $"entry:{id}"));
                }

                var (record, content) = finding;
                yield return (record, VerificationContent.Open(vault, record, content) ?? throw new RefusedException(RefusalKind.Shredded, VerificationContent.KeyOf(record)));
            }
        }
    }

    private static IEnumerable<(VerificationRecord Record, VerificationContent Content)> Findings(DeskWork work, IEnumerable<long> entries) => Findings(work.Session, work.Vault, entries);
}
