using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Nat.Templates;

/// <summary>
/// A form of time in a log, compiled: letters as in .NET's custom date formats, or one of the words <c>iso</c>, <c>epoch</c> (seconds, milliseconds,
/// microseconds or nanoseconds by the number of digits), <c>epoch-hex</c> (seconds). <c>utc </c> before a form: relative to UTC whatever the zone.
/// </summary>
/// <remarks>
/// yyyy year, MM or M month, MMM its English name short or whole, dd or d day, HH or H hour, mm minute, ss second, fff fraction of any length,
/// zzz offset (+08:00, +0800, Z). A blank fits any number of blanks. One after a colon is passed over: parsers of Junos logs in the field
/// carry a workaround for <c>16: 13:02</c>.
/// </remarks>
internal sealed class TimePattern
{
    private const long Day = 86_400;

    private static readonly byte[][] Months =
        [.. new[] { "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december" }.Select(Encoding.ASCII.GetBytes)];

    private readonly List<(Part Part, byte Letter)> _parts = [];

    private readonly bool _isUtc;

    private TimePattern(string text, bool isUtc)
    {
        Text = text;
        _isUtc = isUtc;
    }

    private enum Part : byte
    {
        Letter,
        Blank,
        Year,
        Month,
        MonthName,
        DayOfMonth,
        Hour,
        Minute,
        Second,
        Fraction,
        Offset,
        Epoch,
        EpochHex,
    }

    public static TimePattern Iso { get; } = Compile("yyyy-MM-ddTHH:mm:ss.fffzzz", out _)!;

    public string Text { get; }

    /// <summary>Null when the pattern is none; <paramref name="wrong"/> then says why.</summary>
    public static TimePattern? Compile(string text, out string wrong)
    {
        wrong = "";
        var isUtc = text.StartsWith("utc ", StringComparison.Ordinal);
        text = isUtc ? text[4..] : text;
        var pattern = new TimePattern(text, isUtc);
        if (text == "iso")
        {
            return Iso;
        }

        if (text is "epoch" or "epoch-hex")
        {
            pattern._parts.Add((text == "epoch" ? Part.Epoch : Part.EpochHex, 0));
            return pattern;
        }

        for (var i = 0; i < text.Length;)
        {
            var run = 1;
            while (i + run < text.Length && text[i + run] == text[i])
            {
                run++;
            }

            if (PartOf(text[i], run) is not { } part)
            {
                wrong = $"'{text.Substring(i, run)}' is no part of a time; use yyyy, MM, MMM, dd, HH, mm, ss, fff, zzz, or one of iso, epoch, epoch-hex";
                return null;
            }

            var letter = (byte)text[i];
            if (part == Part.Fraction && pattern._parts is [.., (Part.Letter, (byte)'.' or (byte)',' or (byte)':') before])
            {
                // A fraction may be missing with its point: RFC 3339 and rsyslog drop it when it is zero.
                letter = before.Letter;
                pattern._parts.RemoveAt(pattern._parts.Count - 1);
            }

            pattern._parts.Add((part, letter));
            i += part == Part.Letter ? 1 : run;
        }

        if (!pattern._parts.Exists(part => part.Part == Part.DayOfMonth) || !pattern._parts.Exists(part => part.Part == Part.Minute))
        {
            wrong = "a time needs at least its day, hour and minute";
            return null;
        }

        return pattern;
    }

    /// <summary>Reads the time that starts at <paramref name="position"/> and moves behind it.</summary>
    /// <param name="line">The line.</param>
    /// <param name="position">Moves behind the time when it was read.</param>
    /// <param name="zone">What a time without offset is relative to.</param>
    /// <param name="reference">Gives the year that the form may lack: the nearest one.</param>
    /// <param name="time">The moment.</param>
    /// <param name="precision">One unit of the last part that was written.</param>
    public bool TryRead(ReadOnlySpan<byte> line, ref int position, TimeSpan zone, PacketTime reference, out PacketTime time, out TimeSpan precision)
    {
        var at = position;
        var moment = new Moment { Zone = _isUtc ? TimeSpan.Zero : zone, Precision = TimeSpan.FromMinutes(1) };
        time = PacketTime.None;
        precision = default;
        foreach (var (part, letter) in _parts)
        {
            if (!TryReadPart(part, letter, line, ref at, ref moment))
            {
                return false;
            }
        }

        if (!moment.TryResolve(reference, out time))
        {
            return false;
        }

        position = at;
        precision = moment.Precision;
        return true;
    }

