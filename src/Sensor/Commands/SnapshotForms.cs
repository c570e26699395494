using System.Globalization;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Releases;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Reporting.Forms;

namespace MinerFlow.Sensor.Commands;

/// <summary>A snapshot, on the way to the forms that verbs make of it.</summary>
internal sealed class SnapshotForms
{
    private readonly LedgerDesk _desk;

    private SnapshotForms(LedgerDesk desk, Snapshot snapshot, SnapshotEntry entry)
    {
        _desk = desk;
        Snapshot = snapshot;
        Entry = entry;
        Batches = [.. snapshot.Head.Batches.Select(batch => long.Parse(batch.Id, CultureInfo.InvariantCulture))];
    }

    public Snapshot Snapshot { get; }

    public SnapshotEntry Entry { get; }

    /// <summary>Numbers of its lists.</summary>
    public IReadOnlyList<long> Batches { get; }

    public static SnapshotForms Read(LedgerDesk desk, long number)
    {
        var (snapshot, entry) = new SnapshotStore(desk).Read(number);
        return new SnapshotForms(desk, snapshot, entry);
    }

    /// <summary>The release, if it is one of a list of the snapshot, holds now and lets this person send; null when no list of the snapshot has it.</summary>
    public Release? ReleaseOf(long id)
    {
        var releases = new ReleaseDesk(_desk);
        foreach (var batch in Batches)
        {
            if (releases.Releases(batch).Any(release => release.Id == id))
            {
                return releases.RequireLeave(batch, id);
            }
        }

        return null;
    }

    /// <param name="rules">Which forms there are.</param>
    /// <param name="release">Under which people are shown in clear; null to mask them.</param>
    public FormSet Set(FormRules rules, Release? release) => new(rules, Snapshot, Entry.Sha256, _desk.Vault, release is null ? null : Shown(release));

    private FormRelease Shown(Release release) => new(
        ReleaseDesk.NameOf(release.Id),
        release.Batch.ToString(CultureInfo.InvariantCulture),
        release.AskedBy,
        release.ApprovedBy!,
        release.Recipient,
        release.Purpose,
        release.ValidUntil.ToOffset(Snapshot.Head.TakenAt.Offset));
}
