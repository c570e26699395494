using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Reporting.Workbooks;

namespace MinerFlow.Reporting.HitLists;

/// <summary>The columns of the hit list. Addresses, ports, digests and numbers that are names are text; counts and rates are numbers.</summary>
internal static class HitListColumns
{
    public static readonly IReadOnlyList<HitListColumn> All =
    [
        new("序号", "No.", 6, row => SheetCell.Of(row.Number)),
        new("挖矿IP地址", "Client address", 18, row => SheetCell.Of(row.Sighting.Client.ToString())),
        new("源端口", "Client ports", 16, row => SheetCell.Of(Ports(row.Sighting))),
        new("传输协议", "Transport", 9, row => SheetCell.Of(row.Sighting.Transport == Transport.Udp ? "UDP" : "TCP")),
        new("角色", "Role", 10, row => SheetCell.Of(row.Texts.Roles[row.Event.Role])),
        new("状态", "State", 9, row => SheetCell.Of(row.Texts.States[row.Event.State])),
        new("币种", "Coin", 9, row => SheetCell.Of(row.Event.Coin)),
        new("挖矿协议", "Dialect", 14, row => SheetCell.Of(row.Event.Dialect)),
        new("算法", "Algorithm", 12, row => SheetCell.Of(row.Event.Algorithm)),
        new("矿池IP", "Pool address", 18, row => SheetCell.Of(row.Sighting.Server.Address.ToString())),
        new("矿池端口", "Pool port", 9, row => SheetCell.Of(row.Sighting.Server.Port.ToString())),
        new("矿池域名", "Pool host", 24, row => SheetCell.Of(row.Event.PoolHost)),
        new("矿池名称", "Pool", 16, row => SheetCell.Of(row.Sighting.Best.Pool?.Name ?? row.Event.PoolTag)),
        new("矿池归属地", "Pool place", 20, row => SheetCell.Of(Place(row.Sighting.Best.PoolPlace))),
        new("首次发现时间", "First seen", 20, row => SheetCell.Of(HumanUnits.Moment(row.Sighting.FirstSeen, row.Offset))),
        new("最近发现时间", "Last seen", 20, row => SheetCell.Of(HumanUnits.Moment(row.Sighting.LastSeen, row.Offset))),
        new("时区", "Time zone", 8, row => SheetCell.Of(HumanUnits.Zone(row.Offset))),
        new("连接数", "Connections", 8, row => SheetCell.Of(row.Sighting.Connections)),
        new("提交次数", "Shares submitted", 10, row => SheetCell.Of(row.Event.SharesSubmitted)),
        new("接受份额", "Shares accepted", 10, row => SheetCell.Of(row.Event.SharesAccepted)),
        new("拒绝份额", "Shares rejected", 10, row => SheetCell.Of(row.Event.SharesRejected)),
        new("其中过期", "Of these stale", 10, row => SheetCell.Of(row.Event.SharesStale)),
        new("难度", "Difficulty", 12, row => SheetCell.Of(row.Event.Difficulty)),
        new("算力", "Hashrate", 16, row => SheetCell.Of(row.Event.Hashrate?.PerSecond)),
        new("算力单位", "Hashrate unit", 9, row => SheetCell.Of(row.Event.Hashrate?.Unit)),
        new("算力标准误差(%)", "Hashrate error (%)", 12, row => SheetCell.Of(Error(row.Event.Hashrate))),
        new("算力(可读)", "Hashrate (to read)", 18, row => SheetCell.Of(row.Event.Hashrate is { } rate ? HumanUnits.Rate(rate) : null)),
        new("矿机自报算力", "Stated hashrate", 14, row => SheetCell.Of(row.Event.StatedHashrate)),
        new("设备推断", "Device", 18, row => SheetCell.Of(row.Sighting.Best.Device?.Name)),
        new("功率下限(W)", "Power low (W)", 12, row => SheetCell.Of(row.Sighting.Best.Power?.LowWatts)),
        new("功率估计(W)", "Power (W)", 12, row => SheetCell.Of(row.Sighting.Best.Power?.Watts)),
        new("功率上限(W)", "Power high (W)", 12, row => SheetCell.Of(row.Sighting.Best.Power?.HighWatts)),
        new("功率依据", "Power assumes", 24, row => SheetCell.Of(row.Sighting.Best.Power?.Assumption)),
        new("矿机软件", "Agent", 20, row => SheetCell.Of(row.Event.Agent)),
        new("登录名(脱敏)", "Login (masked)", 16, row => SheetCell.Of(row.Event.Login?.Masked)),
        new("登录名摘要", "Login digest", 34, row => SheetCell.Of(row.Event.Login?.Digest)),
        new("矿工名(脱敏)", "Worker (masked)", 14, row => SheetCell.Of(row.Event.Worker?.Masked)),
        new("矿机数", "Workers", 8, row => row.Event.Workers > 0 ? SheetCell.Of(row.Event.Workers) : SheetCell.Empty),
        new("核查结果", "Outcome", 10, row => SheetCell.Of(row.Attribution is { } answer ? row.Texts.Outcomes[answer.Outcome] : null)),
        new("可信等级", "Grade", 8, row => SheetCell.Of(row.Attribution?.Grade?.ToString())),
        new("用户类型", "Subscriber kind", 12, row => SheetCell.Of(row.OfCandidates((_, shown) => Kind(shown, row)))),
        new("归属企业(单位)/个人", "Subscriber", 28, row => SheetCell.Of(row.OfCandidates((_, shown) => shown?.Name))),
        new("统一社会信用代码", "Credit code", 20, row => SheetCell.Of(row.OfCandidates((_, shown) => shown?.CreditCode))),
        new("上网账号", "Account", 18, row => SheetCell.Of(row.OfCandidates((candidate, _) => Masking.Account(candidate)))),
        new("装机地址(物理住所)", "Installation address", 32, row => SheetCell.Of(row.OfCandidates((_, shown) => shown?.InstallationAddress))),
        new("县(市、区)", "County", 12, row => SheetCell.Of(row.OfCandidates((_, shown) => shown?.County))),
        new("不能定位的原因", "Missing", 24, row => SheetCell.Of(row.Attribution is { } answer ? string.Join("; ", answer.Missing) : null)),
        new("置信度", "Confidence", 8, row => SheetCell.Of(Math.Round(row.Event.Confidence, 4))),
        new("判定规则", "Rule", 16, row => SheetCell.Of(row.Event.Rule)),
        new("证据", "Evidence", 60, row => SheetCell.Of(Evidence(row))),
        new("探针", "Sensor", 12, row => SheetCell.Of(row.Sighting.Sensor)),
        new("抓包文件", "Capture", 30, row => SheetCell.Of(row.Event.CaptureFile)),
        new("起始帧", "First frame", 10, row => SheetCell.Of(row.Event.FirstFrame)),
        new("结束帧", "Last frame", 10, row => SheetCell.Of(row.Event.LastFrame)),
        new("线索编号", "Key", 66, row => SheetCell.Of(row.Sighting.Key)),
    ];

    /// <summary>Source ports; behind address sharing they name the subscriber. An ellipsis tells that there were more than are kept.</summary>
    public static string Ports(Sighting sighting)
    {
        var ports = string.Join(", ", sighting.ClientPorts);
        return sighting.Connections > sighting.ClientPorts.Count && sighting.ClientPorts.Count >= 64 ? ports + ", …" : ports;
    }

    private static double? Error(Hashrate? rate) => rate is { Shares: > 0 } ? Math.Round(rate.RelativeStandardError * 100, 1) : null;

    private static string? Kind(Subscriber? shown, HitListRow row) =>
        !string.IsNullOrEmpty(shown?.Kind) ? shown.Kind : shown is { IsNaturalPerson: true } ? row.Texts.NaturalPerson : null;

    private static string? Place(Place? place) => place is null
        ? null
        : string.Join(' ', new[] { place.CountryCode, place.Province, place.City, place.Organisation }.Where(part => !string.IsNullOrEmpty(part)).Distinct(StringComparer.Ordinal));

    private static string Evidence(HitListRow row) =>
        string.Join("; ", row.Event.Evidence.Select(evidence => $"{evidence.Rule}: {row.Texts.Reason(evidence)} (#{evidence.FrameNumber})"));
}
