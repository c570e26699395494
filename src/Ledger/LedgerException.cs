namespace MinerFlow.Ledger;

/// <summary>The ledger cannot be opened, read or written; the message says what, where and what would help.</summary>
public sealed class LedgerException : Exception
{
    public LedgerException()
    {
    }

    public LedgerException(string message)
        : base(message)
    {
    }

    public LedgerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The disk, a permission, a lock or a server stands in the way, and not what was named as the ledger.</summary>
    public bool IsOfEnvironment { get; init; }
}
