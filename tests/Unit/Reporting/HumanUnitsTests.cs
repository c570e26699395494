using MinerFlow.Abstractions;
using MinerFlow.Reporting.HitLists;
using Xunit;

namespace MinerFlow.Unit.Reporting;

public sealed class HumanUnitsTests
{
    [Theory]
    [InlineData(0, "0.00 H/s")]
    [InlineData(9.1e12, "9.10 TH/s")]
    [InlineData(999.6, "1.00 kH/s")]
    [InlineData(12_345, "12.3 kH/s")]
    [InlineData(123_456, "123 kH/s")]
    [InlineData(6e20, "600 EH/s")]
    public void RatesHaveThreeDigitsAndAPrefix(double rate, string text) => Assert.Equal(text, HumanUnits.Rate(rate, "H/s"));

    [Fact]
    public void ARateStandsBesideItsError() => Assert.Equal("9.12 TH/s ±9%", HumanUnits.Rate(Sample.Event().Hashrate!));

    [Theory]
    [InlineData(8, 0, "UTC+8")]
    [InlineData(5, 30, "UTC+5:30")]
    [InlineData(-3, -30, "UTC-3:30")]
    [InlineData(0, 0, "UTC")]
    public void ZonesAreWrittenAsTheFormsDo(int hours, int minutes, string zone) => Assert.Equal(zone, HumanUnits.Zone(new TimeSpan(hours, minutes, 0)));

    [Fact]
    public void AnIntervalDoesNotRepeatTheDay()
    {
        Assert.Equal("2026-11-22 08:00:00–09:00:00", HumanUnits.Interval(Sample.Start, Sample.End, Sample.Offset));
        Assert.Equal("2026-11-22 08:00:00", HumanUnits.Interval(Sample.Start, Sample.Start, Sample.Offset));
        Assert.Equal("", HumanUnits.Moment(PacketTime.None, Sample.Offset));
    }

    [Theory]
    [InlineData(1_023, "1023 B")]
    [InlineData(1_536, "1.50 KiB")]
    public void BytesHaveBinaryPrefixes(double bytes, string text) => Assert.Equal(text, HumanUnits.Bytes(bytes));
}
