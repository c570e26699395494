namespace MinerFlow.Ledger.People;

/// <summary>What somebody is there for. Each step asks for one.</summary>
public enum Duty
{
    /// <summary>录入员: takes lists in.</summary>
    Entry,

    /// <summary>核查员: says what stands behind a row.</summary>
    Verifier,

    /// <summary>复核员: confirms or refuses what a verifier said.</summary>
    Reviewer,

    /// <summary>报送员: sends what was reviewed, releases clear data.</summary>
    Sender,

    /// <summary>网络采集管理员: logs and sensors; sees no subscriber data.</summary>
    Network,

    /// <summary>系统管理员: machines and backups; no data.</summary>
    System,

    /// <summary>安全管理员: roles and keys.</summary>
    Security,

    /// <summary>审计员: reads the audit chain only.</summary>
    Auditor,

    /// <summary>个人信息保护负责人: releases, corrections, deletion.</summary>
    Privacy,
}

public static class Duties
{
    private static readonly Duty[] Administering = [Duty.Network, Duty.System, Duty.Security];
    private static readonly Duty[] Casework = [Duty.Entry, Duty.Verifier, Duty.Reviewer, Duty.Sender];

    /// <summary>Two duties of the list that nobody may have together: who administers neither works on cases nor audits, and who audits does nothing else.</summary>
    public static (Duty First, Duty Second)? Conflict(IReadOnlyCollection<Duty> duties)
    {
        ArgumentNullException.ThrowIfNull(duties);
        foreach (var first in duties)
        {
            foreach (var second in duties)
            {
                if ((first == Duty.Auditor && second != Duty.Auditor) || (Administering.Contains(first) && Casework.Contains(second)))
                {
                    return (first, second);
                }
            }
        }

        return null;
    }
}
