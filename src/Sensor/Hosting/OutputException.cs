namespace MinerFlow.Sensor.Hosting;

/// <summary>An output that cannot be written: the run ends, what was written stands.</summary>
public sealed class OutputException : Exception
{
    public OutputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public OutputException(string message)
        : base(message)
    {
    }

    public OutputException()
    {
    }

    /// <summary>What went wrong with this output.</summary>
    internal static OutputException At(string target, Exception problem) => new($"{target}: {problem.Message}", problem);
}
