using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.Texts;

internal sealed partial record ReportTexts
{
    public static readonly ReportTexts Chinese = new()
    {
        SheetHits = "命中清单",
        SheetNotes = "说明",
        Item = "项目",
        Content = "内容",
        Sensor = "探针",
        TimeZone = "时区",
        Captures = "抓包文件",
        Period = "时间范围",
        Sources = "资料来源",
        Counters = "计数",
        Problems = "问题",
        Limits = "局限",
        LimitLines =
        [
            "命中指与矿池的通信;区块链节点、矿池后端、仅访问网站不算命中。",
            "算力由矿池接受的份额估算,n 个份额的相对标准误差为 1/√n;不同算法的算力不相加。",
            "功率由设备表与算力估算,不是实测。",
            "通信内容不能说明币种时记为“unknown”,不作猜测。",
            "自然人信息已脱敏;解除脱敏须登记何人、何因、至何时。",
        ],
        Client = "矿工",
        Pool = "矿池",
        CoinAndDialect = "币种、协议、状态",
        Shares = "份额 有效/无效",
        Rate = "算力",
        Power = "功率",
        Subscriber = "用户",
        Seen = "首次–最近发现",
        Why = "依据",
        NoHits = "未发现挖矿行为。",
        RowsCut = "显示 {1} 条命中中的 {0} 条;--rows 0 显示全部,--format csv 与 --xlsx 列出全部。",
        Totals = "命中 {0} 条:矿工 {1} 个,矿池 {2} 个,连接 {3} 个",
        Others = "另见(不算命中):矿池后端 {0},区块链节点 {1},仅访问 {2}",
        Read = "已读:抓包 {0} 个,帧 {1} 个,{2};{3}",
        Unread = "未能读取:抓包 {0} 个,见提示信息",
        Connections = "{0} 个连接",
        Stale = "过期 {0}",
        RateTotals = "算力",
        FrameWord = "帧",
        NaturalPerson = "个人",
        Roles = new Dictionary<MiningRole, string>
        {
            [MiningRole.Unknown] = "未知",
            [MiningRole.Miner] = "矿工",
            [MiningRole.Pool] = "矿池",
            [MiningRole.Proxy] = "矿池代理",
            [MiningRole.PoolBackend] = "矿池后端",
            [MiningRole.Node] = "区块链节点",
            [MiningRole.Visitor] = "仅访问网站",
        },
        States = new Dictionary<MiningState, string>
        {
            [MiningState.Accepted] = "已接受",
            [MiningState.Attempted] = "已尝试",
            [MiningState.Rejected] = "被拒绝",
        },
        Outcomes = new Dictionary<AttributionOutcome, string>
        {
            [AttributionOutcome.Unique] = "已定位",
            [AttributionOutcome.Ambiguous] = "不唯一",
            [AttributionOutcome.None] = "无记录",
            [AttributionOutcome.Insufficient] = "信息不足",
            [AttributionOutcome.NotOurs] = "非本网",
            [AttributionOutcome.Invalid] = "格式错误",
        },
        Reasons = ChineseReasons(),
    };
}