    private static Part? PartOf(char letter, int run) => (letter, run) switch
    {
        ('y', 4) => Part.Year,
        ('M', 1 or 2) => Part.Month,
        ('M', 3 or 4) => Part.MonthName,
        ('d', 1 or 2) => Part.DayOfMonth,
        ('H', 1 or 2) => Part.Hour,
        ('m', 1 or 2) => Part.Minute,
        ('s', 1 or 2) => Part.Second,
        ('f', _) => Part.Fraction,
        ('z', 3) => Part.Offset,
        (' ', _) => Part.Blank,
        ('T' or '.' or ',' or ':' or '-' or '/' or '_', _) => Part.Letter,
        _ => null,
    };

    private static bool TryReadPart(Part part, byte letter, ReadOnlySpan<byte> line, ref int at, ref Moment moment)
    {
        switch (part)
        {
            case Part.Letter:
                return TryReadLetter(letter, line, ref at);
            case Part.Blank:
                return ByteText.SkipBlanks(line, ref at);
            case Part.Year:
                return ByteText.TryReadDigits(line, ref at, 4, 4, out moment.Year);
            case Part.Month:
                return ByteText.TryReadDigits(line, ref at, 1, 2, out moment.Month);
            case Part.MonthName:
                return TryReadMonth(line, ref at, out moment.Month);
            case Part.DayOfMonth:
                ByteText.SkipBlanks(line, ref at);
                return ByteText.TryReadDigits(line, ref at, 1, 2, out moment.DayOfMonth);
            case Part.Hour:
                return ByteText.TryReadDigits(line, ref at, 1, 2, out moment.Hour);
            case Part.Minute:
                return ByteText.TryReadDigits(line, ref at, 1, 2, out moment.Minute);
            case Part.Second:
                moment.Precision = TimeSpan.FromSeconds(1);
                return ByteText.TryReadDigits(line, ref at, 1, 2, out moment.Second);
            case Part.Fraction:
                return TryReadFraction(letter, line, ref at, ref moment);
            case Part.Offset:
                return TryReadOffset(line, ref at, ref moment);
            case Part.EpochHex:
                return TryReadHex(line, ref at, ref moment);
            default:
                return TryReadEpoch(line, ref at, ref moment);
        }
    }

    private static bool TryReadLetter(byte letter, ReadOnlySpan<byte> line, ref int at)
    {
        if (at >= line.Length || line[at] != letter)
        {
            return false;
        }

        at++;
        if (letter == ':')
        {
            ByteText.SkipBlanks(line, ref at);
        }

        return true;
    }

    private static bool TryReadMonth(ReadOnlySpan<byte> line, ref int at, out int month)
    {
        var length = 0;
        while (at + length < line.Length && char.IsAsciiLetter((char)line[at + length]))
        {
            length++;
        }

        var word = line.Slice(at, length);
        for (month = 1; month <= Months.Length; month++)
        {
            var name = Months[month - 1];
            if (length >= 3 && length <= name.Length && Ascii.EqualsIgnoreCase(word, name.AsSpan(0, length)))
            {
                at += length;
                return true;
            }
        }

        return false;
    }

    private static bool TryReadFraction(byte letter, ReadOnlySpan<byte> line, ref int at, ref Moment moment)
    {
        if (at >= line.Length || (line[at] != letter && (letter == ':' || line[at] is not ((byte)'.' or (byte)','))))
        {
            return true;
        }

        var start = ++at;
        long scale = PacketTime.NanosecondsPerSecond;
        for (; at < line.Length && char.IsAsciiDigit((char)line[at]); at++)
        {
            scale /= 10;
            moment.Nanoseconds += (line[at] - '0') * scale;
        }

        moment.Precision = TimeSpan.FromTicks(Math.Max(1, scale / 100));
        return at > start;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> line, ref int at, ref Moment moment)
    {
        if (at < line.Length && line[at] is (byte)'Z' or (byte)'z')
        {
            at++;
            moment.Zone = TimeSpan.Zero;
            return true;
        }

        if (at >= line.Length || line[at] is not ((byte)'+' or (byte)'-'))
        {
            return false;
        }

        var sign = line[at++] == '-' ? -1 : 1;
        if (!ByteText.TryReadDigits(line, ref at, 2, 2, out var hours))
        {
            return false;
        }

        if (at < line.Length && line[at] == ':')
        {
            at++;
        }

        if (!ByteText.TryReadDigits(line, ref at, 2, 2, out var minutes) || hours > 14 || minutes > 59)
        {
            return false;
        }

        moment.Zone = sign * new TimeSpan(hours, minutes, 0);
        return true;
    }

