using MinerFlow.Abstractions;

namespace MinerFlow.Capture.Files;

/// <summary>Opens files for reading and says in words why one cannot be.</summary>
internal static class InputFile
{
    /// <exception cref="CaptureException">There is no such file, it is a folder, or it may not be read.</exception>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new CaptureException($"{path}: is a folder where a capture file is wanted");
        }

        try
        {
            // Without a buffer: what reads it has its own. Writers and those who delete or rename are not kept out.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new CaptureException($"{path}: {Why(exception)}", exception);
        }
    }

    /// <summary>The reason without the path, which the message already begins with.</summary>
    public static Sentence Why(Exception exception) => exception is GzipException ? $"cannot be read: {Reason(exception)}" : FileProblem.Why("", exception);

    /// <summary>What went wrong while reading.</summary>
    public static Sentence Reason(Exception exception) => exception is GzipException damaged ? damaged.Sentence : exception.Message;
}
