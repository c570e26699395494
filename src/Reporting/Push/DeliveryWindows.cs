using System.Globalization;

namespace MinerFlow.Reporting.Push;

/// <summary>Times of the week in which a recipient takes packages: <c>mon-fri 08:30-18:00, sat 09:00-12:00</c>. One that ends before it begins lasts into the next day.</summary>
public sealed class DeliveryWindows
{
    /// <summary>What would be right, for messages.</summary>
    public const string Form = "days and hours like 'mon-fri 08:30-18:00, sat 09:00-12:00'";

    private const int MinutesOfDay = 24 * 60;
    private const int MinutesOfWeek = 7 * MinutesOfDay;

    private static readonly string[] Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    private readonly TimeSpan _offset;

    /// <summary>Minutes of the week, from Monday 0:00 on, that are open; a window over the end of the week goes on at its beginning.</summary>
    private readonly List<(int From, int Length)> _open;

    private DeliveryWindows(TimeSpan offset, List<(int From, int Length)> open)
    {
        _offset = offset;
        _open = open;
    }

    /// <summary>At any time.</summary>
    public static DeliveryWindows Always { get; } = new(TimeSpan.Zero, [(0, MinutesOfWeek)]);

    /// <param name="text">As <see cref="Form"/> says.</param>
    /// <param name="offset">From UTC of the hours.</param>
    /// <returns>Null when the text is no such list.</returns>
    public static DeliveryWindows? Parse(string text, TimeSpan offset)
    {
        ArgumentNullException.ThrowIfNull(text);
        var open = new List<(int From, int Length)>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var days, var hours] || ReadDays(days) is not { } ofWeek || ReadHours(hours) is not { } ofDay)
            {
                return null;
            }

            open.AddRange(ofWeek.Select(day => ((day * MinutesOfDay) + ofDay.From, ofDay.Length)));
        }

        return new DeliveryWindows(offset, open);
    }

    public bool IsOpenAt(DateTimeOffset moment)
    {
        var minute = MinuteOf(moment);
        return _open.Exists(window => Since(window.From, minute) < window.Length);
    }

    /// <summary>The moment itself while it is open, else when the next window opens.</summary>
    public DateTimeOffset OpenFrom(DateTimeOffset moment)
    {
        if (IsOpenAt(moment))
        {
            return moment;
        }

        var minute = MinuteOf(moment);
        var wait = _open.Min(window => Since(minute, window.From));
        var start = new DateTimeOffset(moment.Ticks - (moment.Ticks % TimeSpan.TicksPerMinute), moment.Offset);
        return start.AddMinutes(wait);
    }

    private static int Since(int from, int to) => (to - from + MinutesOfWeek) % MinutesOfWeek;

    private static IEnumerable<int>? ReadDays(string text)
    {
        var parts = text.Split('-');
        var (first, last) = (Array.IndexOf(Days, parts[0]), Array.IndexOf(Days, parts[^1]));
        return parts.Length > 2 || first < 0 || last < first ? null : Enumerable.Range(first, last - first + 1);
    }

    private static (int From, int Length)? ReadHours(string text)
    {
        if (text.Split('-') is not [var from, var to] || ReadHour(from) is not { } begin || ReadHour(to) is not { } end || begin == end || begin == MinutesOfDay)
        {
            return null;
        }

        return (begin, end > begin ? end - begin : end + MinutesOfDay - begin);
    }

    private static int? ReadHour(string text) =>
        text == "24:00" ? MinutesOfDay
        : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? (time.Hour * 60) + time.Minute
        : null;

    private int MinuteOf(DateTimeOffset moment)
    {
        var local = moment.ToOffset(_offset);
        var day = ((int)local.DayOfWeek + 6) % 7;
        return (day * MinutesOfDay) + (local.Hour * 60) + local.Minute;
    }
}
