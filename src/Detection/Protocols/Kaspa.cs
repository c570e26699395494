using MinerFlow.Detection.Coins;

namespace MinerFlow.Detection.Protocols;

/// <summary>Kaspa and the coins cloned from it, spoken by bridges to a node, by pools and by kHeavyHash ASICs.</summary>
/// <remarks>
/// Sources: onemorebsmith/kaspa-stratum-bridge (gostratum, kaspastratum), miningcore KaspaPool, the common stratum protocol of IceRiver and
/// kaspa-pool; protocols.md section 10.6.
/// <code>
/// answer to mining.subscribe  [true, "EthereumStratum/1.0.0"] or [true, "KaspaStratum/1.0.0"]
/// set_extranonce              ["0029", 6]     without the prefix of its method
/// mining.notify               [job, [u64, u64, u64, u64], timestamp] or [job, "80 digits"] for ASICs
/// mining.submit               [address.worker, job, "0x16 digits"]
/// </code>
/// </remarks>
internal sealed class Kaspa : IJsonDialect
{
    private static readonly string[] Coins = ["KAS", "KLS", "PYI", "NXL", "HTN", "SPR", "BGA", "SDR"];

    public string Name => "kaspa";

    public IReadOnlyList<string> Methods => ["mining.authorize", "set_extranonce", "mining.notify", "mining.submit"];

    public ResultForms Results => ResultForms.Array;

    public Match Recognise(in JsonMessage message)
    {
        switch (message.StratumMethod)
        {
            case StratumMethod.Notify:
                return IsJob(message.Params.Elements) ? Certainly.Pool : Match.None;
            case StratumMethod.SetExtranonce:
                return message.Method.SequenceEqual("set_extranonce"u8) && message.Params[0].IsHexAtLeast(2) ? Certainly.Pool : Match.None;
            case StratumMethod.Authorize:
                return IsAddress(message.Params[0]) ? new Match(Recognition.Likely, Speaker.Miner) : Match.None;
            case StratumMethod.Submit:
                return IsShare(message.Params.Elements) ? Certainly.Miner : Match.None;
            case StratumMethod.None when message.Method.IsEmpty && message.Result.IsArray:
                return IsSubscription(message.Result.Elements) ? Certainly.Pool : Match.None;
            default:
                return Match.None;
        }
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        if (StratumFamily.Read(in message, speaker, session) == StratumMethod.Notify)
        {
            StratumFamily.AddJob(message.Params[0].Text, "mining.notify of the Kaspa family", session);
        }

        session.NameCoinByAddress(Coins);
        if (session.Coin is "KAS")
        {
            session.SetAlgorithm("kheavyhash");
        }
    }

    private static bool IsSubscription(in JsonElements result) =>
        result.Count == 2 && result[0].Kind == JsonKind.True && result[1].Text.IndexOf("Stratum/"u8) > 0;

    private static bool IsJob(in JsonElements job)
    {
        if (job.Count == 2)
        {
            return job[0].IsString && job[1].IsHex(80);
        }

        if (job.Count != 3 || !job[1].IsArray || job[2].Kind != JsonKind.Number)
        {
            return false;
        }

        var header = job[1].Elements;
        return header.Count == 4 && header[0].Kind == JsonKind.Number && header[3].Kind == JsonKind.Number;
    }

    private static bool IsShare(in JsonElements share) => share.Count == 3 && share[2].IsHexAtLeast(8) && share[2].Raw.Length <= 20 && IsAddress(share[0]);

    private static bool IsAddress(JsonSlice login)
    {
        LoginName.Split(login.Text, out var account, out _);
        return Address.Judge(account).Coin is { } coin && Array.IndexOf(Coins, coin) >= 0;
    }
}
