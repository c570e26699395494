using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>Event-Timestamp as FreeRADIUS prints it: <c>Apr  8 2022 16:10:00 CST</c>, seconds since 1970, or ISO 8601 (version 4).</summary>
internal static class RadiusTimes
{
    private static readonly string[] IsoForms =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd HH:mm:ssK",
    ];

    public static bool TryParse(ReadOnlySpan<char> text, TimeSpan cstOffset, out PacketTime time)
    {
        time = default;
        var culture = CultureInfo.InvariantCulture;
        if (uint.TryParse(text, NumberStyles.None, culture, out var seconds))
        {
            time = PacketTime.FromSeconds(seconds);
            return true;
        }

        if (text.Length > 10 && text[4] == '-')
        {
            // Without a zone the moment is not known.
            var isZoned = text[^1] == 'Z' || text[10..].IndexOfAny('+', '-') >= 0;
            if (!isZoned || !DateTimeOffset.TryParseExact(text, IsoForms, culture, DateTimeStyles.None, out var moment) || moment.Year is < 1970 or > 2200)
            {
                return false;
            }

            time = PacketTime.From(moment);
            return true;
        }

        var space = text.LastIndexOf(' ');
        if (space < 0
            || !TryParseZone(text[(space + 1)..], cstOffset, out var offset)
            || !DateTime.TryParseExact(text[..space], "MMM d yyyy HH:mm:ss", culture, DateTimeStyles.AllowInnerWhite, out var local)
            || local.Year is < 1970 or > 2200)
        {
            return false;
        }

        time = PacketTime.From(new DateTimeOffset(local, offset));
        return true;
    }

    private static bool TryParseZone(ReadOnlySpan<char> zone, TimeSpan cstOffset, out TimeSpan offset)
    {
        offset = default;
        switch (zone)
        {
            case "UTC" or "GMT" or "Z":
                return true;
            case "CST":
                offset = cstOffset;
                return true;
            case "HKT" or "+08":
                offset = TimeSpan.FromHours(8);
                return true;
            case "JST" or "KST":
                offset = TimeSpan.FromHours(9);
                return true;
            default:
                return TryParseNumericZone(zone, out offset);
        }
    }

    /// <summary>+0800 or +08:00.</summary>
    private static bool TryParseNumericZone(ReadOnlySpan<char> zone, out TimeSpan offset)
    {
        offset = default;
        if (zone.Length is not (5 or 6) || zone[0] is not ('+' or '-')
            || !int.TryParse(zone.Slice(1, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !int.TryParse(zone[^2..], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
            || hours > 14 || minutes > 59)
        {
            return false;
        }

        offset = new TimeSpan(hours, hours == 14 ? 0 : minutes, 0);
        offset = zone[0] == '-' ? -offset : offset;
        return true;
    }
}
