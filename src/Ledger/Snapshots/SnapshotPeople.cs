using System.Text.Json;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Subjects;

namespace MinerFlow.Ledger.Snapshots;

/// <summary>Opens what of a snapshot names people, with the vault of the ledger that it was taken from.</summary>
public sealed class SnapshotPeople
{
    private readonly PersonalVault _vault;
    private readonly Dictionary<long, SealedText> _identities;

    public SnapshotPeople(Snapshot snapshot, PersonalVault vault)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _vault = vault;
        _identities = snapshot.Subjects.ToDictionary(subject => subject.Id, subject => subject.Identity);
    }

    /// <summary>Who a subject is; null when the key was destroyed.</summary>
    public SubjectIdentity? Identity(long subject) =>
        _identities.TryGetValue(subject, out var text) && Text(text) is { } json ? SightingDetail.FromJson<SubjectIdentity>(json) : null;

    /// <summary>A row of a register, by column; null when the key was destroyed.</summary>
    public IReadOnlyDictionary<string, string>? Fields(RegisterLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return Text(line.Fields) is { } json ? JsonSerializer.Deserialize<Dictionary<string, string>>(json) : null;
    }

    /// <summary>A sealed text; null when the key was destroyed.</summary>
    /// <exception cref="LedgerException">The text was changed, or the vault is another ledger's.</exception>
    public string? Text(SealedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _vault.Read(text.Key, text.Field, text.Content);
    }
}
