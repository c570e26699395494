namespace MinerFlow.Exchange;

/// <summary>The spool cannot be opened, written or read; the message says what, where and what would help. Nothing of a failed write was kept.</summary>
public sealed class SpoolException : Exception
{
    public SpoolException()
    {
    }

    public SpoolException(string message)
        : base(message)
    {
    }

    public SpoolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
