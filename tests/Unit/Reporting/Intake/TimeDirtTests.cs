using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake.Cells;
using Xunit;

namespace MinerFlow.Unit.Reporting.Intake;

/// <summary>Dirt of times, kinds 14 to 18 of the catalogue.</summary>
public sealed class TimeDirtTests
{
    private const string Minute = "2022-04-08T16:17:00 2022-04-08T16:17:59 Minute";
    private const string Second = "2022-04-08T16:17:00 2022-04-08T16:17:00 Second";
    private const string Day = "2022-04-08T00:00:00 2022-04-08T23:59:59 Day";

    [Theory]
    [InlineData("44659.678472", Minute)]
    [InlineData("44659", Day)]
    [InlineData("44659.5", "2022-04-08T12:00:00 2022-04-08T12:00:59 Minute")]
    public void Dirt14_SerialNumbersAreDates(string cell, string window) => Assert.Equal(window, Lists.Window(Lists.Time(cell)));

    [Fact]
    public void Dirt14_TheOtherDateSystemIsNamedWhereBothCanBe()
    {
        var later = Lists.Options with { ReceivedAt = Lists.Options.ReceivedAt.AddYears(5) };

        Assert.Equal(["2022-04-08 16:17", "2026-04-09 16:17"], Lists.Problem(Lists.Time("44659.678472", later), RowProblemKind.SerialDateAssumed).Values);
        Assert.Equal(["2022-04-08 16:17"], Lists.Problem(Lists.Time("44659.678472"), RowProblemKind.SerialDateAssumed).Values);
        Assert.Equal(Minute, Lists.Window(Lists.Time("43197.678472", Lists.Options with { CountsFrom1904 = true })));
    }

    [Theory]
    [InlineData("2022/4/8 16:17", Minute)]
    [InlineData("2022.4.8 16:17", Minute)]
    [InlineData("2022年4月8日16时17分", Minute)]
    [InlineData("2022年4月8日 16:17:00", Second)]
    [InlineData("2022年4月8日16点17分", Minute)]
    [InlineData("20220408161700", Second)]
    [InlineData("202204081617", Minute)]
    [InlineData("20220408", Day)]
    [InlineData("4月8日", Day)]
    [InlineData("4月8日16时17分", Minute)]
    [InlineData("22年4月8日 16:17", Minute)]
    [InlineData("1649405820", Second)]
    [InlineData("1649405820000", Second)]
    [InlineData("2022-04-08T08:17:00Z", Second)]
    [InlineData("2022-04-08T16:17:00+08:00", Second)]
    [InlineData("2022-04-08 16:17:00 +0800", Second)]
    [InlineData("2022-04-08 16:17:00（北京时间）", Second)]
    [InlineData("2022-04-08 08:17 UTC", Minute)]
    [InlineData("2022-04-08 下午4:17", Minute)]
    [InlineData("2022-04-08 4:17 PM", Minute)]
    [InlineData("2022/4/8 星期五 16:17", Minute)]
    [InlineData("2022-04-08\n16:17", Minute)]
    [InlineData("２０２２－０４－０８　１６：１７", Minute)]
    [InlineData("8-Apr-2022 16:17:00", Second)]
    [InlineData("Apr 8, 2022 16:17", Minute)]
    [InlineData("2022-04-08 16时", "2022-04-08T16:00:00 2022-04-08T16:59:59 Hour")]
    [InlineData("2022-04-07 24:00", "2022-04-08T00:00:00 2022-04-08T00:00:59 Minute")]
    [InlineData("2022-04-08 上午12:05", "2022-04-08T00:05:00 2022-04-08T00:05:59 Minute")]
    [InlineData("2022-04-08 下午12:05", "2022-04-08T12:05:00 2022-04-08T12:05:59 Minute")]
    public void Dirt15_DatesAsPeopleWriteThemAreOneMoment(string cell, string window) => Assert.Equal(window, Lists.Window(Lists.Time(cell)));

    [Theory]
    [InlineData("4月8日", "2022-04-08")]
    [InlineData("12月31日", "2021-12-31")]
    [InlineData("2月29日", "2020-02-29")]
    public void Dirt15_AMissingYearIsTheLastOneBeforeTheReceiptAndTold(string cell, string date) =>
        Assert.Equal([date], Lists.Problem(Lists.Time(cell), RowProblemKind.YearTaken).Values);

    [Theory]
    [InlineData("3/4/2022", "2022-03-04", "2022-04-03")]
    [InlineData("3-4", "2022-03-04", "2022-04-03")]
    [InlineData("11/3/12", "2011-03-12", "2012-11-03", "2012-03-11")]
    [InlineData("2022-04-07 16:17 CST", "2022-04-07 16:17+08:00", "2022-04-07 16:17-06:00")]
    public void Dirt15_WhatHasTwoReadingsIsReadInNeitherAndBothAreNamed(string cell, params string[] readings)
    {
        var row = Lists.Time(cell);

        Assert.Equal(readings, Lists.Problem(row, RowProblemKind.AmbiguousTime).Values);
        Assert.Equal((RowDisposition.Returned, ReturnReason.Insufficient), (row.Disposition, row.Reason));
        Assert.Null(row.Seen);
    }

    [Fact]
    public void Dirt15_ReadingsThatCannotBeAreSetAside()
    {
        // The eighth of a month that had not come, and a day before Bitcoin's first block.
        Assert.Equal(Day, Lists.Window(Lists.Time("4/8/2022")));
        Assert.Equal(Day, Lists.Window(Lists.Time("22-4-8")));
    }

