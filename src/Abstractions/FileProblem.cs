namespace MinerFlow.Abstractions;

/// <summary>Says in words why a file cannot be read, without the path that a message begins with.</summary>
public static class FileProblem
{
    public static Sentence Why(string path, Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => (Sentence)"there is no such file",

        // The runtime says the same of both.
        UnauthorizedAccessException when Directory.Exists(path) => "is a folder where a file is wanted",
        UnauthorizedAccessException => "may not be read; give the user that runs this read permission",
        PathTooLongException => "the path is too long",
        ArgumentException => "is not a path",
        _ => $"cannot be read: {exception.Message}",
    };
}
