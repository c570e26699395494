namespace MinerFlow.Ledger.Tasks;

/// <summary>What a column of the regulator's list means, whatever its header says.</summary>
public enum ListColumn : byte
{
    /// <summary>A header that no synonym knows: its cells are kept as they are.</summary>
    Unknown,

    /// <summary>序号.</summary>
    Number,

    /// <summary>批次号.</summary>
    Batch,

    /// <summary>县(市、区).</summary>
    Region,

    /// <summary>IP地址: an address, several, a range or a prefix, with or without a port.</summary>
    Address,

    /// <summary>源端口.</summary>
    SourcePort,

    /// <summary>协议.</summary>
    Protocol,

    /// <summary>首次发现时间.</summary>
    FirstSeen,

    /// <summary>最近发现时间.</summary>
    LastSeen,

    /// <summary>发现时间.</summary>
    SeenAt,

    /// <summary>矿池地址: host or address.</summary>
    Pool,

    /// <summary>矿池端口.</summary>
    PoolPort,

    /// <summary>币种.</summary>
    Coin,

    /// <summary>线索类型.</summary>
    LeadKind,

    /// <summary>提交次数.</summary>
    Submissions,

    /// <summary>算力.</summary>
    Hashrate,

    /// <summary>运营商.</summary>
    Carrier,

    /// <summary>归属单位.</summary>
    Organisation,

    /// <summary>是否重点.</summary>
    Priority,

    /// <summary>备注.</summary>
    Remark,
}
