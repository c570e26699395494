using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Questions;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake.Grids;

namespace MinerFlow.Reporting.Intake.Cells;

/// <summary>Which part of an all-digit date comes first, where a list leaves it open.</summary>
public enum DateOrder : byte
{
    /// <summary>Nobody said: what has two readings stays open.</summary>
    Open,
    YearFirst,
    MonthFirst,
    DayFirst,
}

/// <summary>
/// Cells of times: a span each, because a minute is sixty seconds and a date is a day. Readings that cannot be (after the receipt of the list,
/// before Bitcoin's first block on 2009-01-03) are set aside; if several are left, all are named and none is taken.
/// </summary>
internal sealed class TimeCell(DateTimeOffset receivedAt, TimeSpan utcOffset, DateOrder order)
{
    private static readonly DateTimeOffset FirstBlock = new(2009, 1, 3, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Marks = ["至", "到", "~", " - ", "--", "\n"];

    // Clocks of senders are wrong by minutes and zones by hours; a day covers both.
    private readonly DateTimeOffset _latest = receivedAt.AddDays(1);

    /// <summary>Null when the cell is empty or cannot be read; the latter is told.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="countsFrom1904">Date system of the workbook; null when the file does not say.</param>
    /// <param name="zone">Offset that the header names; null for the list's own.</param>
    /// <param name="report">Takes what is wrong.</param>
    public SeenWindow? Read(ListCell cell, bool? countsFrom1904, TimeSpan? zone, CellReport report)
    {
        var text = report.Clean();
        if (CellText.SaysNothing(text))
        {
            return null;
        }

        if (Parse(text, countsFrom1904, report) is { } moment)
        {
            return Window(moment, moment, zone, report);
        }

        foreach (var mark in Marks)
        {
            if (text.Split(mark, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [var left, var right]
                && Parse(left, countsFrom1904, report) is { } first && ParseEnd(right, first, countsFrom1904, report) is { } last)
            {
                return Window(first, last, zone, report);
            }
        }

        // 2022.4.8-2022.4.10: any dash may be the one between two dates.
        for (var dash = text.IndexOf('-', StringComparison.Ordinal); dash > 0; dash = text.IndexOf('-', dash + 1))
        {
            if (Parse(text[..dash].Trim(), countsFrom1904, report) is { } first && Parse(text[(dash + 1)..].Trim(), countsFrom1904, report) is { } last)
            {
                return Window(first, last, zone, report);
            }
        }

        report.Add(RowProblemKind.BadTime);
        return null;
    }

    /// <summary>A time of day and nothing else.</summary>
    public static bool IsClock(ListCell cell) =>
        !cell.IsEmpty && CellText.Plain(cell.Text) is var text && !CellText.SaysNothing(text) && TimeText.ReadClock(text, default) is [{ Precision: not TimePrecision.Day }, ..];

    /// <summary>From the first of one window to the last of the other, as exact as the coarser of both.</summary>
    public static SeenWindow Join(SeenWindow first, SeenWindow last) =>
        new(first.From, last.To, first.Precision > last.Precision ? first.Precision : last.Precision);

    private List<TimeReading>? Parse(string text, bool? countsFrom1904, CellReport report)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && NumberTime.Read(text, number, countsFrom1904) is { Count: > 0 } readings)
        {
            return readings;
        }

        return TimeText.Read(text, receivedAt.ToOffset(utcOffset).DateTime, order);
    }

    private List<TimeReading>? ParseEnd(string text, List<TimeReading> first, bool? countsFrom1904, CellReport report) =>
        Parse(text, countsFrom1904, report) ?? (first.Count == 1 ? TimeText.ReadClock(text, first[0].Local.Date) : null);

    private SeenWindow? Window(List<TimeReading> first, List<TimeReading> last, TimeSpan? zone, CellReport report)
    {
        if (Choose(first, zone, report) is not { } begin)
        {
            return null;
        }

        if (ReferenceEquals(first, last))
        {
            return begin;
        }

        if (Choose(last, zone, report) is not { } end)
        {
            return null;
        }

        if (end.To < begin.From)
        {
            report.Add(RowProblemKind.TimesReversed);
            return null;
        }

        return Join(begin, end);
    }

    private SeenWindow? Choose(List<TimeReading> readings, TimeSpan? zone, CellReport report)
    {
        var offset = zone ?? utcOffset;
        var possible = readings.Where(reading => reading.Moment(offset) is var moment && moment >= FirstBlock && moment <= _latest).DistinctBy(reading => reading.Moment(offset)).ToList();
        if (possible.Count > 1)
        {
            report.Add(RowProblemKind.AmbiguousTime, [.. possible.Select(reading => reading.Text)]);
            return null;
        }

        if (possible.Count == 0)
        {
            report.Add(RowProblemKind.BadTime, [.. readings.Select(candidate => candidate.Text)]);
            return null;
        }

        var reading = possible[0];
        if (reading.Moment(offset) > receivedAt)
        {
            report.Add(RowProblemKind.FutureTime, reading.Text);
        }

        if (reading.Remark is { } remark)
        {
            report.Add(remark, [reading.Text, .. reading.Alternative is { } alternative && alternative.Moment(offset) <= _latest ? [alternative.Text] : Array.Empty<string>()]);
        }

        if (reading.Precision == TimePrecision.Day)
        {
            report.Add(RowProblemKind.DateOnly, reading.Text);
        }

        var from = PacketTime.From(reading.Moment(offset));
        return new SeenWindow(from, reading.Length == TimeSpan.Zero ? from : new PacketTime(from.UnixNanoseconds + (reading.Length.Ticks * 100) - 1), reading.Precision);
    }
}
