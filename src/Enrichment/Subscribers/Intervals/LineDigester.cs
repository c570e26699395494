using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>Digests of the lines of one log, several at once: with that of a line those of the next, which stand behind it in the same buffer.</summary>
internal sealed class LineDigester
{
    // Lanes go on until the longest of their lines is done.
    private const int LongestAtOnce = 1024;

    private readonly (long Offset, int Length, LineDigest Digest)[] _made = new (long, int, LineDigest)[Sm3Lanes.Count];
    private int _next;
    private int _count;

    /// <summary>Allocates nothing.</summary>
    public LineDigest Of(in PlacedLine line)
    {
        if (_next < _count && _made[_next] is var made && made.Offset == line.Offset && made.Length == line.Bytes.Length)
        {
            _next++;
            return made.Digest;
        }

        (_next, _count) = (0, 0);
        if (line.Bytes.Length > LongestAtOnce)
        {
            return LineDigest.Of(line.Bytes);
        }

        Make(line);
        return _made[_next++].Digest;
    }

    private void Make(in PlacedLine line)
    {
        Span<Range> lines = stackalloc Range[Sm3Lanes.Count];
        Span<byte> digests = stackalloc byte[Sm3Lanes.Count * Sm3.Length];
        lines[_count++] = ..line.Bytes.Length;
        _made[0] = (line.Offset, line.Bytes.Length, default);
        for (var at = (int)(line.Next - line.Offset); _count < lines.Length;)
        {
            var rest = line.Rest[Math.Min(at, line.Rest.Length)..];
            var end = rest.IndexOf((byte)'\n');
            var length = end < 0 ? -1 : rest[..end].TrimEnd((byte)'\r').Length;
            if (length is < 0 or > LongestAtOnce)
            {
                break;
            }

            lines[_count] = at..(at + length);
            _made[_count++] = (line.Offset + at, length, default);
            at += end + 1;
        }

        Sm3Lanes.HashData(line.Rest, lines[.._count], digests);
        for (var i = 0; i < _count; i++)
        {
            _made[i].Digest = LineDigest.Read(digests[(i * Sm3.Length)..]);
        }
    }
}
