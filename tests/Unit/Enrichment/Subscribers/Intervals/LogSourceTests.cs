using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using Xunit;

namespace MinerFlow.Unit.Enrichment.Subscribers.Intervals;

public sealed class LogSourceTests
{
    // 2022-04-08T00:00:00Z
    private const long Day = 1_649_376_000;

    [Fact]
    public void TwelveSilentMinutesOfABusyLogAreAGap()
    {
        var coverage = new LogCoverage();
        for (var second = 0; second < 86_400; second += 20)
        {
            if (second is < 3 * 3600 or >= (3 * 3600) + 720)
            {
                coverage.Saw(At(second));
            }
        }

        var gap = Assert.Single(coverage.Gaps());
        Assert.InRange(gap.From.SecondsSince(At(3 * 3600)), -60, 0);
        Assert.InRange(gap.To.SecondsSince(At((3 * 3600) + 720)), 0, 60);
        Assert.False(coverage.Covers(At((3 * 3600) + 300), At((3 * 3600) + 301)));
        Assert.True(coverage.Covers(At(4 * 3600), At(20 * 3600)));
        Assert.False(coverage.Covers(At(86_300), At(86_500)));
    }

    [Fact]
    public void SilencesOfAQuietLogAreNoGaps()
    {
        var coverage = new LogCoverage();
        var random = new Random(7);
        for (var second = 0; second < 7 * 86_400; second += random.Next(1, 3600))
        {
            coverage.Saw(At(second));
        }

        Assert.Empty(coverage.Gaps());
    }

    [Fact]
    public void ChanceMakesNoGaps()
    {
        // Two lines a minute on average, for a week: the longest silences that come about by chance are no gaps.
        var coverage = new LogCoverage();
        var random = new Random(11);
        for (var second = 0; second < 7 * 86_400; second++)
        {
            if (random.Next(30) == 0)
            {
                coverage.Saw(At(second));
            }
        }

        Assert.Empty(coverage.Gaps());
    }

    [Fact]
    public void LinesOutOfOrderAndKeptHoursGiveTheSameGaps()
    {
        var straight = new LogCoverage();
        var shuffled = new LogCoverage();
        var seconds = Enumerable.Range(0, 4000).Select(i => i * 15).Where(second => second is < 9000 or > 12_000).ToArray();
        Array.ForEach(seconds, second => straight.Saw(At(second)));
        new Random(3).Shuffle(seconds);
        Array.ForEach(seconds, second => shuffled.Saw(At(second)));
        var restored = new LogCoverage();
        restored.Restore(straight.First!.Value, straight.Last!.Value, straight.Hours);

        Assert.Single(straight.Gaps());
        Assert.Equal(straight.Gaps(), shuffled.Gaps());
        Assert.Equal(straight.Gaps(), restored.Gaps());
    }

    [Fact]
    public void TheClockIsTheMedianOfEachDay()
    {
        var clock = new LogClock();
        var random = new Random(5);
        for (var i = 0; i < 10_000; i++)
        {
            var day = i < 5000 ? 0 : 1;
            var stated = At((day * 86_400) + (i % 5000 * 10));
            // 90 s slow on the first day, right on the second; one line in fifty was held up for an hour.
            var late = i % 50 == 0 ? 3600 : 0;
            clock.Compare(stated, new PacketTime(stated.UnixNanoseconds + ((((1 - day) * 90) + late) * PacketTime.NanosecondsPerSecond) + random.Next(400_000_000)));
        }

        Assert.InRange(clock.At(At(100)).OffsetMilliseconds, 90_000, 90_400);
        Assert.InRange(clock.At(At(86_400 + 100)).OffsetMilliseconds, 0, 400);
        Assert.InRange(clock.At(At(100)).JitterMilliseconds, 100, 300);
        Assert.Equal(clock.At(At(86_400)), clock.At(At(30 * 86_400)));
        Assert.Equal(default, new LogClock().At(At(0)));
    }

    private static PacketTime At(long second) => PacketTime.FromSeconds(Day + second);
}
