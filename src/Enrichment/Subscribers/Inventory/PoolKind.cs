namespace MinerFlow.Enrichment.Subscribers.Inventory;

/// <summary>How the addresses of a prefix are given to subscribers. It decides whether a question needs port and time.</summary>
public enum PoolKind : byte
{
    /// <summary>The inventory does not say.</summary>
    Unknown,

    /// <summary>Fixed to a line.</summary>
    Static,

    /// <summary>One public address for each session.</summary>
    Dynamic,

    /// <summary>Shared; a subscriber has a block of ports for hours.</summary>
    CgnPortBlock,

    /// <summary>Shared; every connection gets a port of its own.</summary>
    CgnPerSession,

    /// <summary>Shared; the block follows from the inner address by a rule (RFC 7422), nothing is logged.</summary>
    CgnDeterministic,

    /// <summary>Shared by IPv6 subscribers (RFC 6146); 464XLAT too.</summary>
    Nat64,

    /// <summary>Shared by subscribers behind an IPv4-in-IPv6 tunnel (RFC 6333).</summary>
    DsLite,

    /// <summary>A prefix for each session.</summary>
    IPv6Delegated,

    /// <summary>A data centre: the tenant is the subscriber.</summary>
    DataCentre,

    /// <summary>Inner addresses behind a NAT; unique only behind the device named.</summary>
    Inner,
}

/// <summary>The words of pool kinds.</summary>
public static class PoolKinds
{
    // The first word of each is that of the machine format; the others are what tables write.
    private static readonly Dictionary<PoolKind, string[]> Words = new()
    {
        [PoolKind.Static] = ["static", "静态", "专线", "固定"],
        [PoolKind.Dynamic] = ["dynamic", "动态", "动态公网"],
        [PoolKind.CgnPortBlock] = ["cgn-pba", "端口块", "CGN端口块"],
        [PoolKind.CgnPerSession] = ["cgn-session", "按会话", "CGN按会话"],
        [PoolKind.CgnDeterministic] = ["cgn-deterministic", "确定性", "CGN确定性"],
        [PoolKind.Nat64] = ["nat64", "464xlat"],
        [PoolKind.DsLite] = ["ds-lite", "dslite"],
        [PoolKind.IPv6Delegated] = ["ipv6", "IPv6前缀"],
        [PoolKind.DataCentre] = ["idc", "数据中心"],
        [PoolKind.Inner] = ["inner", "内网", "私网"],
    };

    private static readonly Dictionary<string, PoolKind> Kinds = Words
        .SelectMany(pair => pair.Value.Select(word => (word, pair.Key)))
        .ToDictionary(pair => pair.word, pair => pair.Key, StringComparer.OrdinalIgnoreCase);

    /// <summary>Shared by several subscribers at once, so that only a port tells them apart.</summary>
    public static bool NeedsPort(this PoolKind kind) =>
        kind is PoolKind.CgnPortBlock or PoolKind.CgnPerSession or PoolKind.CgnDeterministic or PoolKind.Nat64 or PoolKind.DsLite;

    /// <summary>The word of the machine format.</summary>
    public static string Word(this PoolKind kind) => Words.TryGetValue(kind, out var words) ? words[0] : "unknown";

    public static bool TryParse(string text, out PoolKind kind) => Kinds.TryGetValue(text, out kind);
}
