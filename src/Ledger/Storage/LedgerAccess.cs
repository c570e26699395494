namespace MinerFlow.Ledger.Storage;

/// <summary>What a ledger is opened for.</summary>
public enum LedgerAccess
{
    /// <summary>Never writes; nothing is begun or migrated.</summary>
    Read,

    /// <summary>Writes to one that exists: one that has gone away is not begun anew.</summary>
    Write,

    /// <summary>Begins a new one where there is none.</summary>
    Create,
}
