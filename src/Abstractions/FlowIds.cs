namespace MinerFlow.Abstractions;

/// <summary>Ids of flows as they are shown.</summary>
public static class FlowIds
{
    /// <summary>53 bits: readers of JSON that keep numbers as doubles (JavaScript, jq) keep these exactly (RFC 8259 section 6).</summary>
    public static ulong Shown(ulong flowId) => flowId & ((1UL << 53) - 1);
}
