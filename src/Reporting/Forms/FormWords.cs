using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Reporting.Forms;

/// <summary>The words of the regulator's forms. They are Chinese in every language of the program: that is what the forms are filled in.</summary>
internal static class FormWords
{
    public const string Yes = "是";
    public const string No = "否";

    /// <summary>In place of somebody whose data was deleted as the law demands.</summary>
    public const string Deleted = "(已依规删除)";

    public static string Of(bool value) => value ? Yes : No;

    public static string Of(RowAnswer answer) => answer switch
    {
        RowAnswer.Located => "已定位",
        RowAnswer.Ambiguous => "不唯一",
        RowAnswer.None => "无记录",
        RowAnswer.Insufficient => "信息不足",
        RowAnswer.NotOurs => "非本网",
        RowAnswer.BadFormat => "格式错误",
        RowAnswer.Duplicate => "重复",
        _ => "未核查",
    };

    public static string Of(Judgement judgement) => judgement switch
    {
        Judgement.ActiveMining => "主动挖矿",
        Judgement.Infected => "被控木马",
        Judgement.VisitOnly => "仅访问网站",
        Judgement.FalsePositive => "疑似误报",
        _ => "无法判定",
    };

    public static string Of(CaseState state) => state switch
    {
        CaseState.Lead => "线索",
        CaseState.Verifying => "核实",
        CaseState.Reviewing => "复核",
        CaseState.Handling => "处置",
        CaseState.AwaitingProof => "待验证",
        CaseState.Observing => "观察期",
        CaseState.Cleared => "已清零",
        CaseState.Relapsed => "复发",
        _ => "已排除",
    };

    public static string Of(CaseMeasure measure) => measure switch
    {
        CaseMeasure.Notice => "告知",
        CaseMeasure.Interview => "约谈",
        CaseMeasure.MalwareRemoved => "清除木马",
        CaseMeasure.Suspended => "暂停接入",
        CaseMeasure.Terminated => "终止服务",
        _ => "移交",
    };

    public static string Of(SiteKind site) => site switch
    {
        SiteKind.DataCentreTenant => "数据中心租户",
        SiteKind.Mine => "矿场",
        _ => "",
    };

    public static string Of(OwnView view) => view switch
    {
        OwnView.Seen => "探针已见挖矿",
        OwnView.SeenWithoutMining => "探针见该地址,未见挖矿",
        OwnView.SeenAtAnotherTime => "探针在其他时间见挖矿",
        OwnView.NotSeen => "探针正常,未见",
        _ => "该时段无探针覆盖",
    };

    public static string Of(TierReason reason) => reason switch
    {
        TierReason.Increase => "“挖矿”行为增加",
        TierReason.Unseen => "不能有效监测发现问题",
        TierReason.KeyUncleared => "重点IP地址不能清零",
        _ => "清零后复发",
    };

    public static string Tier(int tier) => tier switch { 1 => "一类", 2 => "二类", 3 => "三类", _ => "" };

    /// <summary>Kind of an address pool in the inventory, as a way of access.</summary>
    public static string? Access(string? kind) => kind switch
    {
        null or "" or "unknown" => null,
        "static" or "line" => "专线/固定地址",
        "dynamic" => "拨号(公网地址)",
        "idc" => "数据中心",
        _ when kind.StartsWith("cgn", StringComparison.Ordinal) => "拨号(地址转换)",
        _ when kind.StartsWith("ipv6", StringComparison.Ordinal) => "拨号(IPv6)",
        _ => kind,
    };
}
