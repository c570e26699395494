namespace MinerFlow.Abstractions;

/// <summary>What the <c>src</c> side of a verdict does. Only <see cref="Miner"/>, <see cref="Pool"/> and <see cref="Proxy"/> are hits.</summary>
public enum MiningRole
{
    /// <summary>Nothing is known yet.</summary>
    Unknown,

    /// <summary>Speaks to a pool.</summary>
    Miner,

    /// <summary>Serves miners.</summary>
    Pool,

    /// <summary>Serves miners and speaks to a pool for them, or carries many miners on one connection.</summary>
    Proxy,

    /// <summary>A pool's own connection to its coin daemon (getblocktemplate and the like).</summary>
    PoolBackend,

    /// <summary>Blockchain peer-to-peer: information, never a hit.</summary>
    Node,

    /// <summary>Read a pool's web site or asked for its name only: never a hit.</summary>
    Visitor,
}

/// <summary>How far a conversation with a pool came.</summary>
public enum MiningState
{
    /// <summary>Login or subscribe without a useful answer.</summary>
    Attempted,

    /// <summary>The pool answered with work or took a share.</summary>
    Accepted,

    /// <summary>The pool refused.</summary>
    Rejected,
}

public static class MiningRoles
{
    public static bool IsHit(this MiningRole role) => role is MiningRole.Miner or MiningRole.Pool or MiningRole.Proxy;

    /// <summary>The word of the machine format.</summary>
    public static string ToWord(this MiningRole role) => role switch
    {
        MiningRole.Miner => "miner",
        MiningRole.Pool => "pool",
        MiningRole.Proxy => "proxy",
        MiningRole.PoolBackend => "pool-backend",
        MiningRole.Node => "node",
        MiningRole.Visitor => "visitor",
        _ => "unknown",
    };

    /// <summary>The word of the machine format.</summary>
    public static string ToWord(this MiningState state) => state switch
    {
        MiningState.Accepted => "accepted",
        MiningState.Rejected => "rejected",
        _ => "attempted",
    };
}
