using System.Globalization;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;
using MinerFlow.Reporting.Intake.Texts;

namespace MinerFlow.Reporting.Forms;

/// <summary>备注: sentences that say why something is as it is.</summary>
internal static class FormRemarks
{
    /// <summary>Why nobody is named, and what the list itself said where it may be shown.</summary>
    public static string Of(FormSource source, AnswerLine line)
    {
        var parts = new List<string>();
        if (line.Answer == RowAnswer.Duplicate && line.SameAs is { } same)
        {
            parts.Add($"与第 {same.Row} 行相同,见该行");
        }

        parts.AddRange(line.Problems.Select(Sentence).Distinct(StringComparer.Ordinal));
        if (line.Reason is { } reason)
        {
            parts.Add(WithoutQuestion(reason));
        }

        if (source.RemarkOf(line) is { } remark)
        {
            parts.Add($"原备注:{remark}");
        }

        return string.Join(";", parts);
    }

    public static string Of(CaseLine line)
    {
        var parts = new List<string>();
        if (line.Judgement == Judgement.Infected)
        {
            parts.Add("被控(受害),应通知用户清除");
        }

        if (line.IsOpen && line.MonthsUncleared > 0)
        {
            parts.Add($"已 {line.MonthsUncleared} 个月未清零");
        }

        return string.Join(";", parts);
    }

    /// <summary>清零验证方式: whose silence proves it, in which days.</summary>
    public static string? Proof(CaseLine line) => line.ObservationDays is { } days
        ? $"观察 {days} 天内无挖矿证据,且{(line.ObservationSources.Count > 0 ? string.Join("、", line.ObservationSources) : "探针与日志")}全程正常{(line.State == CaseState.Observing ? "(观察中)" : "")}"
        : null;

    public static string Reasons(CountyWeek week) => string.Join(";", week.Reasons.Select(reason => reason switch
    {
        TierReason.Increase => $"{FormWords.Of(reason)}(未清零 {week.OpenBefore} 增至 {week.Open})",
        TierReason.Unseen => $"{FormWords.Of(reason)}(下发 {week.Listed} 个,自有探针发现 {week.SeenByUs} 个)",
        TierReason.KeyUncleared => $"{FormWords.Of(reason)}(逾期 {week.KeyOverdue} 个)",
        _ => $"{FormWords.Of(reason)}({week.Relapsed} 个)",
    }));

    public static string? Warning(CountyWeek week, ReportingProfile profile) => week.WarnedTier switch
    {
        3 => $"已连续 {week.WeeksInARow} 周列入二类,下周仍不能有效治理将列入三类",
        2 => $"尚有重点 {week.KeyOpen} 个未清零,自确认起满 {profile.DaysToClear} 天仍未清零将列入二类",
        _ => null,
    };

    public static string Of(CountyWeek week, ReportingProfile profile) =>
        string.Join(";", new[] { Reasons(week), Warning(week, profile) is { } warning ? $"预警:{warning}" : "" }.Where(text => text.Length > 0));

    private static string Sentence(RowProblem problem) =>
        string.Format(CultureInfo.InvariantCulture, IntakeTexts.Chinese.Kinds[problem.Kind].What, [problem.Found, .. problem.Values, "", "", ""]);

    /// <summary>An explanation begins with address and time, which stand in columns of their own.</summary>
    private static string WithoutQuestion(string explanation)
    {
        var end = explanation.IndexOf("）：", StringComparison.Ordinal);
        return end < 0 ? explanation : explanation[(end + 2)..];
    }
}
