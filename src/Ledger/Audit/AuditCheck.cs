namespace MinerFlow.Ledger.Audit;

/// <summary>What is wrong with a chain.</summary>
public enum AuditFault
{
    /// <summary>The record is missing: the next one has a higher number.</summary>
    Missing,

    /// <summary>The record, or the one before it, is not as it was written.</summary>
    Changed,

    /// <summary>A signed head speaks of records that the chain no longer has.</summary>
    CutOff,

    /// <summary>The record a signed head names has another hash: the chain was written anew.</summary>
    Rewritten,

    /// <summary>The signature of a head does not fit.</summary>
    BadSignature,

    /// <summary>The head is of another ledger.</summary>
    OtherLedger,
}

/// <summary>The first broken link.</summary>
/// <param name="Sequence">Number of the record.</param>
/// <param name="Fault">What is wrong with it.</param>
public sealed record AuditBreak(long Sequence, AuditFault Fault);

/// <summary>What a check found.</summary>
/// <param name="Records">How many records were read.</param>
/// <param name="Break">The first broken link; null when the chain is whole.</param>
/// <param name="CheckedHeads">Heads that agree with the chain and whose signature was checked.</param>
/// <param name="UncheckedHeads">Heads that agree with the chain and whose key was not at hand.</param>
/// <param name="Unsigned">Records behind the last head.</param>
public sealed record AuditVerdict(long Records, AuditBreak? Break, int CheckedHeads, int UncheckedHeads, long Unsigned);

/// <summary>Checks a chain from its first record on. Works on an exported chain as well: nothing but the records, the heads and a public key is needed.</summary>
public static class AuditCheck
{
    /// <param name="ledger">Name of the ledger; null when only the heads tell it.</param>
    /// <param name="records">In their order.</param>
    /// <param name="heads">Heads of the ledger and those kept elsewhere.</param>
    /// <param name="key">The public key; null leaves signatures unchecked.</param>
    public static AuditVerdict Run(string? ledger, IEnumerable<AuditRecord> records, IReadOnlyList<AuditHead> heads, AuditKey? key)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(heads);
        var bySequence = heads.ToLookup(head => head.Sequence);
        var (last, hash) = (0L, AuditRecord.NoHash);
        AuditBreak? found = null;
        foreach (var record in records)
        {
            var fault = record.Sequence != last + 1 ? new AuditBreak(last + 1, AuditFault.Missing)
                : record.HashBehind(hash) != record.Hash ? new AuditBreak(record.Sequence, AuditFault.Changed)
                : bySequence[record.Sequence].Any(head => head.Hash != record.Hash) ? new AuditBreak(record.Sequence, AuditFault.Rewritten)
                : null;
            found ??= fault;
            (last, hash) = (record.Sequence, record.Hash);
        }

        var beyond = heads.Where(head => head.Sequence > last).MinBy(head => head.Sequence);
        found ??= beyond is null ? null : new AuditBreak(last + 1, AuditFault.CutOff);
        found ??= heads.FirstOrDefault(head => ledger is not null && head.Ledger != ledger) is { } other ? new AuditBreak(other.Sequence, AuditFault.OtherLedger) : null;
        var known = heads.Where(head => key is not null && head.KeyId == key.Id).ToList();
        found ??= known.Find(head => !key!.Fits(head)) is { } forged ? new AuditBreak(forged.Sequence, AuditFault.BadSignature) : null;
        return new AuditVerdict(last, found, known.Count, heads.Count - known.Count, last - heads.Select(head => head.Sequence).DefaultIfEmpty().Max());
    }
}
