using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>The words of <c>minerflow push</c>, one instance for each language.</summary>
internal sealed record PushTexts
{
    public static readonly PushTexts English = new()
    {
        Problems = ProblemTexts.English,
        Verb = "Packages for recipients: queue, send, see what became of them",
        Queue = "Make forms of a snapshot and queue them as one package; nothing goes in clear without a release",
        Corrections = "Queue a letter to everybody who got something that turned out to be wrong",
        Send = "Send what waits, each destination in its order",
        Receipts = "Pick up what recipients said",
        List = "Packages that wait, or wait for a person",
        Log = "Every attempt to deliver a package",
        Retry = "Try a package again at once, after what was wrong was changed",
        GiveUp = "A package does not go, and those behind it may",
        Resume = "Say which number a recipient has last, after a restore: the next package gets a higher one",
        Last = "The last number that the recipient has; 0 for none",
        Resumed = "the next package to {0} gets the number {1}",
        Test = "Check the files of destinations and try each without leaving anything behind",
        TestName = "Only this destination",
        Snapshot = "Number of the snapshot, taken of this list alone",
        To = "Name of the destination",
        OnlyTo = "Only this destination (default: all)",
        Release = "Number of the release under which people are shown in clear",
        Form = "Only this form (default: all); see rules/forms/forms.csv",
        Csv = "A CSV file beside each sheet, in this character set",
        Destinations = "Folder with one NAME.yaml for each destination (default: /etc/minerflow/destinations)",
        Sign = "Sign the manifest with this private key (PEM, P-256 or SM2)",
        Once = "One round; what fails is left to the next",
        All = "Also those that went, were stopped or given up",
        AllReceipts = "All receipts in the ledger, not only new ones",
        Format = "Table for people, or one JSON object a line (default: table)",
        CutOff = "cut off, or under way",
        NoDestination = "there is no destination {0} in {1}",
        OtherLists = "snapshot {0} is not of list {1} alone; take one with report snapshot --batch {1}",
        NoBatchOfRelease = "the list of the snapshot has no release {0}",
        NoWayTo = "no destination leads to {0}: tell them of correction {1} by another way",
        Blocked = "{0}: package {1} waits for a person and those behind it with it: {2}",
        Stopped = "{0}: {1} packages were stopped, they may not go any more",
        NotDelivered = "package {0} did not arrive at {1}: {2}",
        NoReceipts = "{0}: receipts could not be picked up: {1}",
        Columns = ["package", "destination", "number", "state", "recipient", "list", "release", "correction", "queued", "by", "attempts", "next attempt", "problem", "withdrawal", "identity"],
        AttemptColumns = ["at", "by", "outcome", "seen"],
        SentColumns = ["package", "destination", "number", "outcome", "seen"],
        ReceiptColumns = ["destination", "package", "accepted", "text", "received", "source", "identity"],
        TestColumns = ["destination", "step", "ok", "seen"],
    };

