using System.Globalization;

namespace MinerFlow.Abstractions;

/// <summary>When a packet was on the wire, as its capture says. The only clock inside Capture, Connections and Detection.</summary>
/// <param name="UnixNanoseconds">Nanoseconds since 1970-01-01T00:00:00Z.</param>
public readonly record struct PacketTime(long UnixNanoseconds)
{
    public const long NanosecondsPerSecond = 1_000_000_000;

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

    /// <summary>ISO 8601 with microseconds and offset, the form of EVE records.</summary>
    public string ToIso8601(TimeSpan offset) =>
        ToDateTimeOffset().ToOffset(offset).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);

    public static bool operator <(PacketTime left, PacketTime right) => left.UnixNanoseconds < right.UnixNanoseconds;

    public static bool operator >(PacketTime left, PacketTime right) => left.UnixNanoseconds > right.UnixNanoseconds;

    public static bool operator <=(PacketTime left, PacketTime right) => left.UnixNanoseconds <= right.UnixNanoseconds;

    public static bool operator >=(PacketTime left, PacketTime right) => left.UnixNanoseconds >= right.UnixNanoseconds;

    public override string ToString() => ToIso8601(TimeSpan.Zero);
}
