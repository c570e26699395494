using MinerFlow.Reporting.Texts;

namespace MinerFlow.Sensor.Commands;

/// <summary>Words of <c>minerflow task</c>.</summary>
internal sealed record TaskTexts
{
    public required string Verb { get; init; }

    public required string List { get; init; }

    public required string Show { get; init; }

    public required string Propose { get; init; }

    public required string Verify { get; init; }

    public required string Review { get; init; }

    public required string Judgement { get; init; }

    public required string Return { get; init; }

    /// <summary>{0} entries.</summary>
    public required string Proposed { get; init; }

    /// <summary>{0} entries.</summary>
    public required string Verified { get; init; }

    /// <summary>{0} entries.</summary>
    public required string Reviewed { get; init; }

    public required string AskCorrection { get; init; }

    public required string ApproveCorrection { get; init; }

    public required string RefuseCorrection { get; init; }

    public required string Corrections { get; init; }

    public required string CorrectionReason { get; init; }

    public required string RefusalReason { get; init; }

    /// <summary>{0} notices that are due.</summary>
    public required string CorrectionApproved { get; init; }

    /// <summary>{0} year.</summary>
    public required string UnknownHolidays { get; init; }

    /// <summary>Titles of columns by their name in the machine format.</summary>
    public required IReadOnlyDictionary<string, string> Titles { get; init; }

    public static TaskTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;

    private static readonly TaskTexts English = new()
    {
        Verb = "The regulator's lists on their way to an answer",
        List = "All batches with their deadlines",
        Show = "One batch: each entry and how far it is",
        Propose = "Attribute, join and label all entries that nobody has spoken on yet",
        Verify = "Say what entries are; without numbers all that wait for a verifier",
        Review = "Confirm what a verifier said, or send it back; without numbers all that wait for a reviewer",
        Judgement = "ActiveMining, Infected, VisitOnly, FalsePositive or Undeterminable, where it differs from the proposal",
        Return = "Send back to the verifier; needs --reason",
        Proposed = "{0} entries proposed",
        Verified = "{0} entries verified",
        Reviewed = "{0} entries reviewed",
        AskCorrection = "Ask for a correction of an entry that was reviewed, and was wrong; another person has to approve it",
        ApproveCorrection = "Approve a correction that another person asked for: the entry is put right, and everybody who got it will be told",
        RefuseCorrection = "Refuse a correction that another person asked for: the entry stays as it is, and nobody is told",
        Corrections = "All corrections, and why",
        CorrectionReason = "Why it was wrong; stands in the letter to everybody who got it, so name nobody",
        RefusalReason = "Why the entry stays as it is; kept in the house",
        CorrectionApproved = "corrected; {0} notices are due (push corrections)",
        UnknownHolidays = "rules/holidays.csv does not know the holidays of {0}: working time counts weekends only",
        Titles = new Dictionary<string, string>
        {
            ["batch"] = "batch",
            ["file"] = "file",
            ["received"] = "received",
            ["due"] = "due",
            ["left"] = "left",
            ["working_time_left"] = "working time",
            ["predicted_finish"] = "predicted",
            ["light"] = "light",
            ["entries"] = "entries",
            ["silent"] = "silent",
            ["proposed"] = "to verify",
            ["verified"] = "to review",
            ["reviewed"] = "reviewed",
            ["returned_rows"] = "returned rows",
            ["entry"] = "entry",
            ["row"] = "row",
            ["asked"] = "asked",
            ["seen"] = "seen",
            ["state"] = "state",
            ["outcome"] = "outcome",
            ["grade"] = "grade",
            ["subject"] = "subject",
            ["own_view"] = "own sensors",
            ["judgement"] = "judgement",
            ["k1"] = "K1",
            ["k2"] = "K2",
            ["k3"] = "K3",
            ["site"] = "site",
            ["verifier"] = "verifier",
            ["reviewer"] = "reviewer",
            ["correction"] = "correction",
            ["before"] = "before",
            ["reason"] = "reason",
            ["asked_by"] = "asked by",
            ["asked_at"] = "asked",
            ["decided_by"] = "decided by",
            ["decided_at"] = "decided",
            ["refusal"] = "refused because",
        },
    };

    private static readonly TaskTexts Chinese = new()
    {
        Verb = "下发清单的核查任务",
        List = "全部批次及其时限",
        Show = "某一批次:逐条查看进度",
        Propose = "对尚无人工意见的条目溯源、关联自有发现并打标签",
        Verify = "给出核查结论;不写编号则为全部待核查条目",
        Review = "复核确认或退回;不写编号则为全部待复核条目",
        Judgement = "主动挖矿、被控木马、仅访问网站、疑似误报或无法判定(与建议不同时给出)",
        Return = "退回核查员;须写 --reason",
        Proposed = "已给出建议 {0} 条",
        Verified = "已核查 {0} 条",
        Reviewed = "已复核 {0} 条",
        AskCorrection = "对已复核而有误的条目申请更正,须由另一人批准",
        ApproveCorrection = "批准他人申请的更正:条目随即改正,并须通知所有收到过的接收方",
        RefuseCorrection = "驳回他人申请的更正:条目维持原结论,不通知任何接收方",
        Corrections = "全部更正及其原因",
        CorrectionReason = "有误的原因;将写入发给各接收方的更正通知,不得出现姓名等个人信息",
        RefusalReason = "维持原结论的理由,仅内部留存",
        CorrectionApproved = "已更正;待发通知 {0} 份(push corrections)",
        UnknownHolidays = "rules/holidays.csv 没有 {0} 年的节假日:工作时间仅按周末计算",
        Titles = new Dictionary<string, string>
        {
            ["batch"] = "批次",
            ["file"] = "文件",
            ["received"] = "接收时间",
            ["due"] = "时限",
            ["left"] = "剩余",
            ["working_time_left"] = "剩余工作时间",
            ["predicted_finish"] = "预计完成",
            ["light"] = "状态",
            ["entries"] = "条目",
            ["silent"] = "未处理",
            ["proposed"] = "待核查",
            ["verified"] = "待复核",
            ["reviewed"] = "已复核",
            ["returned_rows"] = "退回行",
            ["entry"] = "编号",
            ["row"] = "原表行号",
            ["asked"] = "核查对象",
            ["seen"] = "发现时间",
            ["state"] = "进度",
            ["outcome"] = "核查结果",
            ["grade"] = "可信等级",
            ["subject"] = "主体",
            ["own_view"] = "自有探针",
            ["judgement"] = "研判结论",
            ["k1"] = "区域集中式",
            ["k2"] = "政府国企资源",
            ["k3"] = "比特币",
            ["site"] = "场所",
            ["verifier"] = "核查人",
            ["reviewer"] = "复核人",
            ["correction"] = "更正编号",
            ["before"] = "原结论",
            ["reason"] = "更正原因",
            ["asked_by"] = "申请人",
            ["asked_at"] = "申请时间",
            ["decided_by"] = "决定人",
            ["decided_at"] = "决定时间",
            ["refusal"] = "驳回理由",
        },
    };
}
