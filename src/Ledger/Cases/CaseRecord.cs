using MinerFlow.Abstractions;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Ledger.Cases;

/// <summary>A case: one subject on its way to zero.</summary>
public sealed record CaseRecord
{
    public required long Id { get; init; }

    public required long Subject { get; init; }

    /// <summary>Region that answers for it; empty for 待定.</summary>
    public required string Region { get; init; }

    public required CaseState State { get; init; }

    public required Judgement Judgement { get; init; }

    public bool IsConcentrated { get; init; }

    public bool IsPublicResource { get; init; }

    public bool IsBitcoin { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public required DateTimeOffset StateAt { get; init; }

    /// <summary>Who brought it to its state.</summary>
    public required string StateBy { get; init; }

    public int Steps { get; init; }

    /// <summary>When mining was last seen.</summary>
    public PacketTime LastSeen { get; init; }

    public CaseMeasure? Measure { get; init; }

    public DateTimeOffset? MeasureAt { get; init; }

    public DateTimeOffset? ObserveFrom { get; init; }

    public DateTimeOffset? ObserveUntil { get; init; }

    /// <summary>Sensors and logs whose silence is to prove that it is over.</summary>
    public IReadOnlyList<string> ObserveSources { get; init; } = [];

    public DateTimeOffset? ClearedAt { get; init; }

    public DateTimeOffset? RelapsedAt { get; init; }

    public int Relapses { get; init; }

    /// <summary>Nothing of it is deleted, whatever its age.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Whole months since it was opened in which it was not at zero, up to a moment.</summary>
    public int MonthsUncleared(DateTimeOffset now)
    {
        var end = State is CaseState.Cleared or CaseState.Dismissed ? StateAt : now;
        var months = ((end.Year - OpenedAt.Year) * 12) + end.Month - OpenedAt.Month;
        return Math.Max(0, OpenedAt.AddMonths(months) > end ? months - 1 : months);
    }
}

/// <summary>How a case came to a state.</summary>
/// <param name="Number">Counted from 1 within the case.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Duty">In which duty.</param>
/// <param name="From">State before; the first step begins where it ends.</param>
/// <param name="To">State behind.</param>
/// <param name="Reason">Why; null when the subject's key was destroyed.</param>
public sealed record CaseStep(int Number, DateTimeOffset At, string Actor, Duty Duty, CaseState From, CaseState To, string? Reason);

/// <summary>Which cases to show; what is null does not narrow.</summary>
public sealed record CaseFilter
{
    public string? Region { get; init; }

    public CaseState? State { get; init; }

    public long? Subject { get; init; }

    /// <summary>Only cases behind this one.</summary>
    public long After { get; init; }

    public int Most { get; init; } = 100;
}
