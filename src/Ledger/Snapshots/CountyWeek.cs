namespace MinerFlow.Ledger.Snapshots;

/// <summary>How a county stood in the week of the snapshot, and which class of the weekly notice follows.</summary>
/// <param name="RegionCode">Empty for rows and cases without a region.</param>
/// <param name="Region">Name of the county, or 待定.</param>
/// <param name="Week">ISO 8601 week: <c>2022-W14</c>.</param>
public sealed record CountyWeek(string RegionCode, string Region, string Week)
{
    /// <summary>1 to 3: who is addressed.</summary>
    public required int Tier { get; init; }

    /// <summary>Weeks in the second or third class behind each other, this one included.</summary>
    public required int WeeksInARow { get; init; }

    public IReadOnlyList<TierReason> Reasons { get; init; } = [];

    /// <summary>The class it will fall to next week when nothing changes; 0 for none.</summary>
    public int WarnedTier { get; init; }

    /// <summary>Open cases when the week began.</summary>
    public int OpenBefore { get; init; }

    public int Open { get; init; }

    /// <summary>Open cases with a label or the list's priority.</summary>
    public int KeyOpen { get; init; }

    /// <summary>Of these, those that should have been cleared by now.</summary>
    public int KeyOverdue { get; init; }

    public int Opened { get; init; }

    public int Cleared { get; init; }

    public int Relapsed { get; init; }

    /// <summary>Miners of the lists received in the week.</summary>
    public int Listed { get; init; }

    /// <summary>Of these, those our sensors saw.</summary>
    public int SeenByUs { get; init; }
}

/// <summary>Why a county is in the second class, in the words of the notice of 2022-04-08.</summary>
public enum TierReason
{
    /// <summary>行为增加.</summary>
    Increase,

    /// <summary>不能有效监测发现问题.</summary>
    Unseen,

    /// <summary>重点IP地址不能清零.</summary>
    KeyUncleared,

    /// <summary>清零后复发.</summary>
    Relapse,
}
