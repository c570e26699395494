using MinerFlow.Abstractions;

namespace MinerFlow.Golden;

/// <summary>What a capture's folder says about its content.</summary>
internal static class Dialects
{
    /// <summary>Folder of captures that must give no hit.</summary>
    public const string Traps = "traps";

    /// <summary>Protocols that carry the messages of others: their captures are named after what they carry.</summary>
    public static readonly string[] Carriers = ["http", "socks", "websocket"];

    // What is left of a dialect when only messages that it shares with others were seen.
    private static readonly string[] Common = ["stratum-v1", "bitcoin-daemon", "eth-proxy"];

    /// <summary>
    /// True when a finding from a part of a dialogue agrees with the one from the whole: the same sides (a node has none to tell), the same
    /// dialect or the one that it shares its messages with, and no role that claims more.
    /// </summary>
    public static bool IsLessThan(MiningEvent part, MiningEvent whole) =>
        (part.Client.Port == whole.Client.Port || (part.Role == MiningRole.Node && part.Client.Port == whole.Server.Port))
        && (part.Dialect == whole.Dialect || Common.Contains(part.Dialect))
        && (part.Role == whole.Role || (part.Role is MiningRole.Miner or MiningRole.PoolBackend && whole.Role.IsHit()));

    /// <summary>The dialect a capture must be recognised as; null for a trap.</summary>
    public static string? Of(string scenario)
    {
        var (folder, name) = (scenario.Split('/')[0], scenario.Split('/')[1]);
        return folder == Traps ? null : Carriers.Contains(folder) ? name : folder;
    }
}
