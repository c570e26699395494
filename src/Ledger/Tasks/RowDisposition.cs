namespace MinerFlow.Ledger.Tasks;

/// <summary>What becomes of a row. Each has exactly one, so rows in = the sum of these.</summary>
public enum RowDisposition : byte
{
    /// <summary>It will be verified; it has at least one entry.</summary>
    Accepted,

    /// <summary>It goes back to the sender with a reason.</summary>
    Returned,

    /// <summary>Everything it asks, an earlier row of the same file asks.</summary>
    Duplicate,

    /// <summary>No question: a total, a title, a note or a header repeated between rows.</summary>
    Noise,
}

/// <summary>Why a row is returned, in the words of 附件2.</summary>
public enum ReturnReason : byte
{
    None,

    /// <summary>非本网.</summary>
    NotOurs,

    /// <summary>格式错误.</summary>
    BadFormat,

    /// <summary>信息不足.</summary>
    Insufficient,
}
