using System.Globalization;
using MinerFlow.Enrichment.Subscribers.Questions;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake.Cells;

/// <summary>Times that are written as a number: serial dates of workbooks, seconds since 1970, digits without marks.</summary>
internal static class NumberTime
{
    // 1982 to 2064 in the 1900 system: what a list of today can mean.
    private const decimal LeastSerial = 30_000;
    private const decimal MostSerial = 60_000;

    // ECMA-376 part 1, 18.17.4.1: the 1904 system counts 1462 days less.
    private const int DaysBetweenSystems = 1_462;

    private static readonly (int Digits, string Format, TimePrecision Precision)[] Forms =
    [
        (8, "yyyyMMdd", TimePrecision.Day), (10, "yyyyMMddHH", TimePrecision.Hour), (12, "yyyyMMddHHmm", TimePrecision.Minute), (14, "yyyyMMddHHmmss", TimePrecision.Second),
        (17, "yyyyMMddHHmmssfff", TimePrecision.AsWritten),
    ];

    /// <summary>Everything the number can mean; none when it is no time.</summary>
    public static List<TimeReading> Read(string text, decimal number, bool? countsFrom1904)
    {
        var readings = new List<TimeReading>();
        if (number is >= LeastSerial and < MostSerial)
        {
            readings.Add(Serial(number, countsFrom1904));
            return readings;
        }

        foreach (var (digits, format, precision) in Forms)
        {
            if (text.Length == digits && DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            {
                readings.Add(new TimeReading(local, precision));
            }
        }

        if (number is >= 1_000_000_000 and < 10_000_000_000)
        {
            readings.Add(Epoch(number));
        }
        else if (number is >= 1_000_000_000_000 and < 10_000_000_000_000)
        {
            readings.Add(Epoch(number / 1_000));
        }

        return readings;
    }

    private static TimeReading Serial(decimal number, bool? countsFrom1904)
    {
        var in1900 = Dated(number, 0);
        var in1904 = Dated(number, DaysBetweenSystems);
        return countsFrom1904 switch
        {
            true => in1904 with { Remark = RowProblemKind.SerialDate },
            false => in1900 with { Remark = RowProblemKind.SerialDate },
            null => in1900 with { Remark = RowProblemKind.SerialDateAssumed, Alternative = in1904 },
        };
    }

    private static TimeReading Dated(decimal number, int moreDays)
    {
        // Six digits behind the point are a tenth of a second: what is nearest was meant.
        var seconds = (long)decimal.Round(number * 86_400);
        var local = new DateTime(1899, 12, 30, 0, 0, 0, DateTimeKind.Unspecified).AddDays(moreDays).AddSeconds(seconds);
        return new TimeReading(local, number == decimal.Truncate(number) ? TimePrecision.Day : local.Second == 0 ? TimePrecision.Minute : TimePrecision.Second);
    }

    private static TimeReading Epoch(decimal seconds) =>
        new(DateTime.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)), seconds == decimal.Truncate(seconds) ? TimePrecision.Second : TimePrecision.AsWritten)
        {
            Offset = TimeSpan.Zero,
            Remark = RowProblemKind.EpochTime,
        };
}
