using System.Buffers;
using System.Buffers.Text;

namespace MinerFlow.Detection.Protocols;

/// <summary>Chunks of RFC 9112 section 7.1: <c>size-in-hex [;extension] CRLF data CRLF</c>, the last of size 0 and then trailer lines.</summary>
internal static class HttpChunk
{
    private const long Longest = int.MaxValue;

    public static bool TryReadSize(ref SequenceReader<byte> reader, out long size, out bool isInvalid)
    {
        size = 0;
        isInvalid = false;
        var ahead = reader;
        Span<byte> line = stackalloc byte[20];
        var length = 0;
        while (ahead.TryRead(out var value))
        {
            if (value == (byte)'\n')
            {
                isInvalid = !Utf8Parser.TryParse(line[..length], out size, out _, 'x') || size is < 0 or > Longest;
                size = isInvalid ? 1 : size;
                reader = ahead;
                return true;
            }

            if (length < line.Length)
            {
                line[length++] = value;
            }
            else if (ahead.Consumed - reader.Consumed > 1_024)
            {
                isInvalid = true;
                return false;
            }
        }

        return false;
    }

    /// <summary>Lines up to and with the empty one.</summary>
    public static bool TrySkipTrailer(ref SequenceReader<byte> reader)
    {
        var ahead = reader;
        while (ahead.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            if (line.Length == 0 || (line.Length == 1 && line.FirstSpan[0] == (byte)'\r'))
            {
                reader = ahead;
                return true;
            }
        }

        return false;
    }
}
