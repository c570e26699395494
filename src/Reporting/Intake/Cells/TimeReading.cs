using System.Globalization;
using MinerFlow.Enrichment.Subscribers.Questions;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake.Cells;

/// <summary>One thing a text may mean as a time.</summary>
/// <param name="Local">Wall clock of its zone.</param>
/// <param name="Precision">What it is exact to.</param>
internal sealed record TimeReading(DateTime Local, TimePrecision Precision)
{
    /// <summary>Zone that the text names.</summary>
    public TimeSpan? Offset { get; init; }

    /// <summary>What a person should know of how it was read.</summary>
    public RowProblemKind? Remark { get; init; }

    /// <summary>The less likely reading that the remark also names.</summary>
    public TimeReading? Alternative { get; init; }

    public TimeSpan Length => Precision switch
    {
        TimePrecision.Day => TimeSpan.FromDays(1),
        TimePrecision.Hour => TimeSpan.FromHours(1),
        TimePrecision.Minute => TimeSpan.FromMinutes(1),
        TimePrecision.Second => TimeSpan.FromSeconds(1),
        _ => TimeSpan.Zero,
    };

    public string Text => Local.ToString(Format, CultureInfo.InvariantCulture) + (Offset is { } offset ? Sign(offset) : "");

    private string Format => Precision switch
    {
        TimePrecision.Day => "yyyy-MM-dd",
        TimePrecision.Hour => "yyyy-MM-dd HH:00",
        TimePrecision.Minute => "yyyy-MM-dd HH:mm",
        TimePrecision.Second => "yyyy-MM-dd HH:mm:ss",
        _ => "yyyy-MM-dd HH:mm:ss.FFFFFF",
    };

    /// <summary>The moment, the text's own zone first; beyond the calendar, its end.</summary>
    public DateTimeOffset Moment(TimeSpan otherwise)
    {
        var ticks = Local.Ticks - (Offset ?? otherwise).Ticks;
        return new DateTimeOffset(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero);
    }

    private static string Sign(TimeSpan offset) => string.Create(CultureInfo.InvariantCulture, $"{(offset < TimeSpan.Zero ? '-' : '+')}{offset.Duration():hh\\:mm}");
}
