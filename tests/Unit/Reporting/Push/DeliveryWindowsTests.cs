using System.Globalization;
using MinerFlow.Reporting.Push;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push;

public sealed class DeliveryWindowsTests
{
    // 2022-04-08 is a Friday.
    [Theory]
    [InlineData("mon-fri 08:30-18:00", "2022-04-08T08:29:59", "2022-04-08T08:30:00")]
    [InlineData("mon-fri 08:30-18:00", "2022-04-08T08:30:00", "2022-04-08T08:30:00")]
    [InlineData("mon-fri 08:30-18:00", "2022-04-08T17:59:59", "2022-04-08T17:59:59")]
    [InlineData("mon-fri 08:30-18:00", "2022-04-08T18:00:00", "2022-04-11T08:30:00")]
    [InlineData("mon-fri 08:30-18:00, sat 09:00-12:00", "2022-04-08T18:00:07", "2022-04-09T09:00:00")]
    [InlineData("fri 22:00-06:00", "2022-04-09T05:59:00", "2022-04-09T05:59:00")]
    [InlineData("sun 22:00-06:00", "2022-04-11T03:00:00", "2022-04-11T03:00:00")]
    [InlineData("fri 22:00-06:00", "2022-04-09T06:00:00", "2022-04-15T22:00:00")]
    [InlineData("mon-sun 00:00-24:00", "2022-04-08T23:59:59", "2022-04-08T23:59:59")]
    public void AMomentIsOpenOrTheNextOpeningIsNamed(string windows, string moment, string open)
    {
        var parsed = DeliveryWindows.Parse(windows, TimeSpan.FromHours(8))!;

        // The same moment, said in another zone.
        var opening = parsed.OpenFrom(In(moment).ToOffset(TimeSpan.FromHours(-5)));

        Assert.Equal(In(open), opening);
        Assert.True(parsed.IsOpenAt(opening));
        Assert.Equal(moment == open, parsed.IsOpenAt(In(moment)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("mon")]
    [InlineData("08:30-18:00")]
    [InlineData("mon 8:30-18:00")]
    [InlineData("fri-mon 08:30-18:00")]
    [InlineData("mon 08:30-08:30")]
    [InlineData("mon 24:00-06:00")]
    [InlineData("mon-tue-wed 08:30-18:00")]
    [InlineData("mon 08:30-18:00,")]
    public void WhatIsNoWindowIsNone(string text) => Assert.Null(DeliveryWindows.Parse(text, TimeSpan.Zero));

    private static DateTimeOffset In(string text) => new(DateTime.Parse(text, CultureInfo.InvariantCulture), TimeSpan.FromHours(8));
}
