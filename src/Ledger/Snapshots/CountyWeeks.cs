using System.Globalization;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Ledger.Snapshots;

/// <summary>Judges the counties by the week of a snapshot: 一类 for what goes well, 二类 for what does not, 三类 for what has not gone well for weeks.</summary>
public static class CountyWeeks
{
    /// <param name="head">The snapshot being taken.</param>
    /// <param name="regions">Counties that are judged whether anything happened in them or not: code and name.</param>
    /// <param name="cases">All cases.</param>
    /// <param name="answers">Answers to the lists of the snapshot.</param>
    /// <param name="earlier">What earlier snapshots said; of several of one week the last one counts.</param>
    public static IReadOnlyList<CountyWeek> Judge(
        SnapshotHead head,
        IReadOnlyList<(string Code, string Name)> regions,
        IReadOnlyCollection<CaseLine> cases,
        IEnumerable<AnswerLine> answers,
        IReadOnlyCollection<CountyWeek> earlier)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(regions);
        ArgumentNullException.ThrowIfNull(cases);
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentNullException.ThrowIfNull(earlier);
        var from = WeekStart(head.TakenAt);
        var received = head.Batches.Where(batch => batch.ReceivedAt >= from).Select(batch => batch.Id).ToHashSet(StringComparer.Ordinal);
        var counts = new Dictionary<string, Counts>(StringComparer.Ordinal);
        foreach (var (code, name) in regions)
        {
            counts[code] = new Counts(name);
        }

        foreach (var answer in answers)
        {
            Of(answer.RegionCode, answer.Region).Add(answer, received);
        }

        foreach (var @case in cases)
        {
            Of(@case.RegionCode, @case.Region).Add(@case, head, from);
        }

        return [.. counts.Select(pair => Judge(pair.Key, pair.Value, head, earlier))];

        Counts Of(string? code, string? name)
        {
            if (!counts.TryGetValue(code ?? "", out var found))
            {
                counts[code ?? ""] = found = new Counts(name ?? Undecided);
            }

            return found;
        }
    }

    /// <summary>待定: the region of rows and cases that have none.</summary>
    public const string Undecided = "待定";

    /// <summary>Monday 00:00 of the week, in the offset of the moment.</summary>
    public static DateTimeOffset WeekStart(DateTimeOffset at) => new(at.Date.AddDays(-(((int)at.DayOfWeek + 6) % 7)), at.Offset);

    /// <summary>Week of ISO 8601: <c>2022-W14</c>.</summary>
    public static string WeekOf(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(at.Date):d4}-W{ISOWeek.GetWeekOfYear(at.Date):d2}");

    private static CountyWeek Judge(string code, Counts counts, SnapshotHead head, IReadOnlyCollection<CountyWeek> earlier)
    {
        var reasons = counts.Reasons(head.Profile);
        var before = WeeksBefore(code, head.TakenAt, earlier);
        var weeks = reasons.Count > 0 ? before + 1 : 0;
        var tier = reasons.Count == 0 ? 1 : before >= head.Profile.WeeksToThirdTier ? 3 : 2;
        var warned = tier == 2 && weeks >= head.Profile.WeeksToThirdTier ? 3 : tier == 1 && counts.KeyOpen > 0 ? 2 : 0;
        return counts.Week(code, WeekOf(head.TakenAt)) with { Tier = tier, WeeksInARow = weeks, Reasons = reasons, WarnedTier = warned };
    }

    /// <summary>Weeks just before this one that ended above the first class. A week without a snapshot ends the row: nobody knows how it was.</summary>
    private static int WeeksBefore(string code, DateTimeOffset at, IReadOnlyCollection<CountyWeek> earlier)
    {
        var weeks = 0;
        while (earlier.LastOrDefault(week => week.RegionCode == code && week.Week == WeekOf(at.AddDays(-7 * (weeks + 1)))) is { Tier: > 1 })
        {
            weeks++;
        }

        return weeks;
    }

    private sealed class Counts(string name)
    {
        private int _openBefore;
        private int _open;
        private int _keyOverdue;
        private int _opened;
        private int _cleared;
        private int _relapsed;
        private int _listed;
        private int _seen;

        public int KeyOpen { get; private set; }

        public void Add(AnswerLine answer, HashSet<string> received)
        {
            if (answer.Judgement?.IsMining() == true && received.Contains(answer.Batch))
            {
                _listed++;
                _seen += answer.OwnView == OwnView.Seen ? 1 : 0;
            }
        }

        public void Add(CaseLine @case, SnapshotHead head, DateTimeOffset from)
        {
            _openBefore += @case.WasOpen(from.AddTicks(-1)) ? 1 : 0;
            _opened += @case.ConfirmedAt >= from ? 1 : 0;
            _cleared += @case.ClearedAt >= from ? 1 : 0;
            _relapsed += @case.RelapsedAt >= from ? 1 : 0;
            if (!@case.IsOpen)
            {
                return;
            }

            _open++;
            if (@case.IsKey)
            {
                KeyOpen++;
                var since = @case.RelapsedAt ?? @case.ConfirmedAt;
                _keyOverdue += since?.AddDays(head.Profile.DaysToClear) < head.TakenAt ? 1 : 0;
            }
        }

        public List<TierReason> Reasons(ReportingProfile profile)
        {
            var reasons = new List<TierReason>();
            if (_open > _openBefore)
            {
                reasons.Add(TierReason.Increase);
            }

            if (_listed >= profile.LeastListedForRecall && _seen < profile.LeastRecall * _listed)
            {
                reasons.Add(TierReason.Unseen);
            }

            if (_keyOverdue > 0)
            {
                reasons.Add(TierReason.KeyUncleared);
            }

            if (_relapsed > 0)
            {
                reasons.Add(TierReason.Relapse);
            }

            return reasons;
        }

        public CountyWeek Week(string code, string week) => new(code, name, week)
        {
            Tier = 1,
            WeeksInARow = 0,
            OpenBefore = _openBefore,
            Open = _open,
            KeyOpen = KeyOpen,
            KeyOverdue = _keyOverdue,
            Opened = _opened,
            Cleared = _cleared,
            Relapsed = _relapsed,
            Listed = _listed,
            SeenByUs = _seen,
        };
    }
}
