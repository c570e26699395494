using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Ledger.Cases;

/// <summary>How a deadline stands.</summary>
public enum DeadlineLight
{
    /// <summary>Done, or the pace is enough.</summary>
    Green,

    /// <summary>At the present pace it will be too late, or nothing has been done and half of the time is over.</summary>
    Amber,

    /// <summary>Over, or less than a tenth of the time is left.</summary>
    Red,
}

/// <summary>The clock of a batch: a week from receipt (一周内核实、清零并反馈), or the hard deadline of its letter, to the minute.</summary>
/// <param name="Due">When the answer is due.</param>
/// <param name="Left">Time left; negative when it is over.</param>
/// <param name="WorkingTimeLeft">Working time in it.</param>
/// <param name="PredictedFinish">When all will be reviewed at the present pace; null when nothing was done yet.</param>
/// <param name="Light">How it stands.</param>
public sealed record TaskClock(DateTimeOffset Due, TimeSpan Left, TimeSpan WorkingTimeLeft, DateTimeOffset? PredictedFinish, DeadlineLight Light)
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <param name="batch">The batch.</param>
    /// <param name="progress">How far it is.</param>
    /// <param name="calendar">Working days.</param>
    /// <param name="now">In the offset that working hours are meant in.</param>
    public static TaskClock Of(TaskBatch batch, BatchProgress progress, WorkCalendar calendar, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(calendar);
        var received = batch.ReceivedAt.ToOffset(now.Offset);
        var due = (batch.Deadline ?? batch.ReceivedAt + Week).ToOffset(now.Offset);
        var finish = Predict(received, progress, calendar, now);
        var left = due - now;
        var light = progress.IsComplete ? DeadlineLight.Green
            : left <= (due - received) / 10 ? DeadlineLight.Red
            : finish > due || (finish is null && left <= (due - received) / 2) ? DeadlineLight.Amber
            : DeadlineLight.Green;
        return new TaskClock(due, left, left > TimeSpan.Zero ? calendar.WorkingTime(now, due) : TimeSpan.Zero, finish, light);
    }

    /// <summary>The working time that one entry took so far, for those that are left.</summary>
    private static DateTimeOffset? Predict(DateTimeOffset received, BatchProgress progress, WorkCalendar calendar, DateTimeOffset now)
    {
        if (progress.IsComplete)
        {
            return now;
        }

        if (progress.Reviewed == 0)
        {
            return null;
        }

        var perEntry = calendar.WorkingTime(received, now) / progress.Reviewed;
        return calendar.After(now, perEntry * (progress.Entries - progress.Reviewed));
    }
}
