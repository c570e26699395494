namespace MinerFlow.Detection.Protocols;

/// <summary>Kadena: the job is a whole Chainweb block header.</summary>
/// <remarks>
/// Sources: kadena-io/chainweb-mining-client Worker/Stratum/Protocol.hs, nicehash/Specifications Kadena_NiceHash_v1.0.txt; protocols.md section 10.10.
/// <code>
/// mining.notify  [job, header(572 digits), clean]
/// mining.submit  [account.worker, job, nonce2]     the account is a key of 64 digits, with or without "k:"
/// </code>
/// </remarks>
internal sealed class Kadena : IJsonDialect
{
    /// <summary>286 bytes (chainweb-node wiki, Block Header Binary Encoding).</summary>
    private const int HeaderDigits = 572;

    public string Name => "kadena";

    public IReadOnlyList<string> Methods => ["mining.notify", "mining.submit"];

    public ResultForms Results => ResultForms.None;

    public Match Recognise(in JsonMessage message) => message.StratumMethod switch
    {
        StratumMethod.Notify => IsJob(message.Params.Elements) ? Certainly.Pool : Match.None,
        StratumMethod.Submit => IsShare(message.Params.Elements) ? Certainly.Miner : Match.None,
        _ => Match.None,
    };

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        if (StratumFamily.Read(in message, speaker, session) == StratumMethod.Notify)
        {
            session.SetAlgorithm("blake2s-kadena");
            session.SetCoin("KDA");
            StratumFamily.AddJob(message.Params[0].Text, "mining.notify with a Chainweb header", session);
        }

        session.NameCoinByAddress("KDA");
    }

    private static bool IsJob(in JsonElements job) => job.Count == 3 && job[0].IsString && job[1].IsHex(HeaderDigits) && job[2].Kind is JsonKind.True or JsonKind.False;

    private static bool IsShare(in JsonElements share)
    {
        LoginName.Split(share[0].Text, out var account, out _);
        account = account.StartsWith("k:"u8) ? account[2..] : account;
        return share.Count == 3 && account.Length == 64 && Coins.Hex.IsAll(account) && share[2].IsHexAtLeast(4) && share[2].Raw.Length <= 18;
    }
}
