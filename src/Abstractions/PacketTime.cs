using System.Text;

namespace MinerFlow.Abstractions;

/// <summary>When a packet was on the wire, as its capture says. The only clock inside Capture, Connections and Detection.</summary>
/// <param name="UnixNanoseconds">Nanoseconds since 1970-01-01T00:00:00Z.</param>
public readonly record struct PacketTime(long UnixNanoseconds)
{
    public const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Characters of <see cref="ToIso8601"/>.</summary>
    public const int Iso8601Length = 32;

    /// <summary>The moment before any packet.</summary>
    public static readonly PacketTime None = new(long.MinValue);

    public bool IsNone => UnixNanoseconds == long.MinValue;

    public static PacketTime FromSeconds(long seconds, long nanoseconds = 0) => new((seconds * NanosecondsPerSecond) + nanoseconds);

    public static PacketTime From(DateTimeOffset moment) => new((moment - DateTimeOffset.UnixEpoch).Ticks * 100);

    /// <summary>Seconds from <paramref name="earlier"/> to this, negative when the clock of the capture went back.</summary>
    public double SecondsSince(PacketTime earlier) => (UnixNanoseconds - earlier.UnixNanoseconds) / (double)NanosecondsPerSecond;

    /// <summary>The moment in UTC, cut to 100 ns; moments that no calendar holds become its first or last day.</summary>
    public DateTimeOffset ToDateTimeOffset()
    {
        var ticks = Math.Clamp(UnixNanoseconds / 100, (DateTimeOffset.MinValue - DateTimeOffset.UnixEpoch).Ticks, (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks);
        return DateTimeOffset.UnixEpoch.AddTicks(ticks);
    }

    /// <summary>ISO 8601 with microseconds and offset, the form of EVE records: <c>2026-01-31T23:59:59.123456+08:00</c>.</summary>
    public string ToIso8601(TimeSpan offset)
    {
        Span<byte> text = stackalloc byte[Iso8601Length];
        WriteIso8601(text, offset);
        return Encoding.ASCII.GetString(text);
    }

    /// <summary>The bytes of <see cref="ToIso8601"/>, without a string: every finding writes three of them.</summary>
    /// <param name="destination">Takes <see cref="Iso8601Length"/> bytes.</param>
    /// <param name="offset">Offset from UTC, whole minutes.</param>
    public void WriteIso8601(Span<byte> destination, TimeSpan offset)
    {
        var moment = ToDateTimeOffset().ToOffset(offset);
        var (date, time) = (moment.Date, moment.TimeOfDay);
        Write(destination, 0, date.Year, 4, '-');
        Write(destination, 5, date.Month, 2, '-');
        Write(destination, 8, date.Day, 2, 'T');
        Write(destination, 11, time.Hours, 2, ':');
        Write(destination, 14, time.Minutes, 2, ':');
        Write(destination, 17, time.Seconds, 2, '.');
        Write(destination, 20, (int)(time.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond), 6, offset < TimeSpan.Zero ? '-' : '+');
        var magnitude = offset.Duration();
        Write(destination, 27, magnitude.Hours, 2, ':');
        Write(destination, 30, magnitude.Minutes, 2);
    }

    private static void Write(Span<byte> destination, int at, int number, int digits, char? behind = null)
    {
        for (var i = at + digits - 1; i >= at; i--)
        {
            (number, var digit) = Math.DivRem(number, 10);
            destination[i] = (byte)('0' + digit);
        }

        if (behind is { } mark)
        {
            destination[at + digits] = (byte)mark;
        }
    }

    public static bool operator <(PacketTime left, PacketTime right) => left.UnixNanoseconds < right.UnixNanoseconds;

    public static bool operator >(PacketTime left, PacketTime right) => left.UnixNanoseconds > right.UnixNanoseconds;

    public static bool operator <=(PacketTime left, PacketTime right) => left.UnixNanoseconds <= right.UnixNanoseconds;

    public static bool operator >=(PacketTime left, PacketTime right) => left.UnixNanoseconds >= right.UnixNanoseconds;

    public override string ToString() => ToIso8601(TimeSpan.Zero);
}
