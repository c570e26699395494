using MinerFlow.Ledger.People;

namespace MinerFlow.Ledger.Cases;

/// <summary>Where a case stands on its way to zero.</summary>
public enum CaseState
{
    /// <summary>线索: somebody told of it, or a sensor saw it.</summary>
    Lead,

    /// <summary>核实.</summary>
    Verifying,

    /// <summary>复核.</summary>
    Reviewing,

    /// <summary>处置.</summary>
    Handling,

    /// <summary>待验证: something was done, whether it helped is not known.</summary>
    AwaitingProof,

    /// <summary>观察期.</summary>
    Observing,

    /// <summary>已清零.</summary>
    Cleared,

    /// <summary>复发.</summary>
    Relapsed,

    /// <summary>Neither mining nor infection, after two persons looked: 误报, 仅访问网站.</summary>
    Dismissed,
}

/// <summary>处置措施.</summary>
public enum CaseMeasure
{
    /// <summary>告知.</summary>
    Notice,

    /// <summary>约谈.</summary>
    Interview,

    /// <summary>清除木马.</summary>
    MalwareRemoved,

    /// <summary>暂停接入: a recorded act of a person, on the ground of contract or law.</summary>
    Suspended,

    /// <summary>终止服务.</summary>
    Terminated,

    /// <summary>移交.</summary>
    HandedOver,
}

/// <summary>A step that a person may take.</summary>
/// <param name="From">State before.</param>
/// <param name="To">State behind.</param>
/// <param name="Duty">Who may take it.</param>
/// <param name="NeedsAnother">Another person than the one who brought the case to its state.</param>
internal sealed record CaseMove(CaseState From, CaseState To, Duty Duty, bool NeedsAnother = false);

internal static class CaseMoves
{
    /// <summary>All there are; observing, clearing and relapsing ask for more and have steps of their own.</summary>
    private static readonly CaseMove[] All =
    [
        new(CaseState.Lead, CaseState.Verifying, Duty.Verifier),
        new(CaseState.Verifying, CaseState.Reviewing, Duty.Verifier),
        new(CaseState.Reviewing, CaseState.Verifying, Duty.Reviewer, NeedsAnother: true),
        new(CaseState.Reviewing, CaseState.Handling, Duty.Reviewer, NeedsAnother: true),
        new(CaseState.Reviewing, CaseState.Dismissed, Duty.Reviewer, NeedsAnother: true),
        new(CaseState.Handling, CaseState.AwaitingProof, Duty.Verifier),
        new(CaseState.Relapsed, CaseState.Handling, Duty.Verifier),
        new(CaseState.AwaitingProof, CaseState.Observing, Duty.Verifier),
        new(CaseState.Observing, CaseState.Cleared, Duty.Reviewer, NeedsAnother: true),
    ];

    public static CaseMove? Find(CaseState from, CaseState to) => Array.Find(All, move => move.From == from && move.To == to);

    /// <summary>States in which mining that is seen changes nothing but the time it was last seen.</summary>
    public static bool IsOpen(CaseState state) => state is not (CaseState.Cleared or CaseState.Dismissed);
}
