using MinerFlow.Reporting.Texts;

namespace MinerFlow.Sensor.Commands;

/// <summary>Words of <c>minerflow intake</c>.</summary>
internal sealed record IntakeCommandTexts
{
    public required string Verb { get; init; }

    public required string File { get; init; }

    public required string Received { get; init; }

    public required string Sender { get; init; }

    public required string DocumentNumber { get; init; }

    public required string Platform { get; init; }

    public required string Deadline { get; init; }

    public required string TimeZone { get; init; }

    public required string Seen { get; init; }

    public required string DateOrder { get; init; }

    public required string DateSystem { get; init; }

    public required string NumberAddresses { get; init; }

    public required string Wildcards { get; init; }

    public required string FillDown { get; init; }

    public required string MostAddresses { get; init; }

    public required string OwnCarrier { get; init; }

    public required string Format { get; init; }

    public required string Rows { get; init; }

    public required string Yes { get; init; }

    /// <summary>{0} file, {1} the ledger's name of the batch.</summary>
    public required string Accepted { get; init; }

    /// <summary>{0} file.</summary>
    public required string NotAccepted { get; init; }

    /// <summary>{0} file.</summary>
    public required string NothingToAccept { get; init; }

    public required string NoFile { get; init; }

    /// <summary>{0} option, {1} value.</summary>
    public required string BadTime { get; init; }

    public static IntakeCommandTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;

    private static readonly IntakeCommandTexts English = new()
    {
        Verb = "Read the regulator's lists of addresses, every problem by its cell",
        File = "Lists: xlsx, xls, csv, text or a zip of these; - for pasted text on standard input",
        Received = "When the list was received (default: now); the time for the answer runs from then",
        Sender = "Who sent the list",
        DocumentNumber = "Number of the letter it came with",
        Platform = "Monitoring platform that found the addresses; batches of one platform are compared",
        Deadline = "When the answer is due, where the letter says so, such as 2022-04-11T11:30",
        TimeZone = "Offset from UTC of times that name none (default +08:00)",
        Seen = "When rows without a time were seen, such as 2022-04-07",
        DateOrder = "Order of dates such as 3/4/22, which are otherwise left open",
        DateSystem = "Day that serial dates count from, in files that do not say it",
        Wildcards = "Confirms that a wildcard for the last part of an address means all of them and is no mask of the sender",
        NumberAddresses = "Confirms that numbers in the column of addresses are addresses",
        FillDown = "Confirms that an empty region means the one above",
        MostAddresses = "Addresses that one cell may ask for (default 256)",
        OwnCarrier = "Our carrier: rows that name another are returned as not ours",
        Format = "A preview for people, or one JSON object a row (default: table)",
        Rows = "Problems shown at most, 0 for all (default 200)",
        Yes = "Store the lists in the ledger, also what is returned; without it nothing is stored",
        Accepted = "{0}: stored as batch {1}",
        NotAccepted = "{0}: nothing was stored; say --yes to accept it",
        NothingToAccept = "{0}: holds no row of a list: a table is wanted whose heading names a column of addresses (IP地址, ip; rules/list-headers.csv has all names)",
        NoFile = "give a list, or - for standard input",
        BadTime = "{0} {1}: is no time; write 2022-04-08T16:17 or 2022-04-08T16:17+08:00",
    };

    private static readonly IntakeCommandTexts Chinese = new()
    {
        Verb = "读取监管部门下发的 IP 核查清单,逐格列出问题",
        File = "清单:xlsx、xls、csv、文本或其 zip 压缩包;- 表示从标准输入粘贴",
        Received = "收到清单的时间(默认为现在),反馈时限由此起算",
        Sender = "下发单位",
        DocumentNumber = "来文文号",
        Platform = "发现这些地址的监测平台;同一平台的各批相互比较",
        Deadline = "来文要求的反馈时限,如 2022-04-11T11:30",
        TimeZone = "不带时区的时间的 UTC 偏移(默认 +08:00)",
        Seen = "没有时间的行的发现时间,如 2022-04-07",
        DateOrder = "3/4/22 之类日期的顺序;不说明则不作判断",
        DateSystem = "文件未说明时,日期序列号的起算年",
        Wildcards = "确认地址末段的通配符指整段地址,而非发送方脱敏",
        NumberAddresses = "确认地址列中的数字就是地址",
        FillDown = "确认空白的县(市、区)沿用上一行",
        MostAddresses = "一格最多展开多少个地址(默认 256)",
        OwnCarrier = "本运营商;写明属于其他运营商的行按非本网退回",
        Format = "供人预览,或每行一个 JSON 对象(默认 table)",
        Rows = "最多显示多少个问题,0 为全部(默认 200)",
        Yes = "入库(含退回的行);不加则只预览,不入库",
        Accepted = "{0}:已入库,批次 {1}",
        NotAccepted = "{0}:未入库;确认请加 --yes",
        NothingToAccept = "{0}:没有清单行:须有表头含 IP 地址列的表(列名见 rules/list-headers.csv)",
        NoFile = "请给出清单文件,或 - 表示标准输入",
        BadTime = "{0} {1}:不是时间,应如 2022-04-08T16:17 或 2022-04-08T16:17+08:00",
    };
}
