using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.Attributions;

/// <summary>Moments as answers show them.</summary>
internal static class Moments
{
    /// <summary>ISO 8601 with offset, fractions of a second only where there are some: <c>2022-04-07T21:03:00+08:00</c>.</summary>
    public static string Text(PacketTime time, TimeSpan offset)
    {
        var moment = time.ToDateTimeOffset().ToOffset(offset);
        return moment.ToString(moment.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:sszzz" : "yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);
    }

    /// <summary>For people, without the offset.</summary>
    public static string Words(PacketTime time, TimeSpan offset) => time.ToDateTimeOffset().ToOffset(offset).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The first moment after the time asked, which reads as people write spans: a minute ends where the next begins.</summary>
    public static PacketTime EndOf(AttributionQuestion question) =>
        question.To.UnixNanoseconds % 1000 == 999 ? new PacketTime(question.To.UnixNanoseconds + 1) : question.To;

    public static string Zone(TimeSpan offset) => offset == TimeSpan.Zero ? "UTC" : string.Create(CultureInfo.InvariantCulture, $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{offset.Duration():h\\:mm}").Replace(":00", "", StringComparison.Ordinal);
}
