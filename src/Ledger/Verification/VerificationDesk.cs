using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Subjects;
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
    /// <summary>Entries in one transaction: a stop costs no more than these, and none twice.</summary>
    private const int EntriesAtOnce = 1_000;

    /// <summary>Attributes, joins and labels all entries of a batch that no person has spoken on yet.</summary>
    /// <returns>How many were proposed.</returns>
    public int Propose(long batch, IEntryResolver resolver)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        var duty = desk.Actor.RequireOneOf(Duty.Entry, Duty.Verifier);
        var store = new TaskStore(desk);
        store.Batch(batch);
        var rows = store.Rows(batch).Where(row => row.Disposition == RowDisposition.Accepted).ToDictionary(row => new RowPlace(row.Table, row.Row));
        var entries = store.Entries(batch).Where(entry => rows.ContainsKey(entry.Place)).ToList();
        var labels = new BatchLabels(rules, entries);
        var subjects = new Dictionary<long, long?>();
        var done = 0;

        // Once over all for the subjects, for labels count them; then again, for each is written with its labels.
        foreach (var chunk in entries.Chunk(EntriesAtOnce))
        {
            desk.Do(work =>
            {
                foreach (var entry in chunk)
                {
                    var proposal = Make(work.Session, entry, rows[entry.Place], resolver);
                    subjects[entry.Id] = proposal.Identity is { } identity ? SubjectStore.FindOrAdd(work, identity, entry.From, entry.To) : null;
                    labels.Count(subjects[entry.Id], proposal.Subscriber?.AccessPort, entry.Entry.Addresses.First, proposal.Watts);
                }
            });
        }

        foreach (var chunk in entries.Chunk(EntriesAtOnce))
        {
            done += desk.Do(work =>
            {
                var written = chunk.Count(entry =>
                {
                    var proposal = Make(work.Session, entry, rows[entry.Place], resolver);
                    return Write(work, proposal, subjects[entry.Id], labels.Of(proposal, subjects[entry.Id]));
                });
                if (written > 0)
                {
                    work.Record(duty, "batch.propose", TaskStore.KeyOf(batch), "", ("entries", written), ("first", chunk[0].Id), ("last", chunk[^1].Id), ("rules", rules.Version));
                }

                return written;
            });
        }

        return done;
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
            foreach (var id in entries)
            {
                var (record, key) = Find(work.Session, id);
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
                var content = ReadContent(key, record.Entry.Id, ContentOf(work.Session, id)) with { VerifierReason = reason, ReviewerReason = null };
                work.Session.Execute(
                    """
                    UPDATE verification SET state = @state, judgement = @judgement, verifier = @verifier, verified_at = @at, reviewer = NULL, reviewed_at = NULL, content = @content
                    WHERE entry = @entry
                    """,
                    ("state", VerificationState.Verified),
                    ("judgement", final),
                    ("verifier", work.Actor.Name),
                    ("at", work.Now),
                    ("content", Sealed(key, id, content)),
                    ("entry", id));
                changes.Add($"{id} {record.Judgement} {final}");
            }

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
            foreach (var id in entries)
            {
                var (record, key) = Find(work.Session, id);
                if (record.State != VerificationState.Verified)
                {
                    throw new RefusedException(RefusalKind.WrongState, record.State.ToString(), nameof(Review));
                }

                if (record.Verifier == work.Actor.Name)
                {
                    throw new RefusedException(RefusalKind.SamePerson, nameof(Duty.Verifier));
                }

                RequireRegion(work, record);
                var content = ReadContent(key, id, ContentOf(work.Session, id)) with { ReviewerReason = reason };
                var state = isConfirmed ? VerificationState.Reviewed : VerificationState.Returned;
                work.Session.Execute(
                    "UPDATE verification SET state = @state, reviewer = @reviewer, reviewed_at = @at, content = @content WHERE entry = @entry",
                    ("state", state),
                    ("reviewer", work.Actor.Name),
                    ("at", work.Now),
                    ("content", Sealed(key, id, content)),
                    ("entry", id));
                if (isConfirmed && record.Judgement.IsMining() && record.Subject is { } subject)
                {
                    CaseOpening.Confirmed(work, subject, record, reason);
                }

                changes.Add($"{id} {record.Judgement} {state}");
            }

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
    public VerificationContent Content(long entry) => desk.Read(session => ReadContent(Find(session, entry).Key, entry, ContentOf(session, entry)));

    /// <summary>What a finding rests on; null when its key was destroyed.</summary>
    internal static VerificationContent? Content(PersonalVault vault, VerificationRecord record, byte[] content) =>
        vault.Read(KeyOf(record.Entry.Batch, record.Subject), FieldOf(record.Entry.Id), content) is { } json ? ListJson.Read<VerificationContent>(json) : null;

    private Proposal Make(LedgerSession session, TaskEntry entry, ListRow row, IEntryResolver resolver)
    {
        // Of a prefix its first address is asked: one subscriber has it as a whole.
        var question = new AttributionQuestion(entry.Entry.Addresses.First, entry.From, entry.To)
        {
            Port = entry.Entry.Ports is { } ports && ports.First == ports.Last ? ports.First : null,
            Protocol = entry.Entry.Protocol,
        };
        var place = string.Create(CultureInfo.InvariantCulture, $"{entry.Batch}:{entry.Place.Table}:{entry.Place.Row}:{entry.Entry.Ordinal}");
        return new Proposal(entry, row, resolver.Answer(question, place), OwnSightings.Of(session, entry), rules);
    }

    private bool Write(DeskWork work, Proposal proposal, long? subject, IReadOnlyList<LabelEvidence> labels)
    {
        var key = KeyOf(proposal.Entry.Batch, subject);
        var content = new VerificationContent
        {
            Answer = proposal.Answer.Json,
            Sightings = [.. proposal.Own.Mining.Select(sighting => sighting.Key)],
            Coin = proposal.Coin,
            Watts = proposal.Watts,
            Labels = labels,
            Missing = proposal.Attribution.Missing,
        };
        return VerificationRows.Write(work.Session, new VerificationRecord
        {
            Entry = proposal.Entry,
            State = VerificationState.Proposed,
            Outcome = proposal.Attribution.Outcome,
            Grade = proposal.Attribution.Grade,
            AnswerDigest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(proposal.Answer.Json))),
            Subject = subject,
            Sightings = proposal.Own.Mining.Count,
            OwnView = proposal.Own.View,
            Judgement = proposal.Judgement,
            IsVisitOnly = proposal.IsVisitOnly,
            IsConcentrated = BatchLabels.IsConcentrated(labels),
            IsPublicResource = BatchLabels.IsPublicResource(labels),
            IsBitcoin = BatchLabels.IsBitcoin(labels),
            Site = BatchLabels.SiteOf(labels),
            RulesVersion = rules.Version,
            ProposedAt = work.Now,
        }, Sealed(key, proposal.Entry.Id, content));
    }

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

    private static (VerificationRecord Record, string Key) Find(LedgerSession session, long entry)
    {
        var record = VerificationRows.Read(session, "v.entry = @entry", ("entry", entry)) is [var found]
            ? found
            : throw new RefusedException(RefusalKind.Unknown, string.Create(CultureInfo.InvariantCulture, $"entry:{entry}"));
        return (record, KeyOf(record));
    }

    private static byte[] ContentOf(LedgerSession session, long entry) =>
        session.First("SELECT content FROM verification WHERE entry = @entry", row => row.Bytes("content")!, ("entry", entry))!;

    /// <summary>What names somebody goes when that somebody's key goes.</summary>
    internal static string KeyOf(VerificationRecord record) => KeyOf(record.Entry.Batch, record.Subject);

    private static string KeyOf(long batch, long? subject) => subject is { } id ? SubjectStore.KeyOf(id) : TaskStore.KeyOf(batch);

    private static string FieldOf(long entry) => string.Create(CultureInfo.InvariantCulture, $"verification:{entry}");

    private byte[] Sealed(string key, long entry, VerificationContent content) => desk.Vault.Seal(key, FieldOf(entry), ListJson.Write(content));

    private VerificationContent ReadContent(string key, long entry, byte[] content) =>
        desk.Vault.Read(key, FieldOf(entry), content) is { } json ? ListJson.Read<VerificationContent>(json) : throw new RefusedException(RefusalKind.Shredded, key);
}
