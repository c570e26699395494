namespace MinerFlow.Detection.Protocols;

/// <summary>Warthog: Stratum V1 with a merkle prefix where the coinbase and its branches would be.</summary>
/// <remarks>
/// Sources: docs.warthog.network, Stratum Protocol; miningcore WarthogJob and WarthogPool; protocols.md section 10.10.
/// <code>
/// mining.notify  [job, previous hash(64), merkle prefix, version(8), nbits(8), time(8), clean]
/// mining.submit  [address.worker, job, extranonce2, time(8), nonce(8)]     as Stratum V1; the address has 48 digits
/// </code>
/// </remarks>
internal sealed class Warthog : IJsonDialect
{
    /// <summary>20 bytes of hash and 4 of checksum.</summary>
    private const int AddressDigits = 48;

    public string Name => "warthog";

    public IReadOnlyList<string> Methods => ["mining.subscribe", "mining.notify", "mining.submit"];

    public ResultForms Results => ResultForms.None;

    public Match Recognise(in JsonMessage message) => message.StratumMethod switch
    {
        StratumMethod.Subscribe => message.Params[0].Text.StartsWith("janusminer"u8) ? Certainly.Miner : Match.None,
        StratumMethod.Notify => IsJob(message.Params.Elements) ? Certainly.Pool : Match.None,
        StratumMethod.Submit => IsShare(message.Params.Elements) ? Certainly.Miner : Match.None,
        _ => Match.None,
    };

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        // Difficulty 1 is one Janus hash (miningcore WarthogPool.HashrateFromShares).
        session.WorkPerDifficulty = 1;
        session.SetCoin("WART");
        session.SetAlgorithm("janushash");
        if (StratumFamily.Read(in message, speaker, session) == StratumMethod.Notify)
        {
            StratumFamily.AddJob(message.Params[0].Text, "mining.notify with a merkle prefix", session);
        }
    }

    private static bool IsJob(in JsonElements job) =>
        job.Count == 7 && job[1].IsHex(64) && job[2].IsHexAtLeast(8) && job[3].IsHex(8) && job[4].IsHex(8) && job[5].IsHex(8);

    private static bool IsShare(in JsonElements share)
    {
        LoginName.Split(share[0].Text, out var account, out _);
        return share.Count == 5 && account.Length == AddressDigits && Coins.Hex.IsAll(account) && share[3].IsHex(8) && share[4].IsHex(8);
    }
}
