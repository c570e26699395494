using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Ledger.Snapshots;

/// <summary>What became of one question of a list: one line for each address and port of a row, one for a row that asks nothing that can be answered.</summary>
public sealed record AnswerLine
{
    /// <summary>The ledger's name for the list.</summary>
    public required string Batch { get; init; }

    /// <summary>Table of the list: file, sheet.</summary>
    public required string Table { get; init; }

    /// <summary>Row of the list, counted from 1.</summary>
    public required int Row { get; init; }

    /// <summary>Counted from 1 within the row; 0 for the row as a whole.</summary>
    public required int Ordinal { get; init; }

    /// <summary>批次号 as the list has it.</summary>
    public string? BatchNumber { get; init; }

    public string? RegionCode { get; init; }

    public string? Region { get; init; }

    /// <summary>Canonical, or as the list has it where it is none.</summary>
    public required string Address { get; init; }

    public string? Ports { get; init; }

    public string? Protocol { get; init; }

    /// <summary>First moment asked.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Last moment asked, included.</summary>
    public DateTimeOffset? To { get; init; }

    public required RowAnswer Answer { get; init; }

    public string? Grade { get; init; }

    /// <summary>Number of the subject; null while nobody is named.</summary>
    public long? Subject { get; init; }

    /// <summary>Word of the address pool: <c>cgn-pba</c>, <c>dynamic</c>.</summary>
    public string? AddressKind { get; init; }

    public string? Coin { get; init; }

    public string? Pool { get; init; }

    /// <summary>K1 区域集中式.</summary>
    public bool IsConcentrated { get; init; }

    /// <summary>K2 政府国企资源.</summary>
    public bool IsPublicResource { get; init; }

    /// <summary>K3 比特币.</summary>
    public bool IsBitcoin { get; init; }

    public SiteKind Site { get; init; }

    /// <summary>Flag 是否重点 of the list.</summary>
    public bool IsPriority { get; init; }

    /// <summary>How the question stands to earlier lists; null where the row asks none.</summary>
    public EntryChange? Change { get; init; }

    /// <summary>What two persons said it is; null while they have not.</summary>
    public Judgement? Judgement { get; init; }

    public string? Verifier { get; init; }

    public string? Reviewer { get; init; }

    public DateTimeOffset? ReviewedAt { get; init; }

    /// <summary>Whether our own sensors saw it; null where the row asks nothing.</summary>
    public OwnView? OwnView { get; init; }

    /// <summary>Why nobody is named, in Chinese; null when somebody is.</summary>
    public string? Reason { get; init; }

    /// <summary>Why the row is returned.</summary>
    public IReadOnlyList<RowProblem> Problems { get; init; } = [];

    /// <summary>For <see cref="RowAnswer.Duplicate"/>: the row that asks the same.</summary>
    public RowPlace? SameAs { get; init; }

    /// <summary>备注 of the list; anything may stand there.</summary>
    public SealedText? Remark { get; init; }
}

/// <summary>How a question ended, in the words of 附件2.</summary>
public enum RowAnswer
{
    /// <summary>未核查: nobody has answered and reviewed it yet. Nothing leaves while there is one.</summary>
    Silent,

    /// <summary>已定位.</summary>
    Located,

    /// <summary>不唯一.</summary>
    Ambiguous,

    /// <summary>无记录.</summary>
    None,

    /// <summary>信息不足.</summary>
    Insufficient,

    /// <summary>非本网.</summary>
    NotOurs,

    /// <summary>格式错误.</summary>
    BadFormat,

    /// <summary>重复: another row of the list asks the same.</summary>
    Duplicate,
}
