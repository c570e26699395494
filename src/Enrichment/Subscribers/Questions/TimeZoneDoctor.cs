namespace MinerFlow.Enrichment.Subscribers.Questions;

/// <summary>What the doctor proposes.</summary>
/// <param name="Shift">To be added to the times of the list.</param>
/// <param name="MatchRateNow">Share of rows for which somebody is found as the list stands.</param>
/// <param name="MatchRateShifted">The same with the shift.</param>
public sealed record ShiftProposal(TimeSpan Shift, double MatchRateNow, double MatchRateShifted);

/// <summary>
/// Lists come from systems that run in UTC, or were exported by one: all their times are hours off. When with some whole number of hours far more rows find
/// a holder, that shift is proposed. It applies nothing: a person has to say yes.
/// </summary>
public sealed class TimeZoneDoctor(SubscriberDirectory directory)
{
    // Of more rows the rate does not become clearer.
    private const int MostRows = 400;

    // Below this a rate is chance.
    private const int FewestRows = 10;

    // From the westernmost zone to the easternmost.
    private const int MostHours = 14;

    /// <summary>The shift that makes far more rows match; null when none does.</summary>
    public ShiftProposal? Examine(IReadOnlyList<ListedQuestion> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var readable = rows.Where(row => row.Question is not null).ToList();
        var step = Math.Max(1, readable.Count / MostRows);
        var sample = readable.Where((_, number) => number % step == 0).ToList();
        if (sample.Count < FewestRows)
        {
            return null;
        }

        var now = MatchRate(sample, TimeSpan.Zero);
        ShiftProposal? best = null;
        for (var hours = -MostHours; hours <= MostHours; hours++)
        {
            var shift = TimeSpan.FromHours(hours);
            var rate = hours == 0 ? now : MatchRate(sample, shift);
            if (rate > (best?.MatchRateShifted ?? now))
            {
                best = new ShiftProposal(shift, now, rate);
            }
        }

        // Far more: half of the rows that did not match do now, and chance makes no such difference (five standard errors of a share).
        var chance = 5 * Math.Sqrt(Math.Max(now * (1 - now), 1.0 / sample.Count) / sample.Count);
        return best is not null && best.MatchRateShifted - now >= Math.Max(chance, (1 - now) / 2) ? best : null;
    }

    private double MatchRate(List<ListedQuestion> sample, TimeSpan shift) =>
        sample.Count(row => directory.Answer(row.Shift(shift).Question!).CandidateCount > 0) / (double)sample.Count;
}
