using MinerFlow.Abstractions;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Snapshots;

namespace MinerFlow.Reporting.Forms;

/// <summary>All rows that column sets, documents and templates can show of a snapshot, by name.</summary>
internal static class FormCatalogue
{
    public static readonly IReadOnlyDictionary<string, IFormRows> Rows = new IFormRows[]
    {
        AnswerFields.Rows("answer", source => source.Snapshot.Answers),
        AnswerFields.Rows("unresolved", source => source.Snapshot.Answers.Where(line => line.Answer is not (RowAnswer.Located or RowAnswer.NotOurs or RowAnswer.Duplicate))),
        // What turned out to be none is no entry of a ledger of miners.
        CaseFields.Rows("case", source => source.Snapshot.Cases.Where(line => line.State != CaseState.Dismissed)),
        CountyFields.Rows("county", source => [.. source.Figures.Counties, source.Figures.Total]),
        CountyFields.Rows("total", source => [source.Figures.Total]),
        CountyFields.Rows("tier1", source => source.Figures.Counties.Where(county => county.IsNamed && county.Week.Tier == 1)),
        CountyFields.Rows("tier2", source => source.Figures.Counties.Where(county => county.IsNamed && county.Week.Tier == 2)),
        CountyFields.Rows("tier3", source => source.Figures.Counties.Where(county => county.IsNamed && county.Week.Tier == 3)),
        CountyFields.Rows("warned2", source => source.Figures.Counties.Where(county => county.IsNamed && county.Week.WarnedTier == 2)),
        CountyFields.Rows("warned3", source => source.Figures.Counties.Where(county => county.IsNamed && county.Week.WarnedTier == 3)),
        // Contacts are named for this very purpose: they are shown as they are.
        new RegisterRows(
            "contacts", ("单位", null), ("县区", null), ("姓名", null), ("职务", null), ("职责", null), ("手机", null), ("座机", null), ("邮箱", null), ("备用联系人", null)),
        new RegisterRows(
            "sites", ("网站", null), ("IP", null), ("接入位置", null), ("备案号", null), ("内容类型", null), ("发现方式", null), ("证据摘要", null), ("处置", null), ("上报时间", null), ("回执", null)),
        new RegisterRows(
            "corrections", ("批次号", null), ("原表行号", null), ("IP地址", null), ("核查时间段", null), ("申诉人", Masking.Name), ("申诉时间", null), ("原结论", null), ("更正为", null),
            ("更正原因", null), ("核查人", null), ("复核人", null), ("已通知单位", null), ("通知时间", null)),
        new RegisterRows(
            "referrals", ("案件编号", null), ("移送单位", null), ("接收单位", null), ("接收人", null), ("移送字段", null), ("法律依据", null), ("文号", null), ("移送时间", null),
            ("批准人", null), ("回执", null), ("反馈", null)),
    }.ToDictionary(rows => rows.Name, StringComparer.Ordinal);

    /// <summary>Splits <c>answer.address</c>; null when there are no such rows or they have no such field.</summary>
    public static (IFormRows Rows, string Field)? Find(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && Rows.TryGetValue(name[..dot], out var rows) && rows.Has(name[(dot + 1)..]) ? (rows, name[(dot + 1)..]) : null;
    }

    /// <summary>What is wrong with a name that <see cref="Find"/> does not know, and what would be right.</summary>
    public static Sentence Unknown(string name)
    {
        var prefix = name.Split('.')[0];
        return Rows.TryGetValue(prefix, out var rows)
            ? (Sentence)$"'{name}' is no field; {prefix} has {string.Join(", ", rows.Fields)}."
            : $"'{name}' is no field; a field begins with one of {string.Join(", ", Rows.Keys)} and a dot.";
    }
}
