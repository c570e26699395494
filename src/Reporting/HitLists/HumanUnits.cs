using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.HitLists;

/// <summary>Rates, powers, times and sizes as people read them. Culture never changes them.</summary>
public static class HumanUnits
{
    private static readonly string[] Prefixes = ["", "k", "M", "G", "T", "P", "E", "Z"];

    /// <summary>Three significant digits with the prefix that fits: <c>9.10 TH/s</c>.</summary>
    public static string Rate(double perSecond, string unit) => Scaled(perSecond, unit);

    /// <summary>Rate and its standard error: <c>9.10 TH/s ±9%</c>.</summary>
    public static string Rate(Hashrate rate)
    {
        ArgumentNullException.ThrowIfNull(rate);
        return $"{Scaled(rate.PerSecond, rate.Unit)} ±{Percent(rate.RelativeStandardError)}";
    }

    /// <summary>Relative error in whole percent, at least 1.</summary>
    public static string Percent(double relative) =>
        double.IsFinite(relative) ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Round(relative * 100)):F0}%") : "?";

    public static string Power(double watts) => Scaled(watts, "W");

    /// <summary>Bytes in binary prefixes: <c>1.50 GiB</c>.</summary>
    public static string Bytes(double bytes)
    {
        var prefix = 0;
        while (bytes >= 1024 && prefix < Prefixes.Length - 1)
        {
            bytes /= 1024;
            prefix++;
        }

        return prefix == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes:F0} B")
            : $"{Significant(bytes)} {Prefixes[prefix].ToUpperInvariant()}iB";
    }

    /// <summary>The moment in the zone, to the second, as the forms write it: <c>yyyy-MM-dd HH:mm:ss</c>; empty for none.</summary>
    public static string Moment(PacketTime time, TimeSpan offset) =>
        time.IsNone ? "" : time.ToDateTimeOffset().ToOffset(offset).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>From and to; the day is not repeated.</summary>
    public static string Interval(PacketTime from, PacketTime to, TimeSpan offset)
    {
        var first = Moment(from, offset);
        var last = Moment(to, offset);
        return first == last ? first
            : first.Length == last.Length && first.AsSpan(0, 10).SequenceEqual(last.AsSpan(0, 10)) ? $"{first}–{last[11..]}"
            : $"{first} – {last}";
    }

    /// <summary>The zone as the forms write it: <c>UTC+8</c>, <c>UTC+5:30</c>, <c>UTC</c>.</summary>
    public static string Zone(TimeSpan offset)
    {
        if (offset == TimeSpan.Zero)
        {
            return "UTC";
        }

        var magnitude = offset.Duration();
        var minutes = magnitude.Minutes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $":{magnitude.Minutes:00}");
        return string.Create(CultureInfo.InvariantCulture, $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{magnitude.Hours}{minutes}");
    }

    /// <summary>Hours, minutes and seconds: <c>1:02:03</c>, <c>2:03</c>.</summary>
    public static string Duration(TimeSpan duration) => duration.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalHours}:{duration.Minutes:00}:{duration.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{duration.Minutes}:{duration.Seconds:00}");

    private static string Scaled(double value, string unit)
    {
        if (!double.IsFinite(value))
        {
            return "?";
        }

        var prefix = 0;
        while (Math.Abs(value) >= 999.5 && prefix < Prefixes.Length - 1)
        {
            value /= 1000;
            prefix++;
        }

        return $"{Significant(value)} {Prefixes[prefix]}{unit}";
    }

    private static string Significant(double value) => Math.Abs(value) switch
    {
        >= 99.95 => value.ToString("F0", CultureInfo.InvariantCulture),
        >= 9.995 => value.ToString("F1", CultureInfo.InvariantCulture),
        _ => value.ToString("F2", CultureInfo.InvariantCulture),
    };
}
