using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;
using MinerFlow.Abstractions;

namespace MinerFlow.Capture.Files;

/// <summary>Looks at the first bytes of an input and makes the cursor that reads it.</summary>
internal static class CursorOpener
{
    /// <summary>Bytes of a buffer: within a core's second-level cache, so that frames are warm when they are decoded.</summary>
    private const int BufferBytes = 256 * 1024;

    private static readonly PinnedMemoryPool Buffers = new(BufferBytes);

    /// <summary>Opens a regular file: as it is, or as a stream when it is compressed.</summary>
    /// <exception cref="CaptureException">The file cannot be read or is not a capture.</exception>
    public static CaptureCursor OpenFile(FileStream file, string name, CaptureInputOptions options, CaptureStatistics statistics, bool mayMap)
    {
        var kind = CaptureKind.Unknown;
        try
        {
            Span<byte> header = stackalloc byte[PcapFormat.HeaderLength];
            header = header[..RandomAccess.Read(file.SafeFileHandle, header, 0)];
            kind = CaptureKinds.Of(header);
            if (kind is CaptureKind.Pcap or CaptureKind.PcapNg)
            {
                var walker = WalkerFor(kind, header, name, options, statistics, out var offset);
                statistics.InputLength += file.Length;
                var reader = PipeOver(file.SafeFileHandle, offset, mayMap);
                return new CaptureCursor(reader, walker, offset, statistics, name, inputPosition: null, at => PipeOver(InputFile.Open(name).SafeFileHandle, at, mayMap));
            }

            statistics.InputLength += file.Length;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CaptureException($"{name}: {InputFile.Why(exception)}", exception);
        }

        // A compressed file counts by its compressed bytes; opened anew it goes on behind those that were unpacked.
        var input = new BlockingStream(file);
        Func<long>? position = kind == CaptureKind.Gzip ? () => input.Taken : null;
        return OpenStream(input, name, options, statistics, position, CancellationToken.None, at => Reopen(name, kind, at));
    }

    /// <summary>Opens what can only be read from front to end; waits for its first bytes.</summary>
    /// <param name="stream">Closed with the cursor, or when there will be none.</param>
    /// <param name="name">Name of the input in messages.</param>
    /// <param name="options">Limits.</param>
    /// <param name="statistics">Where to count.</param>
    /// <param name="inputPosition">Bytes read of the input when that is not the position in the unpacked stream; null otherwise.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="reopen">Makes a pipe anew that stands behind so many unpacked bytes; null for a stream that comes only once.</param>
    /// <exception cref="CaptureException">The input is not a capture.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public static CaptureCursor OpenStream(
        Stream stream,
        string name,
        CaptureInputOptions options,
        CaptureStatistics statistics,
        Func<long>? inputPosition,
        CancellationToken cancellationToken,
        Func<long, PipeReader>? reopen = null)
    {
        var reader = PipeOver(stream);
        try
        {
            var header = Peek(reader, name, cancellationToken);
            var kind = CaptureKinds.Of(header);
            if (kind == CaptureKind.Gzip)
            {
                reader = PipeOver(new GzipInput(reader.AsStream()));
                header = Peek(reader, name, cancellationToken);
                kind = CaptureKinds.Of(header);
            }

            var walker = WalkerFor(kind, header, name, options, statistics, out var offset);
            Consume(reader, offset, cancellationToken);
            return new CaptureCursor(reader, walker, offset, statistics, name, inputPosition, reopen);
        }
        catch (CaptureException)
        {
            reader.Complete();
            throw;
        }
    }

    private static PipeReader Reopen(string path, CaptureKind kind, long offset)
    {
        Stream file = new BlockingStream(InputFile.Open(path));
        var reader = PipeOver(kind == CaptureKind.Gzip ? new GzipInput(file) : file);
        while (offset > 0)
        {
            var result = SynchronousRead.Read(reader, CancellationToken.None);
            var passed = Math.Min(offset, result.Buffer.Length);
            reader.AdvanceTo(result.Buffer.GetPosition(passed));
            offset -= passed;
            if (result.IsCompleted)
            {
                break;
            }
        }

        return reader;
    }

    private static PipeReader PipeOver(SafeFileHandle file, long offset, bool mayMap) =>
        (mayMap ? MappedPipeReader.TryOpen(file, Buffers, offset) : null) ?? (PipeReader)new FilePipeReader(file, Buffers, offset);

    private static PipeReader PipeOver(Stream stream) =>
        PipeReader.Create(stream, new StreamPipeReaderOptions(Buffers, BufferBytes, BufferBytes / 4));

    private static IRecordWalker WalkerFor(
        CaptureKind kind,
        ReadOnlySpan<byte> header,
        string name,
        CaptureInputOptions options,
        CaptureStatistics statistics,
        out int offset)
    {
        offset = 0;
        if (kind == CaptureKind.PcapNg)
        {
            return new PcapNgWalker(options, statistics, name);
        }

        if (kind != CaptureKind.Pcap)
        {
            throw new CaptureException($"{name}: {(kind == CaptureKind.Gzip ? (Sentence)"is compressed with gzip twice; unpack it once" : CaptureKinds.WhyNot(header))}");
        }

        if (!PcapFormat.TryRead(header, out var format, out var problem))
        {
            throw new CaptureException($"{name}: {problem}");
        }

        offset = PcapFormat.HeaderLength;
        return new PcapWalker(format, options, statistics, name);
    }

    /// <summary>The first bytes, up to the length of a pcap header, which stay in the pipe.</summary>
    private static byte[] Peek(PipeReader reader, string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result;
            try
            {
                result = SynchronousRead.Read(reader, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new CaptureException($"{name}: {InputFile.Why(exception)}", exception);
            }

            var buffer = result.Buffer;
            if (buffer.Length >= PcapFormat.HeaderLength || result.IsCompleted)
            {
                if (result.IsCompleted && cancellationToken.IsCancellationRequested)
                {
                    throw new OperationCanceledException(cancellationToken);
                }

                var header = buffer.Slice(0, Math.Min(buffer.Length, PcapFormat.HeaderLength)).ToArray();
                reader.AdvanceTo(buffer.Start);
                return header;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static void Consume(PipeReader reader, int length, CancellationToken cancellationToken)
    {
        var buffer = SynchronousRead.Read(reader, cancellationToken).Buffer;
        reader.AdvanceTo(buffer.GetPosition(length));
    }
}
