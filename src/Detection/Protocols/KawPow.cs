namespace MinerFlow.Detection.Protocols;

/// <summary>KawPow and the other ProgPow coins (Ravencoin, Firo, Evrmore, Meowcoin) over Stratum.</summary>
/// <remarks>Sources: xmrig EthStratumClient, miningcore ProgpowPool, kawpowminer; protocols.md section 10.1.</remarks>
internal sealed class KawPow : IJsonDialect
{
    public string Name => "kawpow";

    public IReadOnlyList<string> Methods => ["mining.set_target", "mining.notify", "mining.submit"];

    public ResultForms Results => ResultForms.None;

    public Match Recognise(in JsonMessage message)
    {
        switch (message.StratumMethod)
        {
            case StratumMethod.Notify:
                return IsJob(message.Params.Elements) ? Certainly.Pool : Match.None;
            case StratumMethod.Submit:
                return IsShare(message.Params.Elements) && !EthereumStratum.IsPaidToWallet(message.Params.Elements) ? Certainly.Miner : Match.None;
            case StratumMethod.SetTarget:
                return message.Params[0].IsHex(64) ? new Match(Recognition.Possible, Speaker.Pool) : Match.None;
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
            var job = message.Params.Elements;
            if (EthereumStratum.IsJob(in job))
            {
                // Its share was read first, which is the same.
                EthereumStratum.ReadJob(in job, session);
                return;
            }

            if (ShareTarget.TryReadWork(job[3], out var work))
            {
                session.SetDifficulty(work / MiningSession.HashesOfDifficultyOne, work);
            }

            if (job[5].TryGetInt64(out var height))
            {
                EthereumFamily.ReadHeight(height, "kawpow", session);
            }

            StratumFamily.AddJob(job[0].Text, "mining.notify with 7 parameters of a ProgPow job", session);
        }
    }

    /// <summary><c>[job, header hash, seed hash, target, clean, height, bits]</c>.</summary>
    private static bool IsJob(in JsonElements job) =>
        job.Count == 7 && job[1].IsHex(64) && job[2].IsHex(64) && job[3].IsHexAtLeast(32) && job[5].Kind == JsonKind.Number;

    /// <summary><c>[worker, job, nonce, header hash, mix hash]</c>.</summary>
    public static bool IsShare(in JsonElements share) => share.Count == 5 && share[2].IsHex(16) && share[3].IsHex(64) && share[4].IsHex(64);
}
