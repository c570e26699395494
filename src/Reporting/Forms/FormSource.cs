using MinerFlow.Abstractions;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Reporting.HitLists;

namespace MinerFlow.Reporting.Forms;

/// <summary>A snapshot as a set of forms sees it: some of its lists, and people masked unless a release says otherwise.</summary>
internal sealed class FormSource
{
    private readonly SnapshotPeople _people;
    private readonly Dictionary<long, Subscriber?> _subscribers = [];
    private readonly Dictionary<string, SnapshotBatch> _batches;
    private readonly HashSet<long> _released;
    private FormFigures? _figures;

    /// <param name="snapshot">What is shown.</param>
    /// <param name="sha256">Digest of its lines.</param>
    /// <param name="people">Opens what names somebody.</param>
    /// <param name="release">Null to mask natural persons.</param>
    public FormSource(Snapshot snapshot, string sha256, SnapshotPeople people, FormRelease? release)
    {
        Snapshot = snapshot;
        Sha256 = sha256;
        Release = release;
        _people = people;
        _released = release is null ? [] : [.. snapshot.Answers.Where(line => line.Batch == release.Batch).Select(line => line.Subject).OfType<long>()];
        _batches = snapshot.Head.Batches.ToDictionary(batch => batch.Id, StringComparer.Ordinal);
    }

    public Snapshot Snapshot { get; }

    public SnapshotHead Head => Snapshot.Head;

    public string Sha256 { get; }

    public FormRelease? Release { get; }

    /// <summary>Counts by county and over all.</summary>
    public FormFigures Figures => _figures ??= new FormFigures(this);

    /// <summary>What each page says at its top.</summary>
    public string Watermark => Release?.Watermark ?? "自然人信息已脱敏";

    /// <summary>Where the form comes from, so that it can be made again and compared.</summary>
    public string Origin => $"快照 {Head.Number},数据时点 {Moment(Head.TakenAt)}({HumanUnits.Zone(Head.TakenAt.Offset)}),摘要 SHA-256 {Sha256[..16]}…";

    /// <summary>批次 of a line: the list's own number, else the document's, else the file's name.</summary>
    public string BatchOf(AnswerLine line) => line.BatchNumber ?? (_batches.TryGetValue(line.Batch, out var batch) ? batch.DocumentNumber ?? batch.FileName : line.Batch);

    /// <summary>The subscriber as this set of forms may show it; null when nobody is named or the data was deleted.</summary>
    public Subscriber? Shown(long? subject)
    {
        if (subject is not { } id)
        {
            return null;
        }

        if (!_subscribers.TryGetValue(id, out var shown))
        {
            var clear = _people.Identity(id) is { } identity ? identity.Subscriber ?? new Subscriber(identity.Account, IsNaturalPerson: true) : null;
            shown = clear is null || _released.Contains(id) ? clear : Masking.Mask(clear);
            _subscribers.Add(id, shown);
        }

        return shown;
    }

    /// <summary>Name of a subject, or that it was deleted; null when nobody is named.</summary>
    public string? NameOf(long? subject) => subject is null ? null : Shown(subject)?.Name ?? FormWords.Deleted;

    /// <summary>备注 of the list: anything may stand in it, so it is shown under a release of that list only.</summary>
    public string? RemarkOf(AnswerLine line) => line.Remark is not { } text || line.Batch != Release?.Batch ? null : _people.Text(text) ?? FormWords.Deleted;

    /// <summary>Rows of a register, by column.</summary>
    public IEnumerable<IReadOnlyDictionary<string, string>> Register(string name) =>
        Snapshot.Registers.Where(line => line.Register == name).Select(line => _people.Fields(line)).OfType<IReadOnlyDictionary<string, string>>();

    /// <summary>As the forms write moments; the zone has a column of its own.</summary>
    public static string Moment(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd HH:mm:ss");
}
