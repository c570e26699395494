using MinerFlow.Detection.Coins;

namespace MinerFlow.Detection.Protocols;

/// <summary>Aleo over lines of JSON: the protocol that calls itself AleoStratum.</summary>
/// <remarks>
/// Source: HarukaMa/aleo-pool-server stratum/spec.md, versions 2 and 3; protocols.md section 10.9. Since the change of its puzzle pools differ.
/// <code>
/// mining.subscribe   [agent, "AleoStratum/2.0.0", session] -> [session, nonce, "aleo1…"]
/// mining.set_target  [difficulty]     a number
/// mining.notify      [job, epoch challenge, "aleo1…" or null, clean]
/// mining.submit      [worker, job, nonce(16), commitment, proof]
/// </code>
/// </remarks>
internal sealed class Aleo : IJsonDialect
{
    public string Name => "aleo";

    public IReadOnlyList<string> Methods => ["mining.subscribe", "mining.authorize", "mining.notify", "mining.submit"];

    public ResultForms Results => ResultForms.Array;

    public Match Recognise(in JsonMessage message)
    {
        switch (message.StratumMethod)
        {
            case StratumMethod.Subscribe:
                return message.Params[1].Text.StartsWith("AleoStratum/"u8) ? Certainly.Miner : Match.None;
            case StratumMethod.Authorize:
                return IsAddress(message.Params[0]) ? new Match(Recognition.Likely, Speaker.Miner) : Match.None;
            case StratumMethod.Notify:
                return IsJob(message.Params.Elements) ? Certainly.Pool : Match.None;
            case StratumMethod.Submit:
                return IsShare(message.Params.Elements) ? Certainly.Miner : Match.None;
            case StratumMethod.None when message.Method.IsEmpty && message.Result.IsArray:
                return message.Result is { Count: 3 } result && IsAddress(result[2]) ? Certainly.Pool : Match.None;
            default:
                return Match.None;
        }
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        session.HashrateUnit = "Sol/s";
        session.SetCoin("ALEO");
        switch (StratumFamily.Read(in message, speaker, session))
        {
            case StratumMethod.Notify:
                StratumFamily.AddJob(message.Params[0].Text, "mining.notify with an epoch challenge", session);
                break;
            case StratumMethod.SetTarget when message.Params[0].Kind == JsonKind.Number && message.Params[0].TryGetNumber(out var difficulty):
                // The proof target: 2^64 / target of them have to be tried for one, and 1 is the easiest.
                session.SetDifficulty(difficulty, difficulty);
                break;
            default:
                break;
        }
    }

    private static bool IsJob(in JsonElements job) =>
        job.Count == 4 && job[0].IsString && job[1].IsString && job[1].Text.Length >= 16 && IsAddress(job[2]) && job[3].Kind is JsonKind.True or JsonKind.False;

    private static bool IsShare(in JsonElements share) => share.Count switch
    {
        3 => IsAddress(share[0]) && share[2].IsString,
        5 => share[2].IsHex(16) && share[3].IsHexAtLeast(90) && share[4].IsHexAtLeast(90),
        _ => false,
    };

    private static bool IsAddress(JsonSlice login)
    {
        LoginName.Split(login.Text, out var account, out _);
        return Address.Judge(account).Coin is "ALEO";
    }
}
