using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Reporting.Texts;

namespace MinerFlow.Sensor.Commands;

/// <summary>The words of <c>minerflow rules nat-log try</c>, one instance for each language.</summary>
internal sealed record NatLogTexts
{
    public static readonly NatLogTexts English = new()
    {
        Columns = ["line", "event", "device", "time", "inner", "public", "ports", "protocol", "more"],
        Events = "events",
        Intervals = "intervals",
        Rejected = "not understood",
        IntervalColumns = ["device", "inner", "public", "ports", "protocol", "from", "to", "more"],
        RejectionColumns = ["line", "column", "why", "wanted", "found"],
        Open = "open",
        EstimatedStart = "start estimated",
        EstimatedEnd = "end estimated",
        Any = "any",
        All = "all",
        Summary = "{0} lines: {1} events, {2} passed over, {3} not understood; {4} intervals",
        BadPriorities = "{0} lines have a priority that is none; they were read all the same",
        Reasons = new Dictionary<LineRejection, string>
        {
            [LineRejection.NoPattern] = "no pattern begins anywhere in the line",
            [LineRejection.OtherText] = "another text stands here",
            [LineRejection.Cut] = "the line ends too early",
            [LineRejection.UnknownEvent] = "no such word under 'events'",
            [LineRejection.BadAddress] = "no address",
            [LineRejection.BadNumber] = "no number",
            [LineRejection.BadTime] = "no time of this form, or a day that does not exist",
            [LineRejection.PortTooLarge] = "a port beyond 65535",
            [LineRejection.ReversedPorts] = "the last port lies before the first",
            [LineRejection.NoOuterAddress] = "the public address is missing",
            [LineRejection.NoInnerAddress] = "the inner address is missing",
            [LineRejection.NoPort] = "the port is missing",
            [LineRejection.NoTime] = "nothing says when; give --year if only the year is missing",
            [LineRejection.TooLong] = "longer than lines may be",
            [LineRejection.Empty] = "empty",
        },
    };

    public static readonly NatLogTexts Chinese = new()
    {
        Columns = ["行", "事件", "设备", "时间", "内网地址", "公网地址", "端口", "协议", "其他"],
        Events = "事件",
        Intervals = "区间",
        Rejected = "未能识别",
        IntervalColumns = ["设备", "内网地址", "公网地址", "端口", "协议", "起", "止", "其他"],
        RejectionColumns = ["行", "列", "原因", "应为", "实为"],
        Open = "未结束",
        EstimatedStart = "起点为推定",
        EstimatedEnd = "终点为推定",
        Any = "任意",
        All = "全部",
        Summary = "共 {0} 行:事件 {1} 个,略过 {2} 个,未能识别 {3} 个;区间 {4} 个",
        BadPriorities = "{0} 行的优先级(PRI)无效,正文仍已读取",
        Reasons = new Dictionary<LineRejection, string>
        {
            [LineRejection.NoPattern] = "行中没有任何模式的开头文字",
            [LineRejection.OtherText] = "此处是其他文字",
            [LineRejection.Cut] = "行在此处中断",
            [LineRejection.UnknownEvent] = "events 中没有这个词",
            [LineRejection.BadAddress] = "不是地址",
            [LineRejection.BadNumber] = "不是数字",
            [LineRejection.BadTime] = "不是这种形式的时间,或没有这一天",
            [LineRejection.PortTooLarge] = "端口超过 65535",
            [LineRejection.ReversedPorts] = "末端口小于首端口",
            [LineRejection.NoOuterAddress] = "缺少公网地址",
            [LineRejection.NoInnerAddress] = "缺少内网地址",
            [LineRejection.NoPort] = "缺少端口",
            [LineRejection.NoTime] = "没有时间;如只缺年份,请给 --year",
            [LineRejection.TooLong] = "超过行长上限",
            [LineRejection.Empty] = "空行",
        },
    };

    public required string[] Columns { get; init; }

    public required string Events { get; init; }

    public required string Intervals { get; init; }

    public required string Rejected { get; init; }

    public required string[] IntervalColumns { get; init; }

    public required string[] RejectionColumns { get; init; }

    /// <summary>End of an interval that has none.</summary>
    public required string Open { get; init; }

    public required string EstimatedStart { get; init; }

    public required string EstimatedEnd { get; init; }

    /// <summary>Every protocol.</summary>
    public required string Any { get; init; }

    /// <summary>Every port.</summary>
    public required string All { get; init; }

    /// <summary>{0} lines, {1} events, {2} passed over, {3} not understood, {4} intervals.</summary>
    public required string Summary { get; init; }

    /// <summary>{0} lines.</summary>
    public required string BadPriorities { get; init; }

    public required IReadOnlyDictionary<LineRejection, string> Reasons { get; init; }

    public static NatLogTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;
}
