namespace MinerFlow.Detection.Protocols;

/// <summary>Methods that the dialects grown from Stratum V1 share.</summary>
internal enum StratumMethod : byte
{
    /// <summary>Not a method of the family, or no method at all.</summary>
    None,

    // From the miner.
    Subscribe,
    Authorize,
    Submit,
    Configure,
    ExtranonceSubscribe,
    SuggestDifficulty,
    SuggestTarget,
    Capabilities,
    MultiVersion,
    GetTransactions,

    // From the pool.
    Notify,
    SetDifficulty,
    SetTarget,
    SetExtranonce,
    SetVersionMask,
    SetGoal,
    Reconnect,
    ShowMessage,
    GetVersion,

    // From either.
    Ping,
}

internal static class StratumMethods
{
    /// <summary>All of them, as they stand in messages.</summary>
    public static readonly string[] Names =
    [
        "mining.subscribe", "mining.authorize", "mining.submit", "mining.configure", "mining.extranonce.subscribe", "mining.suggest_difficulty",
        "mining.suggest_target", "mining.capabilities", "mining.multi_version", "mining.get_transactions", "mining.notify", "mining.set_difficulty",
        "mining.set_target", "mining.set_extranonce", "mining.set_version_mask", "mining.set_goal", "mining.reconnect", "mining.ping",
        "client.reconnect", "client.show_message", "client.get_version", "set_extranonce",
    ];

    /// <summary>Sources: cgminer and bfgminer util.c, bmminer, BIP 310, nicehash/Specifications (extranonce), ZIP 301 (set_target).</summary>
    public static StratumMethod Of(ReadOnlySpan<byte> method)
    {
        if (method.StartsWith("mining."u8))
        {
            return OfMining(method[7..]);
        }

        if (method.StartsWith("client."u8))
        {
            return OfClient(method[7..]);
        }

        // Kaspa bridges leave the prefix away.
        return method.SequenceEqual("set_extranonce"u8) ? StratumMethod.SetExtranonce : StratumMethod.None;
    }

    public static Speaker SpeakerOf(StratumMethod method) => method switch
    {
        StratumMethod.None or StratumMethod.Ping => Speaker.Unknown,
        < StratumMethod.Notify => Speaker.Miner,
        _ => Speaker.Pool,
    };

    private static StratumMethod OfMining(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("ping"u8) => StratumMethod.Ping,
        6 when name.SequenceEqual("submit"u8) => StratumMethod.Submit,
        6 when name.SequenceEqual("notify"u8) => StratumMethod.Notify,
        8 when name.SequenceEqual("set_goal"u8) => StratumMethod.SetGoal,
        9 when name.SequenceEqual("subscribe"u8) => StratumMethod.Subscribe,
        9 when name.SequenceEqual("authorize"u8) => StratumMethod.Authorize,
        9 when name.SequenceEqual("configure"u8) => StratumMethod.Configure,
        9 when name.SequenceEqual("reconnect"u8) => StratumMethod.Reconnect,
        10 when name.SequenceEqual("set_target"u8) => StratumMethod.SetTarget,
        12 when name.SequenceEqual("capabilities"u8) => StratumMethod.Capabilities,
        13 when name.SequenceEqual("multi_version"u8) => StratumMethod.MultiVersion,
        14 when name.SequenceEqual("set_difficulty"u8) => StratumMethod.SetDifficulty,
        14 when name.SequenceEqual("set_extranonce"u8) => StratumMethod.SetExtranonce,
        14 when name.SequenceEqual("suggest_target"u8) => StratumMethod.SuggestTarget,
        16 when name.SequenceEqual("set_version_mask"u8) => StratumMethod.SetVersionMask,
        16 when name.SequenceEqual("get_transactions"u8) => StratumMethod.GetTransactions,
        18 when name.SequenceEqual("suggest_difficulty"u8) => StratumMethod.SuggestDifficulty,
        20 when name.SequenceEqual("extranonce.subscribe"u8) => StratumMethod.ExtranonceSubscribe,
        _ => StratumMethod.None,
    };

    private static StratumMethod OfClient(ReadOnlySpan<byte> name) => name.Length switch
    {
        9 when name.SequenceEqual("reconnect"u8) => StratumMethod.Reconnect,
        11 when name.SequenceEqual("get_version"u8) => StratumMethod.GetVersion,
        12 when name.SequenceEqual("show_message"u8) => StratumMethod.ShowMessage,
        _ => StratumMethod.None,
    };
}
