using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment;

/// <summary>Dates and times as registers and lists write them, of a zone that the file or its reader states.</summary>
internal static class CsvTimes
{
    private static readonly string[] DateForms =
        ["yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyyMMdd", "yyyy年M月d日"];

    private static readonly string[] TimeForms =
    [
        "yyyy-M-d H:mm:ss", "yyyy-M-d H:mm", "yyyy/M/d H:mm:ss", "yyyy/M/d H:mm", "yyyy.M.d H:mm:ss", "yyyy.M.d H:mm",
        "yyyyMMddHHmmss", "yyyy年M月d日 H:mm:ss", "yyyy年M月d日 H:mm", "yyyy年M月d日H时m分s秒", "yyyy年M月d日H时m分", "yyyy-M-d'T'H:mm:ss", "yyyy-M-d'T'H:mm",
        "yyyy-M-d H:mm:ss.FFFFFF", "yyyy-M-d'T'H:mm:ss.FFFFFF",
    ];

    private static readonly string[] ZonedForms =
        ["yyyy-M-d'T'H:mm:ssK", "yyyy-M-d'T'H:mmK", "yyyy-M-d'T'H:mm:ss.FFFFFFFK", "yyyy-M-d H:mm:ssK", "yyyy-M-d H:mm:ss zzz", "yyyy-M-d H:mm:ss.FFFFFFFK"];

    /// <summary>The span of time a text means: a date its whole day, minutes the whole minute, seconds the whole second.</summary>
    /// <param name="text">Such as <c>2022-04-08</c>, <c>2022/4/8 16:17</c>, <c>2022-04-08T16:17:00+08:00</c>.</param>
    /// <param name="utcOffset">Zone of texts that name none.</param>
    /// <param name="from">First moment.</param>
    /// <param name="length">How long it is; zero for fractions of a second.</param>
    public static bool TryParse(string text, TimeSpan utcOffset, out PacketTime from, out TimeSpan length)
    {
        var culture = CultureInfo.InvariantCulture;
        from = default;
        length = default;
        if (DateTime.TryParseExact(text, DateForms, culture, DateTimeStyles.None, out var local))
        {
            length = TimeSpan.FromDays(1);
        }
        else if (DateTime.TryParseExact(text, TimeForms, culture, DateTimeStyles.AllowInnerWhite, out local))
        {
            length = LengthOf(text);
        }
        else if (DateTimeOffset.TryParseExact(text, ZonedForms, culture, DateTimeStyles.AssumeUniversal, out var zoned) && IsSensible(zoned.Year))
        {
            from = PacketTime.From(zoned);
            length = LengthOf(text);
            return true;
        }
        else
        {
            return false;
        }

        if (!IsSensible(local.Year))
        {
            return false;
        }

        from = PacketTime.From(new DateTimeOffset(local, utcOffset));
        return true;
    }

    /// <summary>
    /// A field that may be empty. A date alone means the whole day: what ends on it ends with it. Years from 2099 on as an end mean that there is none.
    /// </summary>
    /// <returns>False when the field cannot be read; that was reported.</returns>
    public static bool TryRead(CsvFile file, CsvRow row, string column, TimeSpan utcOffset, PacketTime absent, bool isEnd, out PacketTime time)
    {
        var text = file.Get(row, column);
        time = absent;
        if (text.Length == 0 || (isEnd && IsForever(text)))
        {
            return true;
        }

        if (!TryParse(text, utcOffset, out var from, out var length))
        {
            file.Report(row, column, "is no date between 1970 and 2099; write it as 2022-04-08 or 2022-04-08 16:17:00.");
            return false;
        }

        time = isEnd && length >= TimeSpan.FromDays(1) ? new PacketTime(from.UnixNanoseconds + (length.Ticks * 100)) : from;
        return true;
    }

    /// <summary>An offset from UTC as tables write it: <c>+08:00</c>, <c>UTC+8</c>, <c>UTC</c>, <c>Z</c>.</summary>
    public static bool TryParseOffset(string text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        var rest = text.StartsWith("UTC", StringComparison.OrdinalIgnoreCase) || text.StartsWith("GMT", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;
        if (rest.Length == 0 ? text.Length > 0 : rest is "Z" or "z")
        {
            return true;
        }

        if (rest.Length < 2 || rest[0] is not ('+' or '-')
            || !TimeSpan.TryParseExact(rest.AsSpan(1), ["%h", @"h\:mm", @"hh\:mm", "hhmm"], CultureInfo.InvariantCulture, out var magnitude)
            || magnitude > TimeSpan.FromHours(14))
        {
            return false;
        }

        offset = rest[0] == '-' ? -magnitude : magnitude;
        return true;
    }

    private static bool IsSensible(int year) => year is >= 1970 and < 2100;

    // Registers write 9999-12-31 or 2099-12-31 for a use without end.
    private static bool IsForever(string text) => text.Length >= 4 && int.TryParse(text.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year >= 2099;

    private static TimeSpan LengthOf(string text)
    {
        if (text.Contains('.', StringComparison.Ordinal) && text.LastIndexOf('.') > text.LastIndexOf(':'))
        {
            return TimeSpan.Zero;
        }

        var digits = text.Count(char.IsAsciiDigit);
        var clock = text.Length > 10 ? text[10..] : "";
        var zone = clock.IndexOfAny(['+', '-', 'Z', 'z']);
        clock = zone < 0 ? clock : clock[..zone];
        var hasSeconds = clock.Count(character => character == ':') == 2 || text.Contains('秒', StringComparison.Ordinal) || (digits == 14 && digits == text.Length);
        return hasSeconds ? TimeSpan.FromSeconds(1) : TimeSpan.FromMinutes(1);
    }
}
