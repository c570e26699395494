namespace MinerFlow.Enrichment.Places;

/// <summary>A file is not a geo database in the MaxMind DB format, is cut short or contradicts itself.</summary>
public sealed class MmdbException : Exception
{
    public MmdbException()
    {
    }

    public MmdbException(string message)
        : base(message)
    {
    }

    public MmdbException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
