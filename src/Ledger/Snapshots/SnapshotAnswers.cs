using System.Globalization;
using System.Text.Json;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Ledger.Snapshots;

/// <summary>The answers to one list, in the order of its rows. Each row that asks something has at least one line: rows in are rows out.</summary>
internal sealed class SnapshotAnswers
{
    private readonly DeskWork _work;
    private readonly TaskBatch _batch;
    private readonly TimeSpan _offset;
    private readonly RegionNames _regions;
    private readonly IReadOnlyList<ListTable> _tables;
    private readonly Dictionary<long, string?> _subjectRegions;

    public SnapshotAnswers(DeskWork work, TaskBatch batch, TimeSpan offset, RegionNames regions)
    {
        _work = work;
        _batch = batch;
        _offset = offset;
        _regions = regions;
        _tables = TaskStore.Tables(work.Session, work.Vault, batch.Number);
        _subjectRegions = work.Session.Query(
            "SELECT DISTINCT s.id, s.region FROM subject s JOIN verification v ON v.subject = s.id WHERE v.batch = @batch",
            row => (Id: row.Number("id"), Region: row.OptionalText("region")),
            ("batch", batch.Number)).ToDictionary(pair => pair.Id, pair => pair.Region);
    }

    public IEnumerable<AnswerLine> Lines()
    {
        foreach (var (span, rows) in TaskStore.Pages(_work.Session, _work.Vault, _batch.Number))
        {
            var entries = TaskStore.Entries(_work.Session, span).ToLookup(entry => entry.Place.Row);
            var findings = VerificationRows.Read(_work.Session, span);
            foreach (var line in rows.SelectMany(row => Lines(row, entries, findings)))
            {
                yield return line;
            }
        }
    }

    private IEnumerable<AnswerLine> Lines(ListRow row, ILookup<int, TaskEntry> entries, Dictionary<long, (VerificationRecord Record, byte[] Content)> findings) => row.Disposition switch
    {
        RowDisposition.Accepted => entries[row.Row]
            .Select(entry => findings.TryGetValue(entry.Id, out var finding) && finding.Record.State == VerificationState.Reviewed ? Answered(row, entry, finding) : Asked(row, entry)),
        RowDisposition.Returned =>
        [
            OfRow(row) with
            {
                Answer = row.Reason switch { ReturnReason.NotOurs => RowAnswer.NotOurs, ReturnReason.Insufficient => RowAnswer.Insufficient, _ => RowAnswer.BadFormat },
                Problems = [.. row.Problems.Where(problem => problem.Gravity == ProblemGravity.Error)],
            },
        ],
        RowDisposition.Duplicate => [OfRow(row) with { Answer = RowAnswer.Duplicate, SameAs = row.DuplicateOf }],
        _ => [],
    };

    private AnswerLine OfRow(ListRow row)
    {
        var table = _tables[row.Table];
        var line = new AnswerLine
        {
            Batch = TaskStore.NameOf(_batch.Number),
            Table = table.Place,
            Row = row.Row,
            Ordinal = 0,
            Address = Written(row, table, ListColumn.Address) ?? "",
            Ports = Written(row, table, ListColumn.SourcePort),
            BatchNumber = row.BatchNumber,
            RegionCode = row.Region?.Code,
            Region = row.Region?.Name,
            From = Moment(row.Seen?.From),
            To = Moment(row.Seen?.To),
            Answer = RowAnswer.Silent,
            Coin = row.Coin,
            Pool = Pools(row),
            IsPriority = row.IsPriority == true,
        };
        return row.Remark is { } remark ? line with { Remark = Sealed(row, remark) } : line;
    }

    private AnswerLine Asked(ListRow row, TaskEntry entry) => OfRow(row) with
    {
        Ordinal = entry.Entry.Ordinal,
        Address = entry.Entry.Addresses.ToString(),
        Ports = entry.Entry.Ports?.ToString(),
        Protocol = entry.Entry.Protocol switch { 0 => null, 6 => "TCP", 17 => "UDP", var number => number.ToString(CultureInfo.InvariantCulture) },
        From = Moment(entry.From),
        To = Moment(entry.To),
        Change = entry.Entry.Change,
    };

    private AnswerLine Answered(ListRow row, TaskEntry entry, (VerificationRecord Record, byte[] Content) found)
    {
        var asked = Asked(row, entry);
        var finding = found.Record;
        var content = VerificationContent.Open(_work.Vault, finding, found.Content);
        var region = row.Region is null && finding.Subject is { } subject ? _regions.Find(_subjectRegions.GetValueOrDefault(subject)) : (asked.RegionCode, asked.Region);
        var answer = AnswerOf(finding);
        return asked with
        {
            RegionCode = region.Item1,
            Region = region.Item2,
            Answer = answer,
            Grade = finding.Grade?.ToString(),
            Subject = answer == RowAnswer.Located ? finding.Subject : null,
            AddressKind = Said(content, "addressKind"),
            Coin = content?.Coin ?? asked.Coin,
            IsConcentrated = finding.IsConcentrated,
            IsPublicResource = finding.IsPublicResource,
            IsBitcoin = finding.IsBitcoin,
            Site = finding.Site,
            Judgement = finding.Judgement,
            Verifier = finding.Verifier,
            Reviewer = finding.Reviewer,
            ReviewedAt = finding.ReviewedAt?.ToOffset(_offset),
            OwnView = finding.OwnView,
            Reason = answer == RowAnswer.Located ? null : Said(content, "explainZh"),
        };
    }

    /// <summary>Nobody is named but the one subscriber that fits, by an answer good enough to have made a subject.</summary>
    private static RowAnswer AnswerOf(VerificationRecord finding) => finding.Outcome switch
    {
        AttributionOutcome.Unique when finding.Subject is not null => RowAnswer.Located,
        AttributionOutcome.Ambiguous => RowAnswer.Ambiguous,
        AttributionOutcome.None => RowAnswer.None,
        AttributionOutcome.NotOurs => RowAnswer.NotOurs,
        AttributionOutcome.Invalid => RowAnswer.BadFormat,
        _ => RowAnswer.Insufficient,
    };

    /// <summary>A field of the answer as it goes into files.</summary>
    private static string? Said(VerificationContent? content, string name)
    {
        if (content is null)
        {
            return null;
        }

        using var json = JsonDocument.Parse(content.Answer);
        return json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private static string? Written(ListRow row, ListTable table, ListColumn meaning)
    {
        var columns = table.Columns;
        var cells = row.Cells.Where(cell => cell.Column <= columns.Count && columns[cell.Column - 1] == meaning).Select(cell => cell.Text).ToList();
        return cells.Count > 0 ? string.Join(' ', cells) : null;
    }

    private static string? Pools(ListRow row) => row.Pools.Count == 0
        ? null
        : string.Join("; ", row.Pools) + (row.PoolPorts.Count > 0 ? ":" + string.Join(',', row.PoolPorts) : "");

    private SealedText Sealed(ListRow row, string remark)
    {
        var key = TaskStore.KeyOf(_batch.Number);
        var field = string.Create(CultureInfo.InvariantCulture, $"remark:{row.Table}:{row.Row}");
        return new SealedText(key, field, _work.Vault.Seal(key, field, remark));
    }

    private DateTimeOffset? Moment(PacketTime? time) => time is { IsNone: false } known ? known.ToDateTimeOffset().ToOffset(_offset) : null;
}