    private static bool TryReadHex(ReadOnlySpan<byte> line, ref int at, ref Moment moment)
    {
        if (line[at..].StartsWith("0x"u8))
        {
            at += 2;
        }

        var start = at;
        long seconds = 0;
        for (; at < line.Length && at - start < 16 && char.IsAsciiHexDigit((char)line[at]); at++)
        {
            seconds = (seconds << 4) | (long)(char.IsAsciiDigit((char)line[at]) ? line[at] - '0' : (line[at] | 0x20) - 'a' + 10);
        }

        return SetEpoch(at > start, seconds, PacketTime.NanosecondsPerSecond, ref moment);
    }

    private static bool TryReadEpoch(ReadOnlySpan<byte> line, ref int at, ref Moment moment)
    {
        var start = at;
        long number = 0;
        for (; at < line.Length && at - start < 19 && char.IsAsciiDigit((char)line[at]); at++)
        {
            number = (number * 10) + (line[at] - '0');
        }

        // Seconds have 9 to 10 digits from 1973 to 2286, and each finer unit three more.
        var nanoseconds = (at - start) switch
        {
            <= 11 => PacketTime.NanosecondsPerSecond,
            <= 14 => 1_000_000L,
            <= 17 => 1_000L,
            _ => 1L,
        };
        return SetEpoch(at > start, number, nanoseconds, ref moment);
    }

    /// <summary>Zero is how devices write that they do not know; beyond 2100 it is no time of this form.</summary>
    private static bool SetEpoch(bool isRead, long number, long nanoseconds, ref Moment moment)
    {
        if (!isRead || number <= 0 || number / (PacketTime.NanosecondsPerSecond / nanoseconds) > 4_102_444_800)
        {
            return false;
        }

        moment.Epoch = new PacketTime(number * nanoseconds);
        moment.Precision = TimeSpan.FromTicks(Math.Max(1, nanoseconds / 100));
        return true;
    }

    private struct Moment
    {
        public int Year;
        public int Month;
        public int DayOfMonth;
        public int Hour;
        public int Minute;
        public int Second;
        public long Nanoseconds;
        public TimeSpan Zone;
        public TimeSpan Precision;
        public PacketTime? Epoch;

        public readonly bool TryResolve(PacketTime reference, out PacketTime time)
        {
            time = Epoch ?? PacketTime.None;
            if (Epoch is not null)
            {
                return true;
            }

            if (Month is < 1 or > 12 || DayOfMonth < 1 || Hour > 23 || Minute > 59 || Second > 60 || (Year != 0 && Year is < 1970 or > 2100))
            {
                return false;
            }

            return Year != 0 ? TryResolve(Year, out time) : TryResolveNearest(reference, out time);
        }

        private readonly bool TryResolveNearest(PacketTime reference, out PacketTime time)
        {
            time = PacketTime.None;
            if (reference.IsNone)
            {
                return false;
            }

            var year = reference.ToDateTimeOffset().ToOffset(Zone).Year;
            var best = long.MaxValue;
            for (var candidate = year - 1; candidate <= year + 1; candidate++)
            {
                if (TryResolve(candidate, out var moment) && Math.Abs(moment.UnixNanoseconds - reference.UnixNanoseconds) is var distance && distance < best)
                {
                    best = distance;
                    time = moment;
                }
            }

            return best != long.MaxValue;
        }

        private readonly bool TryResolve(int year, out PacketTime time)
        {
            time = PacketTime.None;
            if (DayOfMonth > DateTime.DaysInMonth(year, Month))
            {
                return false;
            }

            var days = (new DateTime(year, Month, DayOfMonth, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).Days;
            var seconds = (days * Day) + (Hour * 3_600) + (Minute * 60) + Second - (long)Zone.TotalSeconds;
            time = PacketTime.FromSeconds(seconds, Nanoseconds);
            return true;
        }
    }
}
