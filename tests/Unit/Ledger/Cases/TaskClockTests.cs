using MinerFlow.Abstractions;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;
using MinerFlow.Traffic;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Ledger.Cases;

/// <summary>Deadlines to the minute, with the holidays and make-up workdays of the state.</summary>
public sealed class TaskClockTests : IDisposable
{
    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    /// <summary>When the founding notice was published, and when its answer was due.</summary>
    private static readonly DateTimeOffset Published = new(2022, 4, 8, 16, 17, 0, China);
    private static readonly DateTimeOffset Due = new(2022, 4, 11, 11, 30, 0, China);

    private readonly TempFolder _folder = new();
    private readonly WorkCalendar _shipped = Load(Repository.PathOf("rules", "holidays.csv"), out _);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AWeekendLeavesLittleOfAFridayAfternoon()
    {
        var clock = TaskClock.Of(Batch(Due), new BatchProgress(100, 100, 0, 0, 0, 0), _shipped, Published);

        Assert.Equal((Due, new TimeSpan(67, 13, 0), new TimeSpan(4, 13, 0), (DateTimeOffset?)null), (clock.Due, clock.Left, clock.WorkingTimeLeft, clock.PredictedFinish));
        Assert.Equal(DeadlineLight.Green, clock.Light);
    }

    [Fact]
    public void WithoutAHardDeadlineItIsAWeekToTheMinute()
    {
        var clock = TaskClock.Of(Batch(null), new BatchProgress(100, 0, 100, 0, 0, 0), _shipped, Published.AddDays(6));

        Assert.Equal((Published.AddDays(7), TimeSpan.FromDays(1)), (clock.Due, clock.Left));
        Assert.Equal(DeadlineLight.Amber, clock.Light);
        Assert.Equal(DeadlineLight.Red, TaskClock.Of(Batch(null), new BatchProgress(100, 0, 0, 0, 99, 0), _shipped, Published.AddDays(8)).Light);
        Assert.Equal(DeadlineLight.Green, TaskClock.Of(Batch(null), new BatchProgress(100, 0, 0, 0, 100, 0), _shipped, Published.AddDays(8)).Light);
    }

    [Fact]
    public void ThePaceSoFarTellsWhenItWillBeDone()
    {
        // Until Monday 9:17 two working hours passed (1:13 on Friday, 0:47 on Monday); a tenth was done.
        var clock = TaskClock.Of(Batch(Due), new BatchProgress(100, 0, 90, 0, 10, 0), _shipped, new DateTimeOffset(2022, 4, 11, 9, 17, 0, China));

        // 18 hours: 8:13 on Monday, 9:00 on Tuesday, 0:47 on Wednesday.
        Assert.Equal(new DateTimeOffset(2022, 4, 13, 9, 17, 0, China), clock.PredictedFinish);
        Assert.Equal(DeadlineLight.Red, clock.Light);
        Assert.Equal(DeadlineLight.Amber, TaskClock.Of(Batch(Due.AddDays(1)), new BatchProgress(100, 0, 90, 0, 10, 0), _shipped, new DateTimeOffset(2022, 4, 11, 9, 17, 0, China)).Light);
    }

    [Theory]
    [InlineData("2022-04-05", false)]
    [InlineData("2022-04-02", true)]
    [InlineData("2022-04-09", false)]
    [InlineData("2022-10-08", true)]
    [InlineData("2026-02-14", true)]
    [InlineData("2026-10-07", false)]
    [InlineData("2026-11-23", true)]
    public void HolidaysAndMakeUpWorkdaysAreKnown(string date, bool isWorkday) => Assert.Equal(isWorkday, _shipped.IsWorkday(DateOnly.Parse(date)));

    [Fact]
    public void AYearWhoseHolidaysAreNotKnownCanBeTold()
    {
        Assert.True(_shipped.Knows(2026));
        Assert.False(_shipped.Knows(2031));
        Assert.True(WorkCalendar.Plain.IsWorkday(new DateOnly(2022, 4, 5)));
    }

    [Fact]
    public void EveryMistakeOfTheTableIsNamed()
    {
        Load(_folder.Write("holidays.csv", "date,kind\n2022/4/5,holiday\n2022-04-06,feast\n2022-04-07,holiday\n2022-04-07,workday\n"), out var problems);

        Assert.Equal([2, 3, 5], problems.Select(problem => problem.Line));
        Load(Repository.PathOf("rules", "holidays.csv"), out var shipped);
        Assert.Empty(shipped);
    }

    [Fact]
    public void WorkingTimeAddsUpWhateverTheCut()
    {
        for (var hours = 0; hours < 24 * 10; hours += 7)
        {
            var middle = Published.AddHours(hours);
            var whole = _shipped.WorkingTime(Published, Published.AddDays(10));
            Assert.Equal(whole, _shipped.WorkingTime(Published, middle) + _shipped.WorkingTime(middle, Published.AddDays(10)));
            Assert.Equal(_shipped.WorkingTime(Published, middle), _shipped.WorkingTime(Published, _shipped.After(Published, _shipped.WorkingTime(Published, middle))));
        }
    }

    private static TaskBatch Batch(DateTimeOffset? deadline) => new(1, new ListFile("a.xlsx", 1, "", ""), Published, null, null, null, deadline, Published, "entry");

    private static WorkCalendar Load(string path, out List<Problem> problems)
    {
        problems = [];
        return WorkCalendar.Load(path, problems);
    }
}
