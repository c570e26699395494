using System.Globalization;
using System.Text.RegularExpressions;
using MinerFlow.Enrichment.Subscribers.Questions;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake.Cells;

/// <summary>Times in words and marks: a date in one of many orders, perhaps a clock, perhaps a zone.</summary>
internal static partial class TimeText
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>Every reading of the text; null when it has none.</summary>
    /// <param name="text">Plain form of the cell.</param>
    /// <param name="received">Day of receipt, for dates that name no year.</param>
    /// <param name="order">What a person said about the order of digits.</param>
    public static List<TimeReading>? Read(string text, DateTime received, DateOrder order)
    {
        text = Weekday().Replace(text, " ").Trim();
        foreach (var form in new[] { YearFirst(), ShortYear(), MonthAndDay(), DayMonthName(), MonthNameDay(), Digits(), DigitsWithoutYear() })
        {
            if (form.Match(text) is not { Success: true } match)
            {
                continue;
            }

            var dates = Dates(match, received, order).ToList();
            if (dates.Count == 0)
            {
                return null;
            }

            var readings = new List<TimeReading>();
            foreach (var (date, isYearTaken) in dates)
            {
                readings.AddRange((ReadClock(text[match.Length..], date) ?? []).Select(reading => isYearTaken ? reading with { Remark = RowProblemKind.YearTaken } : reading));
            }

            return readings.Count > 0 ? readings : null;
        }

        return null;
    }

    /// <summary>What follows a date; nothing means the whole day.</summary>
    public static List<TimeReading>? ReadClock(string text, DateTime date)
    {
        var match = Clock().Match(text);
        if (!match.Success)
        {
            return null;
        }

        var precision = match.Groups["fraction"].Success ? TimePrecision.AsWritten : match.Groups["second"].Success ? TimePrecision.Second
            : match.Groups["minute"].Success ? TimePrecision.Minute : match.Groups["hour"].Success ? TimePrecision.Hour : TimePrecision.Day;
        var (hour, minute, second) = (Number(match, "hour"), Number(match, "minute"), Number(match, "second"));
        if (HourOfDay(hour, match.Groups["half"].Value.ToUpperInvariant(), precision) is not { } ofDay || minute > 59 || second > 59 || (ofDay == 24 && minute + second > 0))
        {
            return null;
        }

        var fraction = match.Groups["fraction"].Success ? (long)(decimal.Parse("0." + match.Groups["fraction"].Value, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond) : 0;
        if (ofDay == 24 && date >= DateTime.MaxValue.Date)
        {
            return null;
        }

        var local = date.AddHours(ofDay).AddMinutes(minute).AddSeconds(second).AddTicks(fraction);
        return Zones(match, out var zones) ? [.. zones.Select(zone => new TimeReading(local, precision) { Offset = zone })] : null;
    }

    private static int? HourOfDay(int hour, string half, TimePrecision precision) => half switch
    {
        _ when hour > 24 => null,
        "" => hour,
        _ when precision == TimePrecision.Day => null,
        "上午" or "AM" or "凌晨" or "早上" => hour > 12 ? null : hour % 12,
        "下午" or "PM" => hour is > 12 and < 24 ? hour : hour is 12 or 24 ? 12 : hour + 12,
        // 晚上 is an evening hour; 12 of it is the end of the day or its begin.
        "晚上" => hour is >= 5 and <= 11 ? hour + 12 : hour is >= 17 and < 24 ? hour : null,
        _ => null,
    };

    private static bool Zones(Match match, out List<TimeSpan?> zones)
    {
        zones = [null];
        var word = match.Groups["zone"].Value.ToUpperInvariant();
        if (match.Groups["sign"] is { Success: true } sign)
        {
            var offset = new TimeSpan(Number(match, "hours"), Number(match, "minutes"), 0);
            zones = [sign.Value == "-" ? -offset : offset];
            return offset <= TimeSpan.FromHours(14);
        }

        zones = word switch
        {
            "Z" or "UTC" or "GMT" => [TimeSpan.Zero],
            "北京时间" or "中国标准时间" => [TimeSpan.FromHours(8)],
            // China Standard Time, and Central Standard Time of America.
            "CST" => [TimeSpan.FromHours(8), TimeSpan.FromHours(-6)],
            _ => [null],
        };
        return true;
    }

    private static IEnumerable<(DateTime Date, bool IsYearTaken)> Dates(Match match, DateTime received, DateOrder order)
    {
        if (match.Groups["name"] is { Success: true } name)
        {
            var month = Array.IndexOf(Months, name.Value[..3].ToLowerInvariant()) + 1;
            return month == 0 ? [] : Valid((Year(match.Groups["year"].Value), month, Number(match, "day")));
        }

        if (match.Groups["first"] is not { Success: true })
        {
            var (month, day) = (Number(match, "month"), Number(match, "day"));
            return match.Groups["year"].Success ? Valid((Year(match.Groups["year"].Value), month, day)) : WithYear(month, day, received);
        }

        var (first, second) = (Number(match, "first"), Number(match, "next"));
        if (match.Groups["third"] is not { Success: true } third)
        {
            return order switch
            {
                DateOrder.MonthFirst or DateOrder.YearFirst => WithYear(first, second, received),
                DateOrder.DayFirst => WithYear(second, first, received),
                _ => WithYear(first, second, received).Concat(WithYear(second, first, received)),
            };
        }

        var last = Year(third.Value);
        var isLongYear = third.Value.Length == 4;
        return order switch
        {
            DateOrder.MonthFirst => Valid((last, first, second)),
            DateOrder.DayFirst => Valid((last, second, first)),
            DateOrder.YearFirst when !isLongYear => Valid((2_000 + first, second, int.Parse(third.Value, CultureInfo.InvariantCulture))),

            // A year has two digits at least, so a single one at the end is the day.
            _ when third.Value.Length == 1 => Valid((2_000 + first, second, last)),
            _ when isLongYear => Valid((last, first, second), (last, second, first)),
            _ => Valid((2_000 + first, second, int.Parse(third.Value, CultureInfo.InvariantCulture)), (last, first, second), (last, second, first)),
        };
    }

    private static IEnumerable<(DateTime Date, bool IsYearTaken)> Valid(params (int Year, int Month, int Day)[] dates) =>
        dates.Where(date => IsDate(date.Year, date.Month, date.Day)).Select(date => (new DateTime(date.Year, date.Month, date.Day, 0, 0, 0, DateTimeKind.Unspecified), false));

    /// <summary>The last time before the receipt that the calendar showed this day.</summary>
    private static IEnumerable<(DateTime Date, bool IsYearTaken)> WithYear(int month, int day, DateTime received)
    {
        for (var year = received.Year; year > received.Year - 8; year--)
        {
            if (IsDate(year, month, day) && new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified) is var date && date <= received.AddDays(1))
            {
                return [(date, true)];
            }
        }

        return [];
    }

    private static bool IsDate(int year, int month, int day) => year is >= 1 and <= 9_999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);

    private static int Year(string text) => int.Parse(text, CultureInfo.InvariantCulture) + (text.Length == 2 ? 2_000 : 0);

    private static int Number(Match match, string group) => match.Groups[group] is { Success: true } value ? int.Parse(value.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\(?(星期[一二三四五六日天]|周[一二三四五六日]|\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\b,?)\)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1_000)]
    private static partial Regex Weekday();

    [GeneratedRegex(@"^(?<year>\d{4})\s*[-/.年]\s*(?<month>\d{1,2})\s*[-/.月]\s*(?<day>\d{1,2})(?!\d)\s*[日号]?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex YearFirst();

    // 22年4月8日 leaves nothing open, other than 22-4-8.
    [GeneratedRegex(@"^(?<year>\d{2})\s*年\s*(?<month>\d{1,2})\s*月\s*(?<day>\d{1,2})\s*[日号]?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex ShortYear();

    [GeneratedRegex(@"^(?<month>\d{1,2})\s*月\s*(?<day>\d{1,2})(?!\d)\s*[日号]?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex MonthAndDay();

    [GeneratedRegex(@"^(?<day>\d{1,2})[-/ .](?<name>[A-Za-z]{3,9})[-/ .,]+(?<year>\d{4}|\d{2})(?!\d)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex DayMonthName();

    [GeneratedRegex(@"^(?<name>[A-Za-z]{3,9})[. ]+(?<day>\d{1,2})[, ]+(?<year>\d{4})(?!\d)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex MonthNameDay();

    [GeneratedRegex(@"^(?<first>\d{1,2})(?<mark>[-/.])(?<next>\d{1,2})\k<mark>(?<third>\d{4}|\d{1,2})(?!\d)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Digits();

    [GeneratedRegex(@"^(?<first>\d{1,2})[-/](?<next>\d{1,2})(?![-/.\d])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex DigitsWithoutYear();

    [GeneratedRegex(
        @"^[T,\s]*((?<half>上午|下午|凌晨|早上|晚上|AM|PM)?\s*(?<hour>\d{1,2})\s*([:时点]\s*((?<minute>\d{1,2})\s*([:分]\s*((?<second>\d{1,2})([.,](?<fraction>\d{1,9}))?\s*秒?)?)?)?)\s*(?<half>AM|PM)?)?"
        + @"\s*\(?(?<zone>Z|北京时间|中国标准时间|(UTC|GMT)(?!\s*[+-]\d)|CST)?\s*(((UTC|GMT)\s*)?(?<sign>[+-])(?<hours>\d{1,2})(:?(?<minutes>\d{2}))?(\s*CST)?)?\s*\)?$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Clock();
}
