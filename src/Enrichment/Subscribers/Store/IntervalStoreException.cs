namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>A file of the interval store cannot be used: which one, where in it, and what would be right.</summary>
public sealed class IntervalStoreException : Exception
{
    public IntervalStoreException()
    {
    }

    public IntervalStoreException(string message)
        : base(message)
    {
    }

    public IntervalStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal IntervalStoreException(string path, long offset, string message)
        : base($"{path}, byte {offset}: {message}")
    {
        Path = path;
        Offset = offset;
    }

    public string? Path { get; }

    /// <summary>Bytes from the start of the file to what is wrong.</summary>
    public long Offset { get; }
}
