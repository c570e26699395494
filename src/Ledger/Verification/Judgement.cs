namespace MinerFlow.Ledger.Verification;

/// <summary>研判结论: what stands behind an entry of the list.</summary>
public enum Judgement
{
    /// <summary>无法判定.</summary>
    Undeterminable,

    /// <summary>主动挖矿.</summary>
    ActiveMining,

    /// <summary>被控(木马): a victim, who is notified and not accused.</summary>
    Infected,

    /// <summary>仅访问网站.</summary>
    VisitOnly,

    /// <summary>疑似误报.</summary>
    FalsePositive,
}

public static class Judgements
{
    /// <summary>Whether it makes a case that has to be brought to zero.</summary>
    public static bool IsMining(this Judgement judgement) => judgement is Judgement.ActiveMining or Judgement.Infected;
}

/// <summary>Where an entry stands between machine, verifier and reviewer.</summary>
public enum VerificationState
{
    /// <summary>The machine's proposal: a lead, nothing more.</summary>
    Proposed,

    /// <summary>The reviewer sent it back to the verifier.</summary>
    Returned,

    /// <summary>A verifier has said what it is.</summary>
    Verified,

    /// <summary>A second person has confirmed it: now it may leave the house.</summary>
    Reviewed,
}

/// <summary>数据中心租户 or 矿场, by the criteria of <see cref="LabelRules"/>.</summary>
public enum SiteKind
{
    /// <summary>No line of a data centre.</summary>
    None,

    /// <summary>A tenant's machine in a data centre.</summary>
    DataCentreTenant,

    /// <summary>As large or as hungry as a mine.</summary>
    Mine,
}

/// <summary>Whether our own sensor saw what the list says, and if not, why not.</summary>
public enum OwnView
{
    /// <summary>Mining, at the address in the row's window.</summary>
    Seen,

    /// <summary>The address, as a visitor or node only.</summary>
    SeenWithoutMining,

    /// <summary>Mining at the address, at another time.</summary>
    SeenAtAnotherTime,

    /// <summary>Some sensor was healthy in the whole window, and saw nothing.</summary>
    NotSeen,

    /// <summary>No sensor was healthy in the whole window.</summary>
    NoCoverage,
}

/// <summary>Why a label holds.</summary>
/// <param name="Label">K1, K2, K3 or <c>site</c>.</param>
/// <param name="Criterion">Name of the criterion in the rules.</param>
/// <param name="Found">What was found.</param>
/// <param name="Threshold">What the rule asks.</param>
public sealed record LabelEvidence(string Label, string Criterion, string Found, string Threshold);
