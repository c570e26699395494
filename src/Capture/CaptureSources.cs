using MinerFlow.Capture.Files;

namespace MinerFlow.Capture;

/// <summary>Opens capture files, streams and standard input.</summary>
public static class CaptureSources
{
    /// <summary>Path that means standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>Opens one input: a pcap or pcapng file, one compressed with gzip, a named pipe, or <c>-</c> for standard input.</summary>
    /// <remarks>What kind it is, its first bytes say. Standard input, pipes and followed files are looked at when the source runs, for their first bytes may not be there yet.</remarks>
    /// <exception cref="CaptureException">The input cannot be read; the message says why and what would be right.</exception>
    public static ICaptureSource Open(string path, CaptureInputOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        if (path == StandardInput)
        {
            return OpenStream(Console.OpenStandardInput(), path, options);
        }

        var file = InputFile.Open(path);
        if (!file.CanSeek)
        {
            return OpenStream(file, path, options);
        }

        if (options.Follow)
        {
            file.Dispose();
            return new FollowedFileSource(path, options);
        }

        var statistics = new CaptureStatistics();
        try
        {
            return new CaptureFileSource(path, statistics, CursorOpener.OpenFile(file, path, options, statistics, mayMap: true));
        }
        catch (CaptureException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads several inputs as one, in order of time; frames keep their numbers and their origin.</summary>
    /// <remarks>
    /// Each input is taken to be in order of time itself, as captures are. At most <see cref="CaptureInputOptions.OpenFiles"/> are open at once. An input that cannot be
    /// read is a line in the statistics, unless none can.
    /// </remarks>
    /// <exception cref="CaptureException">There is nothing to merge, or a followed file would be merged.</exception>
    public static ICaptureSource OpenMerged(IReadOnlyList<string> paths, CaptureInputOptions options)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(options);
        if (paths.Count == 0)
        {
            throw new CaptureException("there is no capture to merge; name files or folders that hold some");
        }

        if (options.Follow)
        {
            throw new CaptureException("a growing file has no end to merge others before; follow one file alone");
        }

        return new MergedCaptureSource(paths, options);
    }

    /// <summary>Reads a stream from front to end; it is closed with the source.</summary>
    internal static ICaptureSource OpenStream(Stream stream, string name, CaptureInputOptions options)
    {
        var statistics = new CaptureStatistics();
        return new CaptureFileSource(name, statistics, token => CursorOpener.OpenStream(stream, name, options, statistics, inputPosition: null, token));
    }
}
