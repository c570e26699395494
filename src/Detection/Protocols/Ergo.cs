using MinerFlow.Detection.Coins;

namespace MinerFlow.Detection.Protocols;

/// <summary>Autolykos 2 of Ergo over Stratum: the job states its target as a decimal number.</summary>
/// <remarks>
/// Sources: miningcore ErgoJob and ErgoPool; protocols.md section 10.5.
/// <code>
/// mining.notify  [job, height, message(64 digits), "", "", version, target(decimal), "", clean]
/// mining.submit  [address.worker, job, extranonce2, time, nonce(16 digits)]
/// </code>
/// </remarks>
internal sealed class Ergo : IJsonDialect
{
    /// <summary>The target of a share has 77 decimal digits at the most and, at the highest difficulties seen, above 55.</summary>
    private const int ShortestTarget = 40;

    private static readonly double AllHashes = Math.Pow(2, 256);

    public string Name => "ergo";

    public IReadOnlyList<string> Methods => ["mining.notify", "mining.submit"];

    public ResultForms Results => ResultForms.None;

    public Match Recognise(in JsonMessage message) => message.StratumMethod switch
    {
        StratumMethod.Notify => IsJob(message.Params.Elements) ? Certainly.Pool : Match.None,
        StratumMethod.Submit => RecogniseShare(message.Params.Elements),
        _ => Match.None,
    };

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        // The difficulty of mining.set_difficulty is 1 or a multiple of 2^32: the target of the job is what counts.
        var method = message.StratumMethod;
        if (method != StratumMethod.SetDifficulty)
        {
            StratumFamily.Read(in message, speaker, session);
        }

        if (method == StratumMethod.Notify)
        {
            var job = message.Params.Elements;
            if (job[6].TryGetNumber(out var target) && target > 0)
            {
                var work = AllHashes / target;
                session.SetDifficulty(work / MiningSession.HashesOfDifficultyOne, work);
            }

            if (job[1].TryGetInt64(out var height))
            {
                session.SetHeight(height);
            }

            session.SetAlgorithm("autolykos2");
            StratumFamily.AddJob(job[0].Text, "mining.notify with the target in decimal", session);
        }

        session.NameCoinByAddress("ERG");
    }

    private static bool IsJob(in JsonElements job) =>
        job.Count == 9 && job[1].Kind == JsonKind.Number && job[2].IsHex(64) && job[3].Kind == JsonKind.String
        && job[6].Kind == JsonKind.String && job[6].Text.Length >= ShortestTarget && job[6].TryGetNumber(out _);

    /// <summary>The nonce has 8 bytes where Stratum V1 has 4; the time is unused and may be empty.</summary>
    private static Match RecogniseShare(in JsonElements share)
    {
        if (share.Count != 5 || share[2].Text.Length > 16 || share[3].Text.Length > 9 || !share[3].IsString || !share[4].IsHex(16))
        {
            return Match.None;
        }

        LoginName.Split(share[0].Text, out var account, out _);
        return Address.Judge(account).Coin switch
        {
            "ERG" => Certainly.Miner,
            null => new Match(Recognition.Likely, Speaker.Miner),
            _ => Match.None,
        };
    }
}