    public static readonly PushTexts Chinese = new()
    {
        Problems = ProblemTexts.Chinese,
        Verb = "报送通道:排队、发送、查看送达情况",
        Queue = "据快照生成表格并作为一个包排队;未经解除脱敏批准不得发送明文",
        Corrections = "向收到过有误结论的各接收方排队发送更正通知",
        Send = "按各通道顺序发送待发包",
        Receipts = "收取接收方回执",
        List = "待发及待人工处理的包",
        Log = "某个包的全部发送记录",
        Retry = "问题排除后立即重试某个包",
        GiveUp = "放弃某个包,其后的包可继续发送",
        Resume = "台账恢复后说明接收方已收到的最后序号,其后的包从更大的序号开始",
        Last = "接收方已收到的最后序号;没有则为 0",
        Resumed = "发往 {0} 的下一个包序号为 {1}",
        Test = "检查各通道配置并试连,不留下任何内容",
        TestName = "只检查该通道",
        Snapshot = "快照编号,快照须只含该清单",
        To = "通道名称",
        OnlyTo = "只限该通道(默认全部)",
        Release = "解除脱敏批准编号,据此以明文显示人员",
        Form = "只生成该表(默认全部),见 rules/forms/forms.csv",
        Csv = "每个表另附一份 CSV,采用该字符集",
        Destinations = "通道配置目录,每个通道一个 NAME.yaml(默认 /etc/minerflow/destinations)",
        Sign = "用此私钥(PEM,P-256 或 SM2)对清单文件签名",
        Once = "只发送一轮,失败的留待下次",
        All = "包括已送达、已停发、已放弃的包",
        AllReceipts = "台账中的全部回执,而非仅新回执",
        Format = "表格,或每行一个 JSON 对象(默认 table)",
        CutOff = "中断或进行中",
        NoDestination = "{1} 中没有通道 {0}",
        OtherLists = "快照 {0} 并非只含清单 {1};请用 report snapshot --batch {1} 另取快照",
        NoBatchOfRelease = "快照所含清单没有解除脱敏批准 {0}",
        NoWayTo = "没有通往 {0} 的通道:更正 {1} 须另行通知",
        Blocked = "{0}:包 {1} 待人工处理,其后的包一并等待:{2}",
        Stopped = "{0}:{1} 个包已停发,不得再发送",
        NotDelivered = "包 {0} 未送达 {1}:{2}",
        NoReceipts = "{0}:无法收取回执:{1}",
        Columns = ["包", "通道", "序号", "状态", "接收方", "清单", "批准编号", "更正", "排队时间", "排队人", "次数", "下次发送", "问题", "撤回", "标识"],
        AttemptColumns = ["时间", "发送人", "结果", "情况"],
        SentColumns = ["包", "通道", "序号", "结果", "情况"],
        ReceiptColumns = ["通道", "包", "接受", "回执内容", "收到时间", "来源", "标识"],
        TestColumns = ["通道", "步骤", "通过", "情况"],
    };

    /// <summary>Says what other rooms found wrong.</summary>
    public required ProblemTexts Problems { get; init; }

    public required string Verb { get; init; }

    public required string Queue { get; init; }

    public required string Corrections { get; init; }

    public required string Send { get; init; }

    public required string Receipts { get; init; }

    public required string List { get; init; }

    public required string Log { get; init; }

    public required string Retry { get; init; }

    public required string GiveUp { get; init; }

    public required string Resume { get; init; }

    public required string Last { get; init; }

    /// <summary>{0} destination, {1} number.</summary>
    public required string Resumed { get; init; }

    public required string Test { get; init; }

    public required string TestName { get; init; }

    public required string Snapshot { get; init; }

    public required string To { get; init; }

    public required string OnlyTo { get; init; }

    public required string Release { get; init; }

    public required string Form { get; init; }

    public required string Csv { get; init; }

    public required string Destinations { get; init; }

    public required string Sign { get; init; }

    public required string Once { get; init; }

    public required string All { get; init; }

    public required string AllReceipts { get; init; }

    public required string Format { get; init; }

    /// <summary>Word for an attempt without an outcome.</summary>
    public required string CutOff { get; init; }

    /// <summary>{0} name, {1} folder.</summary>
    public required string NoDestination { get; init; }

    /// <summary>{0} snapshot, {1} list.</summary>
    public required string OtherLists { get; init; }

    /// <summary>{0} number.</summary>
    public required string NoBatchOfRelease { get; init; }

    /// <summary>{0} recipient, {1} correction.</summary>
    public required string NoWayTo { get; init; }

    /// <summary>{0} destination, {1} package, {2} why.</summary>
    public required string Blocked { get; init; }

    /// <summary>{0} destination, {1} how many.</summary>
    public required string Stopped { get; init; }

    /// <summary>{0} package, {1} destination, {2} what was seen.</summary>
    public required string NotDelivered { get; init; }

    /// <summary>{0} destination, {1} why.</summary>
    public required string NoReceipts { get; init; }

    /// <summary>Of packages.</summary>
    public required string[] Columns { get; init; }

    /// <summary>Of attempts.</summary>
    public required string[] AttemptColumns { get; init; }

    /// <summary>Of what was sent.</summary>
    public required string[] SentColumns { get; init; }

    /// <summary>Of receipts.</summary>
    public required string[] ReceiptColumns { get; init; }

    /// <summary>Of steps.</summary>
    public required string[] TestColumns { get; init; }

    public static PushTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;
}
