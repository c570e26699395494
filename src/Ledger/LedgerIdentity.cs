using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger;

/// <summary>The name under which heads of a ledger are signed, and which vault holds its keys.</summary>
internal static class LedgerIdentity
{
    /// <summary>Empty as long as the ledger has none.</summary>
    public static string Of(LedgerSession session) => session.First("SELECT id FROM ledger_identity", row => row.Text("id")) ?? "";

    /// <summary>When the ledger was last put back from a backup; null when it never was.</summary>
    public static DateTimeOffset? RestoredAt(LedgerSession session) =>
        session.Query("SELECT restored_at FROM ledger_identity", row => row.OptionalMoment("restored_at")).FirstOrDefault();

    /// <summary>What was done since the backup is not in the ledger: it, which has a name, says so from now on.</summary>
    public static void Restored(LedgerSession session, DateTimeOffset at) => session.Execute("UPDATE ledger_identity SET restored_at = @at", ("at", at));

    /// <summary>Fingerprint of the vault; null as long as nothing was sealed.</summary>
    public static string? Vault(LedgerSession session) => session.First("SELECT vault FROM ledger_identity WHERE vault IS NOT NULL", row => row.Text("vault"));

    /// <summary>Something is sealed with the keys of this vault: another one will be refused, and the ledger has a name from now on.</summary>
    public static void Claim(LedgerSession session, PersonalVault vault)
    {
        if (Of(session).Length == 0)
        {
            session.Execute("INSERT INTO ledger_identity (id) VALUES (@id)", ("id", Guid.NewGuid().ToString("N")));
        }

        session.Execute("UPDATE ledger_identity SET vault = @vault WHERE vault IS NULL", ("vault", vault.Fingerprint));
    }
}
