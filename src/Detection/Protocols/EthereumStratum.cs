namespace MinerFlow.Detection.Protocols;

/// <summary>Ethash in the words of plain Stratum: the job is getwork's three hashes, the share all of the proof.</summary>
/// <remarks>
/// Source: ethminer libpoolprotocols/stratum/EthStratumClient.cpp, mode STRATUM (<c>stratum1+tcp</c> without a version), the last that it tries.
/// <code>
/// mining.notify  [job, header hash, seed hash, target] and perhaps whether older jobs are void
/// mining.submit  [worker, job, "0x" nonce, "0x" header hash, "0x" mix hash]: as KawPow's, so that the wallet or the job has to tell
/// </code>
/// </remarks>
internal sealed class EthereumStratum : IJsonDialect
{
    public string Name => "ethereum-stratum";

    public IReadOnlyList<string> Methods => ["mining.notify", "mining.submit"];

    public ResultForms Results => ResultForms.None;

    public Match Recognise(in JsonMessage message) => message.StratumMethod switch
    {
        // Longer jobs of others begin like it.
        StratumMethod.Notify when !message.IsTruncated && IsJob(message.Params.Elements) => Certainly.Pool,
        StratumMethod.Submit when KawPow.IsShare(message.Params.Elements) && IsPaidToWallet(message.Params.Elements) => Certainly.Miner,
        _ => Match.None,
    };

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
            ReadJob(message.Params.Elements, session);
        }
    }

    public static bool IsJob(in JsonElements job) =>
        job.Count is 4 or 5 && job[1].IsHex(64) && job[2].IsHex(64) && job[3].IsHexAtLeast(EthereumFamily.ShortestTarget) && job[3].Text.Length <= 66
        && job[4].Kind is JsonKind.Missing or JsonKind.True or JsonKind.False;

    /// <summary>A share of a wallet of Ethereum's form, which coins of KawPow have not.</summary>
    public static bool IsPaidToWallet(in JsonElements share) => share[0].Text.StartsWith("0x"u8) && EthereumGetWork.TryFindWallet(share[0].Text, out _, out _);

    public static void ReadJob(in JsonElements job, MiningSession session)
    {
        if (ShareTarget.TryReadWork(job[3], out var work))
        {
            session.SetDifficulty(work / MiningSession.HashesOfDifficultyOne, work);
        }

        StratumFamily.AddJob(job[0].Text, "mining.notify with header, seed and target", session);
    }
}
