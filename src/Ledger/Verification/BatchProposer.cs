using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Subjects;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Ledger.Verification;

/// <summary>
/// The machine's part of a batch: each entry is attributed once, joined with our own sightings, and written with its labels when all have been counted.
/// A stop in the midst leaves whole proposals and proposals that are not there, and doing it again makes the same of both.
/// </summary>
internal sealed class BatchProposer(LedgerDesk desk, LabelRules rules, IEntryResolver resolver)
{
    /// <summary>Entries in one transaction: a stop costs no more than these, and none twice.</summary>
    private const int EntriesAtOnce = 1_000;

    /// <summary>Whom this run has found in the ledger or added to it: a list names one subscriber many times.</summary>
    private readonly Dictionary<SubjectIdentity, long> _subjects = [];

    /// <returns>How many were proposed.</returns>
    public int Run(long batch, Duty duty)
    {
        var entries = desk.Read(session => TaskStore.Entries(
            session,
            "e.batch = @batch AND EXISTS (SELECT 1 FROM list_row r WHERE r.batch = e.batch AND r.list_table = e.list_table AND r.line = e.line AND r.disposition = @accepted)",
            ("batch", batch),
            ("accepted", RowDisposition.Accepted))).OrderBy(entry => entry.Place.Table).ThenBy(entry => entry.Place.Row).ThenBy(entry => entry.Entry.Ordinal).ToList();
        var healthy = desk.Read(session => new HealthySpans(session));
        var proposals = new List<Proposal>(entries.Count);
        foreach (var chunk in entries.GroupBy(entry => entry.Place.Table).SelectMany(table => table.Chunk(EntriesAtOnce)))
        {
            proposals.AddRange(desk.Do(work => Make(work, chunk, healthy)));
        }

        var labels = new BatchLabels(rules, entries);
        proposals.ForEach(labels.Count);
        return proposals.Chunk(EntriesAtOnce).Sum(chunk => desk.Do(work => Write(work, batch, duty, chunk, labels)));
    }

    private List<Proposal> Make(DeskWork work, TaskEntry[] chunk, HealthySpans healthy)
    {
        var rows = TaskStore.Rows(work.Session, work.Vault, new RowSpan(chunk[0].Batch, chunk[0].Place.Table, chunk[0].Place.Row, chunk[^1].Place.Row));
        var own = new OwnMiners(work.Session, healthy, chunk);
        var seen = new Dictionary<long, (PacketTime From, PacketTime To)>();
        var proposals = new List<Proposal>(chunk.Length);
        foreach (var entry in chunk)
        {
            var answer = resolver.Answer(QuestionOf(entry), NameOf(entry));
            var subject = Proposal.IdentityOf(answer.Attribution) is { } identity ? SubjectOf(work, identity, entry) : (long?)null;
            if (subject is { } id)
            {
                var (from, to) = seen.GetValueOrDefault(id, (entry.From, entry.To));
                seen[id] = (entry.From < from ? entry.From : from, entry.To > to ? entry.To : to);
            }

            proposals.Add(Proposal.Of(entry, rows[entry.Place.Row], answer, own.Of(entry), subject, rules));
        }

        using var saw = SubjectStore.SawCommand(work.Session);
        foreach (var (id, (from, to)) in seen)
        {
            saw.Add(id, from, to);
        }

        saw.Flush();
        return proposals;
    }

    private long SubjectOf(DeskWork work, SubjectIdentity identity, TaskEntry entry)
    {
        if (!_subjects.TryGetValue(identity, out var known))
        {
            _subjects.Add(identity, known = SubjectStore.FindOrAdd(work, identity, entry.From, entry.To));
        }

        return known;
    }

    private int Write(DeskWork work, long batch, Duty duty, Proposal[] chunk, BatchLabels labels)
    {
        using var command = VerificationRows.ProposeCommand(work.Session);
        foreach (var proposal in chunk)
        {
            Write(work, command, proposal, labels.Of(proposal));
        }

        command.Flush();
        if (command.Written > 0)
        {
            work.Record(
                duty, "batch.propose", TaskStore.KeyOf(batch), "", ("entries", command.Written), ("first", chunk[0].Entry.Id), ("last", chunk[^1].Entry.Id), ("rules", rules.Version));
        }

        return command.Written;
    }

    private void Write(DeskWork work, Storage.LedgerCommand command, Proposal proposal, IReadOnlyList<LabelEvidence> labels)
    {
        var record = new VerificationRecord
        {
            Entry = proposal.Entry,
            State = VerificationState.Proposed,
            Outcome = proposal.Outcome,
            Grade = proposal.Grade,
            AnswerDigest = Convert.ToHexStringLower(SHA256.HashData(proposal.Answer.Span)),
            Subject = proposal.Subject,
            Sightings = proposal.Sightings.Count,
            OwnView = proposal.OwnView,
            Judgement = proposal.Judgement,
            IsVisitOnly = proposal.IsVisitOnly,
            IsConcentrated = BatchLabels.IsConcentrated(labels),
            IsPublicResource = BatchLabels.IsPublicResource(labels),
            IsBitcoin = BatchLabels.IsBitcoin(labels),
            Site = BatchLabels.SiteOf(labels),
            RulesVersion = rules.Version,
            ProposedAt = work.Now,
        };
        var content = new VerificationContent
        {
            Answer = Encoding.UTF8.GetString(proposal.Answer.Span),
            Sightings = proposal.Sightings,
            Coin = proposal.Coin,
            Watts = proposal.Watts,
            Labels = labels,
            Missing = proposal.Missing,
        };
        VerificationRows.Propose(command, record, VerificationContent.Seal(work.Vault, record, content));
    }

    /// <summary>Of a prefix its first address is asked: one subscriber has it as a whole.</summary>
    private static AttributionQuestion QuestionOf(TaskEntry entry) => new(entry.Entry.Addresses.First, entry.From, entry.To)
    {
        Port = entry.Entry.Ports is { } ports && ports.First == ports.Last ? ports.First : null,
        Protocol = entry.Entry.Protocol,
    };

    private static string NameOf(TaskEntry entry) => string.Create(CultureInfo.InvariantCulture, $"{entry.Batch}:{entry.Place.Table}:{entry.Place.Row}:{entry.Entry.Ordinal}");
}
