namespace MinerFlow.Ledger.Tasks;

/// <summary>A row of the regulator's list: its cells as written, what they mean, and what becomes of it. Every later answer points back to it.</summary>
public sealed record ListRow
{
    /// <summary>Index of its table in the batch.</summary>
    public required int Table { get; init; }

    /// <summary>Row of the sheet or line of the text, counted from 1.</summary>
    public required int Row { get; init; }

    public required RowDisposition Disposition { get; init; }

    /// <summary>For returned rows.</summary>
    public ReturnReason Reason { get; init; }

    /// <summary>For duplicates: the row that asks the same.</summary>
    public RowPlace? DuplicateOf { get; init; }

    /// <summary>The row does not show when the workbook is opened; it counts all the same.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Cells that are not empty, as written, in the order of columns.</summary>
    public required IReadOnlyList<RawCell> Cells { get; init; }

    /// <summary>序号 as written.</summary>
    public string? Number { get; init; }

    /// <summary>批次号 as written.</summary>
    public string? BatchNumber { get; init; }

    /// <summary>Null when the list names none, or one that the region table does not know: 待定.</summary>
    public ListRegion? Region { get; init; }

    /// <summary>When the address was seen; null when the row is returned for want of it.</summary>
    public SeenWindow? Seen { get; init; }

    /// <summary>Pool's host names and addresses, canonical.</summary>
    public IReadOnlyList<string> Pools { get; init; } = [];

    public IReadOnlyList<PortRange> PoolPorts { get; init; } = [];

    /// <summary>Symbol of the coin table, or the text as written.</summary>
    public string? Coin { get; init; }

    /// <summary>Null when the list does not say how the address was found.</summary>
    public LeadKind? LeadKind { get; init; }

    public long? Submissions { get; init; }

    /// <summary>As stated by the list, never measured by us.</summary>
    public ListQuantity? Hashrate { get; init; }

    /// <summary>运营商: one of <c>telecom</c>, <c>unicom</c>, <c>mobile</c>, <c>broadnet</c>, or the text as written.</summary>
    public string? Carrier { get; init; }

    public string? Organisation { get; init; }

    public bool? IsPriority { get; init; }

    public string? Remark { get; init; }

    /// <summary>What is asked: one entry for each address and port. Empty unless the row is accepted or a duplicate.</summary>
    public IReadOnlyList<ListEntry> Entries { get; init; } = [];

    /// <summary>What is wrong with its cells, or was mended, in the order of columns.</summary>
    public IReadOnlyList<RowProblem> Problems { get; init; } = [];
}

/// <summary>A row by its place in the batch.</summary>
public readonly record struct RowPlace(int Table, int Row);

/// <summary>A cell as the sender wrote it.</summary>
/// <param name="Column">Counted from 1: 1 is A.</param>
/// <param name="Text">The shown or cached value; formulas are never evaluated.</param>
public readonly record struct RawCell(int Column, string Text);

/// <param name="Code">GB/T 2260 code, or a configured one where there is none.</param>
/// <param name="Name">Official name.</param>
public sealed record ListRegion(string Code, string Name);

/// <param name="Amount">In <paramref name="Unit"/>.</param>
/// <param name="Unit">Base unit: <c>H/s</c>, <c>Sol/s</c>, <c>kWh/d</c>, <c>kW</c>.</param>
public sealed record ListQuantity(double Amount, string Unit);

/// <summary>How the list came to suspect the address. Host names alone never make a miner.</summary>
public enum LeadKind : byte
{
    /// <summary>协议: a mining protocol was seen.</summary>
    Protocol,

    /// <summary>连接: a connection to a pool's address.</summary>
    Connection,

    /// <summary>域名: a visit to a pool's web site.</summary>
    Domain,

    /// <summary>DNS: a name was looked up.</summary>
    Dns,
}
