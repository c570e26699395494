using System.Buffers;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers;

/// <summary>Takes lines one by one, on loan.</summary>
internal interface ILineHandler
{
    void Take(ReadOnlySpan<byte> line);
}

/// <summary>Takes lines one by one, on loan, each with its place.</summary>
internal interface IPlacedLineHandler
{
    void Take(in PlacedLine line);
}

/// <summary>Files of lines, plain or in gzip, read through one buffer.</summary>
internal static class LogLines
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>Reads a file, and every file of a folder in name order. What cannot be read is named in <paramref name="problems"/>.</summary>
    public static void ReadAll(string path, ILineHandler handler, ICollection<Problem> problems) => ReadAll(path, new Unplaced(handler), problems);

    /// <summary>The same, each line with its place in its file.</summary>
    public static void ReadAll(string path, IPlacedLineHandler handler, ICollection<Problem> problems)
    {
        foreach (var file in Expand(path, problems))
        {
            try
            {
                using var log = LogFile.Open(file);
                Read(log.Content, handler, 0, () => !log.IsDamaged);
                log.Tell(problems);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                problems.Add(new Problem(file, 0, 0, FileProblem.Why(file, error)));
            }
        }
    }

    /// <summary>Reads a stream to its end. A last line without line feed counts; one that outgrows the buffer is handed on as far as it was read.</summary>
    public static void Read(Stream stream, ILineHandler handler) => Read(stream, new Unplaced(handler), 0, () => true);

    /// <summary>The same from a place in a log on.</summary>
    /// <param name="stream">Stands at <paramref name="offset"/>.</param>
    /// <param name="handler">Takes the lines, without their ends.</param>
    /// <param name="offset">The first byte that is read.</param>
    /// <param name="takesLast">Asked at the end: whether a last line without line feed is a line; else it may still be written, or is cut.</param>
    /// <returns>Bytes of the last line that was not taken.</returns>
    public static int Read(Stream stream, IPlacedLineHandler handler, long offset, Func<bool> takesLast)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var held = 0;
            var isSkipping = false;
            for (int read; (read = stream.Read(buffer.AsSpan(held))) > 0;)
            {
                var rest = buffer.AsSpan(0, held + read);
                while (rest.IndexOf((byte)'\n') is >= 0 and var end)
                {
                    if (!isSkipping)
                    {
                        handler.Take(new PlacedLine(rest[..end].TrimEnd((byte)'\r'), rest, offset, offset + end + 1));
                    }

                    isSkipping = false;
                    offset += end + 1;
                    rest = rest[(end + 1)..];
                }

                rest.CopyTo(buffer);
                held = rest.Length;
                if (held == buffer.Length)
                {
                    if (!isSkipping)
                    {
                        handler.Take(new PlacedLine(rest, rest, offset, offset + held));
                    }

                    offset += held;
                    isSkipping = true;
                    held = 0;
                }
            }

            if (held > 0 && !isSkipping && takesLast())
            {
                var last = buffer.AsSpan(0, held);
                handler.Take(new PlacedLine(last.TrimEnd((byte)'\r'), last, offset, offset + held));
                return 0;
            }

            return held;
        }
        finally
        {
            // It may have held passwords.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>The file itself, or the files of a folder in name order; a folder that cannot be listed is named in <paramref name="problems"/>.</summary>
    public static string[] Expand(string path, ICollection<Problem> problems)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }

        try
        {
            var files = Directory.GetFiles(path);
            Array.Sort(files, StringComparer.Ordinal);
            return files;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(path, 0, 0, $"cannot be listed: {error.Message}"));
            return [];
        }
    }

    private sealed class Unplaced(ILineHandler handler) : IPlacedLineHandler
    {
        public void Take(in PlacedLine line) => handler.Take(line.Bytes);
    }
}
