namespace MinerFlow.Detection.Protocols;

/// <summary>EthereumStratum/1.0.0 of NiceHash: Ethash coins over Stratum with a difficulty and an extranonce of at most three bytes.</summary>
/// <remarks>Source: nicehash/Specifications EthereumStratum_NiceHash_v1.0.0.txt; protocols.md section 9.2.</remarks>
internal sealed class EthereumStratum1 : IJsonDialect
{
    public string Name => "ethereum-stratum-1";

    public IReadOnlyList<string> Methods => ["mining.subscribe", "mining.notify", "mining.submit"];

    public ResultForms Results => ResultForms.Array;

    public Match Recognise(in JsonMessage message)
    {
        switch (message.StratumMethod)
        {
            case StratumMethod.Subscribe:
                return IsNamed(message.Params[1]) ? new Match(Recognition.Likely, Speaker.Miner) : Match.None;
            case StratumMethod.Notify:
                return IsJob(message.Params.Elements) ? Certainly.Pool : Match.None;
            case StratumMethod.Submit:
                return IsShare(message.Params.Elements) ? new Match(Recognition.Likely, Speaker.Miner) : Match.None;
            case StratumMethod.None when message.Method.IsEmpty && message.Result.IsArray:
                // Pools of Ergo and Zano answer alike: only the job tells.
                return IsNamed(message.Result[0][2]) ? new Match(Recognition.Likely, Speaker.Pool) : Match.None;
            default:
                return Match.None;
        }
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        if (EthereumFamily.TryReadStatedHashrate(in message, session))
        {
            return;
        }

        if (message.IsResponse)
        {
            EthereumFamily.ReadAnswer(in message, speaker, session);
        }
        else if (StratumFamily.Read(in message, speaker, session) == StratumMethod.Notify)
        {
            StratumFamily.AddJob(message.Params[0].Text, "mining.notify with job, seed hash and header hash", session);
        }
    }

    /// <summary>The protocol's own name; also with its slash escaped, as some JSON writers do.</summary>
    internal static bool IsNamed(JsonSlice name) => name.Text.StartsWith("EthereumStratum/1"u8) || name.Text.StartsWith("EthereumStratum\\/1"u8);

    /// <summary><c>[job, seed hash, header hash, clean]</c>.</summary>
    private static bool IsJob(in JsonElements job) =>
        job.Count == 4 && job[1].IsHex(64) && job[2].IsHex(64) && job[3].Kind is JsonKind.True or JsonKind.False;

    /// <summary><c>[user, job, nonce]</c>; the nonce has 16 digits less those of the extranonce (at most 6), and no <c>0x</c>.</summary>
    internal static bool IsShare(in JsonElements share) =>
        share.Count == 3 && share[0].IsString && share[2].IsHexAtLeast(10) && share[2].Raw.Length <= 18 && share[2].Text[1] != (byte)'x';
}
