using System.Buffers;
using System.IO.Compression;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers;

/// <summary>Takes lines one by one, on loan.</summary>
internal interface ILineHandler
{
    void Take(ReadOnlySpan<byte> line);
}

/// <summary>Files of lines, plain or in gzip, read through one buffer.</summary>
internal static class LogLines
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>Reads a file, and every file of a folder in name order. What cannot be read is named in <paramref name="problems"/>.</summary>
    public static void ReadAll(string path, ILineHandler handler, ICollection<Problem> problems)
    {
        foreach (var file in Expand(path, problems))
        {
            try
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
                if (file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
                {
                    using var inflated = new GZipStream(stream, CompressionMode.Decompress);
                    Read(inflated, handler);
                }
                else
                {
                    Read(stream, handler);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                problems.Add(new Problem(file, 0, 0, $"cannot be read: {error.Message}"));
            }
        }
    }

    /// <summary>Reads a stream to its end. A last line without line feed counts; one that outgrows the buffer is handed on as far as it was read.</summary>
    public static void Read(Stream stream, ILineHandler handler)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var held = 0;
            var isSkipping = false;
            for (int read; (read = stream.Read(buffer.AsSpan(held))) > 0;)
            {
                held = TakeLines(buffer, held + read, handler, ref isSkipping);
                if (held == buffer.Length)
                {
                    if (!isSkipping)
                    {
                        handler.Take(buffer.AsSpan(0, held));
                    }

                    isSkipping = true;
                    held = 0;
                }
            }

            if (held > 0 && !isSkipping)
            {
                handler.Take(buffer.AsSpan(0, held).TrimEnd((byte)'\r'));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Hands on the whole lines at the front of the buffer and moves what is left there.</summary>
    /// <param name="buffer">Its first <paramref name="held"/> bytes are the log's.</param>
    /// <param name="held">Bytes in the buffer.</param>
    /// <param name="handler">Takes the lines, without their ends.</param>
    /// <param name="isSkipping">The buffer begins within a line that is not wanted; false again behind its end.</param>
    /// <returns>Bytes of the line that is not whole yet.</returns>
    public static int TakeLines(byte[] buffer, int held, ILineHandler handler, ref bool isSkipping)
    {
        var rest = buffer.AsSpan(0, held);
        while (rest.IndexOf((byte)'\n') is >= 0 and var end)
        {
            if (!isSkipping)
            {
                handler.Take(rest[..end].TrimEnd((byte)'\r'));
            }

            isSkipping = false;
            rest = rest[(end + 1)..];
        }

        rest.CopyTo(buffer);
        return rest.Length;
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
}
