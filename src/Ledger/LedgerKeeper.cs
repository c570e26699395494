using MinerFlow.Ledger.Backup;
using MinerFlow.Ledger.People;

namespace MinerFlow.Ledger;

/// <summary>What those who look after a ledger do with it: they need not, and cannot, read what it says of people.</summary>
public sealed class LedgerKeeper(LedgerDesk desk)
{
    /// <returns>Rows written.</returns>
    public long Backup(Stream target)
    {
        desk.Actor.Require(Duty.System);
        desk.Do(work => work.Record(Duty.System, "ledger.backup", "ledger", ""));
        return LedgerBackup.Write(desk.Database, target);
    }

    /// <summary>Puts a backup into this ledger, which must be empty; that it was done stands behind the records that come with it.</summary>
    /// <returns>Rows written.</returns>
    public long Restore(Stream source, string name)
    {
        desk.Actor.Require(Duty.System);
        return desk.Do(work =>
        {
            var rows = LedgerBackup.Restore(work.Session, source, desk.Database.Name, name);
            work.Record(Duty.System, "ledger.restore", "ledger", "", ("rows", rows));
            LedgerIdentity.Restored(work.Session, work.Now);
            return rows;
        });
    }

    /// <returns>Keys that were sealed with the new master key.</returns>
    public int RotateKeys()
    {
        desk.Actor.Require(Duty.Security);
        var keys = desk.Vault.Rotate();
        desk.Do(work => work.Record(Duty.Security, "ledger.rotate-keys", "ledger", "", ("keys", keys)));
        return keys;
    }
}
