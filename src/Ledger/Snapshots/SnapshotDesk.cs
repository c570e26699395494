using System.Text.Json;
using MinerFlow.Ledger.Audit;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Subjects;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Ledger.Snapshots;

/// <summary>What a snapshot is to hold.</summary>
public sealed record SnapshotRequest
{
    public required ReportingProfile Profile { get; init; }

    /// <summary>Offset from UTC in which the forms show all moments.</summary>
    public required TimeSpan UtcOffset { get; init; }

    public required string Purpose { get; init; }

    /// <summary>Numbers of the lists whose rows are in it; empty for all.</summary>
    public IReadOnlyList<long> Batches { get; init; } = [];

    /// <summary>Counties in the order of the forms: code and name.</summary>
    public IReadOnlyList<(string Code, string Name)> Regions { get; init; } = [];

    /// <summary>Rows of registers that people keep, by the register's name.</summary>
    public IReadOnlyList<(string Register, IReadOnlyDictionary<string, string> Fields)> Registers { get; init; } = [];
}

/// <summary>Takes snapshots.</summary>
public sealed class SnapshotDesk(LedgerDesk desk)
{
    /// <summary>Reads everything at one moment and keeps it, with its record in the audit chain.</summary>
    /// <exception cref="RefusedException">The person may not, or a list is not known.</exception>
    public SnapshotEntry Take(SnapshotRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var duty = desk.Actor.RequireOneOf(Duty.Sender, Duty.Reviewer, Duty.Verifier);
        return desk.Do(work =>
        {
            var session = work.Session;
            var batches = Batches(session, request);
            var regions = new RegionNames(request.Regions);
            var head = new SnapshotHead
            {
                Number = SnapshotStore.NextNumber(session),
                TakenAt = work.Now.ToOffset(request.UtcOffset),
                TakenBy = work.Actor.Name,
                Purpose = request.Purpose,
                Profile = request.Profile,
                Batches = [.. batches.Select(batch => Describe(session, batch, request.UtcOffset))],
                AuditSequence = session.Number("SELECT max(sequence) FROM audit"),
                AuditHash = session.First("SELECT hash FROM audit ORDER BY sequence DESC LIMIT 1", row => row.Text("hash")) ?? AuditRecord.NoHash,
            };
            var answers = new List<AnswerLine>();
            foreach (var batch in batches)
            {
                answers.AddRange(new SnapshotAnswers(work, batch, request.UtcOffset, regions).Lines());
            }

            var cases = new SnapshotCases(work, request.UtcOffset, regions).Lines();
            var snapshot = new Snapshot
            {
                Head = head,
                Subjects = [.. cases.Select(line => line.Subject).Concat(answers.Select(line => line.Subject ?? 0)).Where(subject => subject > 0).Distinct().Order()
                    .Select(subject => Identity(session, subject))],
                Counties = CountyWeeks.Judge(head, request.Regions, cases, answers, SnapshotStore.Earlier(session)),
                Cases = cases,
                Registers = [.. request.Registers.Select((row, index) => Register(work, head.Number, index, row))],
                Answers = answers,
            };
            var sha256 = SnapshotStore.Add(work, snapshot);
            work.Record(duty, "snapshot.take", SnapshotStore.NameOf(head.Number), request.Purpose, ("sha256", sha256), ("answers", answers.Count), ("cases", cases.Count));
            return new SnapshotEntry(head.Number, work.Now, head.TakenBy, head.Purpose, CountyWeeks.WeekOf(head.TakenAt), answers.Count, cases.Count, sha256);
        });
    }

    /// <summary>Says in the audit chain which files were made of a snapshot.</summary>
    /// <param name="number">Of the snapshot.</param>
    /// <param name="files">Name and SHA-256 of each.</param>
    /// <param name="release">The release under which people stand in them in clear; null when they are masked.</param>
    public void Wrote(long number, IReadOnlyList<(string Name, string Sha256)> files, string? release)
    {
        var duty = desk.Actor.RequireOneOf(Duty.Sender, Duty.Reviewer, Duty.Verifier);
        desk.Do(work =>
        {
            foreach (var (name, sha256) in files)
            {
                work.Record(duty, "form.write", SnapshotStore.NameOf(number), "", ("file", name), ("sha256", sha256), ("release", release));
            }
        });
    }

    private static List<TaskBatch> Batches(LedgerSession session, SnapshotRequest request)
    {
        var known = TaskStore.Batches(session);
        var unknown = request.Batches.Except(known.Select(batch => batch.Number)).ToList();
        return unknown.Count > 0
            ? throw new RefusedException(RefusalKind.Unknown, string.Join(", ", unknown.Select(TaskStore.KeyOf)))
            : request.Batches.Count == 0 ? known : known.FindAll(batch => request.Batches.Contains(batch.Number));
    }

    private static SnapshotBatch Describe(LedgerSession session, TaskBatch batch, TimeSpan offset) =>
        new(TaskStore.NameOf(batch.Number), batch.File.Name, batch.File.Sha256, batch.File.Sm3, batch.ReceivedAt.ToOffset(offset))
        {
            Sender = batch.Sender,
            DocumentNumber = batch.DocumentNumber,
            Platform = batch.Platform,
            Deadline = batch.Deadline?.ToOffset(offset),
            Rows = (int)session.Number("SELECT count(*) FROM list_row WHERE batch = @batch", ("batch", batch.Number)),
            Noise = (int)session.Number("SELECT count(*) FROM list_row WHERE batch = @batch AND disposition = @noise", ("batch", batch.Number), ("noise", RowDisposition.Noise)),
        };

    private static SubjectLine Identity(LedgerSession session, long subject) => new(
        subject,
        new SealedText(SubjectStore.KeyOf(subject), SubjectStore.IdentityField, session.First("SELECT content FROM subject WHERE id = @id", row => row.Bytes("content")!, ("id", subject)) ?? []));

    private static RegisterLine Register(DeskWork work, long snapshot, int index, (string Register, IReadOnlyDictionary<string, string> Fields) row)
    {
        var key = SnapshotStore.NameOf(snapshot);
        var field = $"register:{index}";
        return new RegisterLine(row.Register, new SealedText(key, field, work.Vault.Seal(key, field, JsonSerializer.Serialize(row.Fields))));
    }
}
