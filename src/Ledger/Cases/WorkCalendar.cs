using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;

namespace MinerFlow.Ledger.Cases;

/// <summary>Working days of the state: Monday to Friday, but for holidays and the weekends worked in their place (国务院办公厅's notice of each year), which are data.</summary>
public sealed class WorkCalendar
{
    private static readonly TimeSpan DayBegins = new(8, 30, 0);
    private static readonly TimeSpan DayEnds = new(17, 30, 0);
    private readonly Dictionary<DateOnly, bool> _isWorked = [];
    private readonly HashSet<int> _years = [];

    /// <summary>Knows weekends only.</summary>
    public static WorkCalendar Plain { get; } = new();

    /// <summary>Reads <c>date,kind,name</c>, where the kind is <c>holiday</c> or <c>workday</c>; what is wrong is added to <paramref name="problems"/>.</summary>
    public static WorkCalendar Load(string path, ICollection<Problem> problems)
    {
        var calendar = new WorkCalendar();
        if (CsvFile.Read(path, ["date", "kind"], problems) is not { } file)
        {
            return calendar;
        }

        foreach (var row in file.Rows)
        {
            if (!DateOnly.TryParseExact(file.Get(row, "date"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                file.Report(row, "date", $"'{file.Get(row, "date")}' is no date; write 2022-04-05.");
            }
            else if (file.Get(row, "kind") is not ("holiday" or "workday"))
            {
                file.Report(row, "kind", $"'{file.Get(row, "kind")}' is neither holiday nor workday.");
            }
            else if (!calendar._isWorked.TryAdd(date, file.Get(row, "kind") == "workday"))
            {
                file.Report(row, "date", $"{date:yyyy-MM-dd} stands here twice.");
            }
            else
            {
                calendar._years.Add(date.Year);
            }
        }

        return calendar;
    }

    /// <summary>Whether the holidays of a year are known: of a year to come they may not be announced yet.</summary>
    public bool Knows(int year) => _years.Contains(year);

    public bool IsWorkday(DateOnly date) => _isWorked.TryGetValue(date, out var isWorked) ? isWorked : date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    /// <summary>Working time between two moments, 8:30 to 17:30 of working days in the offset of <paramref name="from"/>.</summary>
    public TimeSpan WorkingTime(DateTimeOffset from, DateTimeOffset to)
    {
        var sum = TimeSpan.Zero;
        for (var day = from.Date; day <= to.ToOffset(from.Offset).Date; day = day.AddDays(1))
        {
            if (IsWorkday(DateOnly.FromDateTime(day)))
            {
                var begin = Later(new DateTimeOffset(day + DayBegins, from.Offset), from);
                var end = Earlier(new DateTimeOffset(day + DayEnds, from.Offset), to);
                sum += end > begin ? end - begin : TimeSpan.Zero;
            }
        }

        return sum;
    }

    /// <summary>When so much working time will have passed.</summary>
    public DateTimeOffset After(DateTimeOffset from, TimeSpan workingTime)
    {
        var rest = workingTime;
        for (var day = from.Date; ; day = day.AddDays(1))
        {
            if (!IsWorkday(DateOnly.FromDateTime(day)))
            {
                continue;
            }

            var begin = Later(new DateTimeOffset(day + DayBegins, from.Offset), from);
            var end = new DateTimeOffset(day + DayEnds, from.Offset);
            var length = end > begin ? end - begin : TimeSpan.Zero;
            if (rest <= length)
            {
                return begin + rest;
            }

            rest -= length;
        }
    }

    private static DateTimeOffset Later(DateTimeOffset first, DateTimeOffset second) => first > second ? first : second;

    private static DateTimeOffset Earlier(DateTimeOffset first, DateTimeOffset second) => first < second ? first : second;
}
