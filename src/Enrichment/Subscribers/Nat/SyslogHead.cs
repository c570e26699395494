using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Nat.Templates;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>
/// What stands before a message in the usual spellings: RFC 3164, RFC 5424, rsyslog's files, each with or without its priority, with the blanks and
/// mistakes that devices put there. A part that is missing is not an error.
/// </summary>
internal ref struct SyslogHead
{
    private const int LongestPriority = 6;
    private const int HighestPriority = 191;

    private static readonly TimePattern[] Dates = Patterns("iso", "yyyy-MM-dd HH:mm:ss.fff", "yyyy/MM/dd HH:mm:ss");
    private static readonly TimePattern[] Names = Patterns("MMM d yyyy HH:mm:ss", "MMM d HH:mm:ss yyyy", "MMM d HH:mm:ss.fff");

    /// <summary><see cref="PacketTime.None"/> when the head has none.</summary>
    public PacketTime Time;

    public TimeSpan Precision;

    /// <summary>Empty when the head has none.</summary>
    public ReadOnlySpan<byte> Host;

    /// <summary>Offsets behind the priority, behind the time, behind the host.</summary>
    public int AfterPriority;
    public int AfterTime;
    public int AfterHost;

    /// <summary>The priority is not a number up to 191 (RFC 5424 section 6.2.1).</summary>
    public bool HasBadPriority;

    /// <param name="line">The line.</param>
    /// <param name="at">Where the head begins.</param>
    /// <param name="zone">What times without offset are relative to.</param>
    /// <param name="reference">Gives the year that RFC 3164 leaves out.</param>
    public static SyslogHead Read(ReadOnlySpan<byte> line, int at, TimeSpan zone, PacketTime reference)
    {
        var head = new SyslogHead { Time = PacketTime.None };
        ReadPriority(line, ref at, ref head);
        ByteText.SkipBlanks(line, ref at);
        head.AfterPriority = head.AfterTime = head.AfterHost = at;

        // RFC 5424 has its version before the time; the NAT444 family has one too, with a time of another form behind it.
        var start = line[at..].StartsWith("1 "u8) ? at + 2 : at;
        ByteText.SkipBlanks(line, ref start);
        if (start >= line.Length || !TryReadTime(line, ref start, zone, reference, ref head))
        {
            return head;
        }

        head.AfterTime = head.AfterHost = start;
        ReadHost(line, start, ref head);
        return head;
    }

    private static void ReadPriority(ReadOnlySpan<byte> line, ref int at, ref SyslogHead head)
    {
        var before = at;
        ByteText.SkipBlanks(line, ref at);
        if (at >= line.Length || line[at] != '<')
        {
            at = before;
            return;
        }

        var end = line.Slice(at, Math.Min(LongestPriority, line.Length - at)).IndexOf((byte)'>');
        head.HasBadPriority = end < 0 || !ByteText.TryParseNumber(line.Slice(at + 1, end - 1), out var priority) || priority > HighestPriority;
        at = end < 0 ? before : at + end + 1;
    }

    private static bool TryReadTime(ReadOnlySpan<byte> line, ref int at, TimeSpan zone, PacketTime reference, ref SyslogHead head)
    {
        var first = (char)line[at];
        if (!char.IsAsciiLetter(first) && !(char.IsAsciiDigit(first) && at + 4 < line.Length && line[at + 4] is (byte)'-' or (byte)'/'))
        {
            return false;
        }

        // Without a reference the year is not known, but where the time ends is.
        var anyYear = reference.IsNone ? default : reference;
        foreach (var pattern in char.IsAsciiDigit(first) ? Dates : Names)
        {
            if (pattern.TryRead(line, ref at, zone, anyYear, out head.Time, out head.Precision))
            {
                head.Time = reference.IsNone && pattern == Names[^1] ? PacketTime.None : head.Time;
                return true;
            }
        }

        head.Time = PacketTime.None;
        return false;
    }

    private static void ReadHost(ReadOnlySpan<byte> line, int at, ref SyslogHead head)
    {
        if (at < line.Length && line[at] == ':')
        {
            at++;
        }

        if (!ByteText.SkipBlanks(line, ref at) || at >= line.Length || line[at] == '<')
        {
            head.AfterHost = at;
            return;
        }

        var length = line[at..].IndexOfAny(" \t{["u8);
        length = length < 0 ? line.Length - at : length;
        var word = line.Slice(at, length);

        // A word with a colon behind it, or a process number in brackets, is a program's tag: the host is missing.
        var isTag = word is [.., (byte)':'] || (at + length < line.Length && line[at + length] == '[');
        if (length == 0 || isTag)
        {
            return;
        }

        head.Host = word is [(byte)'-'] ? default : word;
        head.AfterHost = at + length;
        ByteText.SkipBlanks(line, ref head.AfterHost);
    }

    private static TimePattern[] Patterns(params string[] texts) =>
        Array.ConvertAll(texts, text => TimePattern.Compile(text, out var wrong) ?? throw new FormatException(wrong));
}
