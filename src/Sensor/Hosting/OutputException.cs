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
    internal static OutputException At(string target, Exception problem) => new($"{target}: {Words(problem)}", problem);

    /// <summary>What stands against a file or folder, in words that say what would be right; the framework's own where there are none.</summary>
    internal static string Words(Exception problem) => problem switch
    {
        DirectoryNotFoundException => "there is no such folder; make it, or name another",
        UnauthorizedAccessException => "this user may not write there, or it is a folder; give the right, or name another place",
        _ => problem.Message,
    };
}
