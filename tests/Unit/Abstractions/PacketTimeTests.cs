using System.Globalization;
using MinerFlow.Abstractions;
using Xunit;

namespace MinerFlow.Unit.Abstractions;

public sealed class PacketTimeTests
{
    [Theory]
    [InlineData(0L, 0)]
    [InlineData(-1L, 0)]
    [InlineData(1_769_874_399_123_456_789L, 480)]
    [InlineData(1_769_874_399_000_001_999L, -210)]
    [InlineData(1_709_164_800_000_000_000L, 840)]
    [InlineData(-62_135_596_800_000_000L, -720)]
    [InlineData(long.MaxValue, 840)]
    public void AMomentIsWrittenAsTheFrameworkWritesIt(long nanoseconds, int offsetMinutes)
    {
        var offset = TimeSpan.FromMinutes(offsetMinutes);
        var moment = new PacketTime(nanoseconds);
        var expected = moment.ToDateTimeOffset().ToOffset(offset).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);
        Assert.Equal(expected, moment.ToIso8601(offset));
        Assert.Equal(PacketTime.Iso8601Length, expected.Length);
    }

    [Fact]
    public void MomentsOfCenturiesAreWrittenAsTheFrameworkWritesThem()
    {
        var random = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            var moment = PacketTime.From(new DateTimeOffset(random.NextInt64(DateTimeOffset.UnixEpoch.AddYears(-200).Ticks, DateTimeOffset.UnixEpoch.AddYears(280).Ticks), TimeSpan.Zero));
            var offset = TimeSpan.FromMinutes(random.Next(-840, 841));
            var expected = moment.ToDateTimeOffset().ToOffset(offset).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);
            Assert.Equal(expected, moment.ToIso8601(offset));
        }
    }
}
