using MinerFlow.Ledger.Audit;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger;

/// <summary>Where somebody works with a ledger: its database, the keys of its personal data, who it is and what time it is.</summary>
public sealed class LedgerDesk(LedgerDatabase database, PersonalVault vault, Actor actor, TimeProvider time)
{
    public Actor Actor => actor;

    public PersonalVault Vault => vault;

    public TimeProvider Time => time;

    internal LedgerDatabase Database => database;

    /// <summary>Opens the vault of a ledger that is open to write: the one it was begun with, a new one only for a new ledger. What an earlier program left in clear is sealed.</summary>
    /// <exception cref="LedgerException">The folder holds no keys, or those of another ledger.</exception>
    public static PersonalVault OpenVault(LedgerDatabase database, string folder)
    {
        ArgumentNullException.ThrowIfNull(database);
        var known = database.Read(LedgerIdentity.Vault);
        if (known is not null && !Directory.Exists(folder))
        {
            throw new LedgerException($"{folder}: there are no keys; name the folder with the keys of {database.Name}.");
        }

        var vault = PersonalVault.Open(folder);
        if (known is null || known == vault.Fingerprint)
        {
            SightingNames.SealEarlier(database, vault);
            return vault;
        }

        vault.Dispose();
        throw new LedgerException($"{folder}: holds the keys of another ledger; name the folder with the keys of {database.Name}.");
    }

    /// <summary>One step: everything it does and its audit records, or nothing.</summary>
    internal T Do<T>(Func<DeskWork, T> step) => database.Write(session => vault.Together(() => step(new DeskWork(session, vault, actor, time.GetUtcNow()))));

    internal void Do(Action<DeskWork> step) => Do(work =>
    {
        step(work);
        return true;
    });

    internal T Read<T>(Func<LedgerSession, T> work) => database.Read(work);
}

/// <summary>A step that is being done.</summary>
internal sealed class DeskWork(LedgerSession session, PersonalVault vault, Actor actor, DateTimeOffset now)
{
    private readonly AuditTail _audit = new(session, vault);

    public LedgerSession Session => session;

    public PersonalVault Vault => vault;

    public Actor Actor => actor;

    public DateTimeOffset Now => now;

    /// <summary>Says in the audit chain what was done.</summary>
    public void Record(Duty duty, string action, string item, string purpose, params ReadOnlySpan<(string Name, object? Value)> detail)
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in detail)
        {
            if (value?.ToString() is { } text)
            {
                fields.Add(name, text);
            }
        }

        _audit.Append(now, actor.Name, duty.ToString(), action, item, purpose, SightingDetail.ToJson(fields));
    }
}
