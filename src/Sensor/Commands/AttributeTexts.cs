using MinerFlow.Reporting.Texts;

namespace MinerFlow.Sensor.Commands;

/// <summary>Words of <c>minerflow attribute</c>.</summary>
internal sealed record AttributeTexts
{
    public required string Verb { get; init; }

    public required string Address { get; init; }

    public required string Port { get; init; }

    public required string Protocol { get; init; }

    public required string At { get; init; }

    public required string To { get; init; }

    public required string Precision { get; init; }

    public required string Batch { get; init; }

    public required string Inventory { get; init; }

    public required string Store { get; init; }

    public required string StoreKeys { get; init; }

    /// <summary>{0} option.</summary>
    public required string StoreOrFiles { get; init; }

    public required string Radius { get; init; }

    public required string NatLog { get; init; }

    public required string Dhcp { get; init; }

    public required string Subscribers { get; init; }

    public required string Findings { get; init; }

    public required string ClockSkew { get; init; }

    public required string TimeZone { get; init; }

    public required string LogTimeZone { get; init; }

    public required string TimeShift { get; init; }

    public required string Output { get; init; }

    public required string Format { get; init; }

    public required string OneQuestion { get; init; }

    /// <summary>{0} option, {1} value.</summary>
    public required string BadAddress { get; init; }

    public required string BadTime { get; init; }

    public required string BadProtocol { get; init; }

    /// <summary>{0} shift, {1} match rate now, {2} with the shift.</summary>
    public required string Proposal { get; init; }

    /// <summary>{0} questions, {1} unique, {2} ambiguous, {3} none, {4} insufficient, {5} others.</summary>
    public required string Summary { get; init; }

    /// <summary>{0} device, {1} milliseconds.</summary>
    public required string ClockOff { get; init; }

    public static AttributeTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;

    private static readonly AttributeTexts English = new()
    {
        Verb = "Say which subscriber was behind an address at a time, or why it cannot be said",
        Address = "Address to ask about, IPv4 or IPv6",
        Port = "Source port of the flow; needed where subscribers share the address",
        Protocol = "Transport of the flow",
        At = "Time, such as 2022-04-07T21:03+08:00; a date means the whole day, minutes the whole minute",
        To = "Last time, when a span is asked",
        Precision = "How exact the time is, when its digits promise more",
        Batch = "Questions as CSV: IP地址,源端口,协议,发现时间 or ip,port,proto,at",
        Inventory = "Own prefixes and how their addresses are given out, CSV; repeatable",
        Store = "Interval store that minerflow ingest filled, instead of log files",
        StoreKeys = "Folder of the store's keys (default: the store's name with .keys behind it)",
        StoreOrFiles = "{0} holds the logs: take --radius, --nat-log and --dhcp into it with minerflow ingest, or leave it out",
        Radius = "RADIUS accounting: FreeRADIUS detail, or radacct as .csv; repeatable",
        NatLog = "NAT log and its profile in rules/nat-logs, such as huawei:cgn01.log; repeatable",
        Dhcp = "DHCP leases: ISC dhcpd.leases, Kea lease CSV or forensic log; repeatable",
        Subscribers = "Register of static lines or subscriber master, CSV; repeatable",
        Findings = "Findings of our own sensor (replay --format jsonl): fill missing ports; repeatable",
        ClockSkew = "Seconds that clocks may be apart of which nothing is known (default 2)",
        TimeZone = "Offset from UTC of times that name none, and of times shown (default +08:00)",
        LogTimeZone = "Offset from UTC of NAT log lines that name none (default: the profile's)",
        TimeShift = "Confirms a shift of the questions' times, such as the one proposed; +00:00 confirms that they are right",
        Output = "Write to a file instead of standard output",
        Format = "One JSON object a line, or sentences (default: json)",
        OneQuestion = "ask either one question (--ip and --at) or a list (--batch)",
        BadAddress = "{0} {1}: must be an address, as 203.0.113.9 or 2001:db8::9",
        BadTime = "{0} {1}: must be a time, as 2026-03-02 16:00:00 or 2026-03-02T08:00:00Z",
        BadProtocol = "{0} {1}: must be tcp or udp",
        Proposal = "the times of this list seem to be off: shifted by {0} the share of rows with a holder rises from {1:P0} to {2:P0}. Nothing was shifted and nobody is named; "
            + "say --time-shift {0} if that is right, --time-shift +00:00 if the times are right as they stand",
        Summary = "{0} questions: {1} unique, {2} ambiguous, {3} none, {4} insufficient, {5} not ours or invalid",
        ClockOff = "the clock of {0} is off by {1} ms (or its time zone is wrong): answers are widened by it",
    };

    private static readonly AttributeTexts Chinese = new()
    {
        Verb = "查明某一时刻某地址背后的用户,或说明为何不能确定",
        Address = "要核查的地址,IPv4 或 IPv6",
        Port = "源端口;多个用户共用地址时必须给出",
        Protocol = "传输协议",
        At = "时间,如 2022-04-07T21:03+08:00;只有日期表示全天,只到分钟表示整分钟",
        To = "结束时间(核查一段时间时)",
        Precision = "时间的实际精度(当写出的位数多于实际精度时)",
        Batch = "批量核查 CSV:IP地址,源端口,协议,发现时间,或 ip,port,proto,at",
        Inventory = "自有地址段与地址池清单 CSV,可重复",
        Store = "由 minerflow ingest 入库的区间库,代替日志文件",
        StoreKeys = "区间库密钥目录(默认:库目录名加 .keys)",
        StoreOrFiles = "{0} 已含日志:请用 minerflow ingest 将 --radius、--nat-log、--dhcp 入库,或不使用该选项",
        Radius = "RADIUS 计费:FreeRADIUS detail 文件,或 .csv 的 radacct 表,可重复",
        NatLog = "NAT 日志及其 rules/nat-logs 中的模板,如 huawei:cgn01.log,可重复",
        Dhcp = "DHCP 租约:ISC dhcpd.leases、Kea 租约 CSV 或取证日志,可重复",
        Subscribers = "专线/静态IP台账或用户资料 CSV,可重复",
        Findings = "自有探针的发现(replay --format jsonl),用于补足源端口,可重复",
        ClockSkew = "时钟偏差未知时所容许的秒数(默认 2)",
        TimeZone = "不带时区的时间及所显示时间的 UTC 偏移(默认 +08:00)",
        LogTimeZone = "NAT 日志中不带时区的时间的 UTC 偏移(默认取模板所定)",
        TimeShift = "确认所问时间的平移量,如所建议者;+00:00 表示确认原时间无误",
        Output = "写入文件而不是标准输出",
        Format = "每行一个 JSON 对象,或文字说明(默认 json)",
        OneQuestion = "请给出一个问题(--ip 与 --at),或一份清单(--batch)",
        BadAddress = "{0} {1}:须为地址,如 203.0.113.9 或 2001:db8::9",
        BadTime = "{0} {1}:须为时间,如 2026-03-02 16:00:00 或 2026-03-02T08:00:00Z",
        BadProtocol = "{0} {1}:须为 tcp 或 udp",
        Proposal = "本清单的时间可能有误:平移 {0} 后,能查到用户的行由 {1:P0} 升至 {2:P0}。未作任何平移,也未列出任何用户;若确认请加 --time-shift {0},若原时间无误请加 --time-shift +00:00",
        Summary = "共 {0} 问:唯一 {1},不唯一 {2},无记录 {3},信息不足 {4},非本网或无效 {5}",
        ClockOff = "{0} 的时钟偏差 {1} 毫秒(或时区有误):答案已按此放宽",
    };
}
