using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake.Headers;

/// <summary>The canonical headers of 附件1.</summary>
internal static class ListColumns
{
    private static readonly (ListColumn Column, string Name)[] All =
    [
        (ListColumn.Number, "序号"), (ListColumn.Batch, "批次号"), (ListColumn.Region, "县(市、区)"), (ListColumn.Address, "IP地址"), (ListColumn.SourcePort, "源端口"),
        (ListColumn.Protocol, "协议"), (ListColumn.FirstSeen, "首次发现时间"), (ListColumn.LastSeen, "最近发现时间"), (ListColumn.SeenAt, "发现时间"),
        (ListColumn.Pool, "矿池地址"), (ListColumn.PoolPort, "矿池端口"), (ListColumn.Coin, "币种"), (ListColumn.LeadKind, "线索类型"), (ListColumn.Submissions, "提交次数"),
        (ListColumn.Hashrate, "算力"), (ListColumn.Carrier, "运营商"), (ListColumn.Organisation, "归属单位"), (ListColumn.Priority, "是否重点"), (ListColumn.Remark, "备注"),
    ];

    public static string Name(this ListColumn column) => Array.Find(All, known => known.Column == column).Name ?? "";

    /// <summary><see cref="ListColumn.Unknown"/> when it is none.</summary>
    public static ListColumn Find(string name) => Array.Find(All, known => known.Name == name).Column;

    public static IEnumerable<string> Names => All.Select(known => known.Name);
}