    [Theory]
    [InlineData(DateOrder.MonthFirst, "2022-03-04T00:00:00 2022-03-04T23:59:59 Day")]
    [InlineData(DateOrder.DayFirst, "2022-04-03T00:00:00 2022-04-03T23:59:59 Day")]
    public void Dirt15_APersonMaySayTheOrder(DateOrder order, string window) =>
        Assert.Equal(window, Lists.Window(Lists.Time("3/4/2022", Lists.Options with { DateOrder = order })));

    [Theory]
    [InlineData("2022-13-01")]
    [InlineData("2022-02-29")]
    [InlineData("2022-04-08 25:00")]
    [InlineData("2022-04-08 16:60")]
    [InlineData("2022-04-08 上午16:17")]
    [InlineData("16:17")]
    [InlineData("昨天下午")]
    [InlineData("2008-12-31 16:17")]
    [InlineData("0")]
    [InlineData("12345")]
    public void Dirt15_WhatIsNoTimeGoesBack(string cell)
    {
        var row = Lists.Time(cell);

        Assert.Contains(RowProblemKind.BadTime, Lists.Kinds(row));
        Assert.Equal((RowDisposition.Returned, ReturnReason.BadFormat), (row.Disposition, row.Reason));
    }

    [Theory]
    [InlineData("2022-04-08 16:17至16:20", "2022-04-08T16:17:00 2022-04-08T16:20:59 Minute")]
    [InlineData("2022-04-07 23:50~2022-04-08 00:10", "2022-04-07T23:50:00 2022-04-08T00:10:59 Minute")]
    [InlineData("2022.4.6-2022.4.8", "2022-04-06T00:00:00 2022-04-08T23:59:59 Day")]
    [InlineData("2022-04-06-2022-04-08", "2022-04-06T00:00:00 2022-04-08T23:59:59 Day")]
    public void Dirt15_ASpanInOneCellIsASpan(string cell, string window) => Assert.Equal(window, Lists.Window(Lists.Time(cell)));

    [Fact]
    public void Dirt16_ADateAloneIsItsWholeDayAndTold()
    {
        var row = Lists.Time("2022-04-08");

        Assert.Equal(Day, Lists.Window(row));
        Assert.Contains(RowProblemKind.DateOnly, Lists.Kinds(row));
        Assert.Equal(RowDisposition.Accepted, row.Disposition);
    }

    [Fact]
    public void Dirt17_AMinuteIsSixtySeconds() => Assert.Equal(Minute, Lists.Window(Lists.Time("2022-04-08 16:17")));

    [Theory]
    [InlineData("发现时间(UTC)")]
    [InlineData("发现时间（UTC+0）")]
    public void Dirt18_AHeaderMayNameTheZone(string header) =>
        Assert.Equal(Minute, Lists.Window(Lists.Row($"IP地址,{header}\n203.0.113.9,2022-04-08 08:17\n")));

    [Fact]
    public void Dirt18_TheListsOwnZoneIsStatedByItsReceiver() =>
        Assert.Equal(Minute, Lists.Window(Lists.Time("2022-04-08 08:17", Lists.Options with { UtcOffset = TimeSpan.Zero })));

    [Fact]
    public void Dirt18_ATimeAfterTheReceiptIsToldAndBeyondADayItIsNone()
    {
        // Eight hours ahead: the clock of another zone, perhaps.
        Assert.Contains(RowProblemKind.FutureTime, Lists.Kinds(Lists.Time("2022-04-09 00:17")));
        Assert.Equal((RowDisposition.Returned, ReturnReason.BadFormat), (Lists.Time("2032-04-08 16:17").Disposition, Lists.Time("2032-04-08 16:17").Reason));
    }

    [Theory]
    [InlineData("发现日期,时间", "2022-04-08,16:17")]
    [InlineData("日期,监测时间", "2022年4月8日,下午4:17")]
    public void ADateAndAClockInColumnsOfTheirOwnAreOneTime(string headers, string cells) => Assert.Equal(Minute, Lists.Window(Lists.Row($"IP地址,{headers}\n203.0.113.9,{cells}\n")));

    [Fact]
    public void FirstAndLastTimeMakeOneWindow()
    {
        var row = Lists.Row("IP地址,首次发现时间,最近发现时间\n203.0.113.9,2022-04-07 21:03,2022-04-08 16:17:30\n");

        Assert.Equal("2022-04-07T21:03:00 2022-04-08T16:17:30 Minute", Lists.Window(row));
    }

    [Fact]
    public void ALastTimeBeforeTheFirstGoesBack() =>
        Assert.Contains(RowProblemKind.TimesReversed, Lists.Kinds(Lists.Row("IP地址,首次发现时间,最近发现时间\n203.0.113.9,2022-04-08 21:03,2022-04-07 16:17\n")));

    [Fact]
    public void ARowWithoutATimeGoesBackUnlessItsReceiverStatesOne()
    {
        const string List = "序号,IP地址,发现时间\n1,203.0.113.9,\n";

        Assert.Contains(RowProblemKind.NoTime, Lists.Kinds(Lists.Row(List)));
        Assert.Equal(Day, Lists.Window(Lists.Row(List, Lists.Options with { Seen = "2022-04-08" })));
    }
}
