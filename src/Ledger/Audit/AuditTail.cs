using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger.Audit;

/// <summary>The end of the chain in one transaction. Its writer is the only one, so where the chain ends is read once, and known from then on.</summary>
internal sealed class AuditTail(LedgerSession session, PersonalVault vault)
{
    private (long Sequence, string Hash)? _last;

    /// <summary>Appends in the transaction of what is done.</summary>
    public void Append(DateTimeOffset at, string actor, string duty, string action, string item, string purpose, string detail)
    {
        var (sequence, hash) = _last ??= Begin();

        // As it will be read again: what the database cannot keep must not be in the digest.
        var record = new AuditRecord(sequence + 1, at.ToUniversalTime(), Kept(actor), Kept(duty), Kept(action), Kept(item), Kept(purpose), Kept(detail), "");
        _last = (record.Sequence, record.HashBehind(hash));
        session.Execute(
            """
            INSERT INTO audit (sequence, at, actor, duty, action, object, purpose, detail, hash)
            VALUES (@sequence, @at, @actor, @duty, @action, @object, @purpose, @detail, @hash)
            """,
            ("sequence", record.Sequence),
            ("at", record.At),
            ("actor", record.Actor),
            ("duty", record.Duty),
            ("action", record.Action),
            ("object", record.Object),
            ("purpose", record.Purpose),
            ("detail", record.Detail),
            ("hash", _last.Value.Hash));
    }

    /// <summary>Where the chain ends. Whoever appends has sealed something: the ledger has a name and a vault from now on.</summary>
    private (long Sequence, string Hash) Begin()
    {
        LedgerIdentity.Claim(session, vault);
        return session.Query("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1", row => (row.Number("sequence"), row.Text("hash"))) is [var last] ? last : (0, AuditRecord.NoHash);
    }

    private static string Kept(string text) => (string)LedgerSession.Stored(text);
}
