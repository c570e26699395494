using MinerFlow.Detection.Coins;

namespace MinerFlow.Detection.Protocols;

/// <summary>Xelis: the pool's key and an extranonce of 32 bytes in the subscription, the algorithm by name in the job.</summary>
/// <remarks>
/// Sources: nicehash/Specifications XelisHashV2_NiceHash_v1.0.txt, vipor-net/xelis-stratum-protocol, miningcore XelisJob and XelisPool;
/// protocols.md section 10.10.
/// <code>
/// answer to mining.subscribe  [session, extranonce(60 to 64), 32, key(64)]
/// mining.authorize            ["xel:…", worker, password]
/// mining.notify               [job, time(16), work hash(64), "xel/v2", clean]
/// mining.submit               ["xel:…" or worker, job, nonce] or [worker, job, time, nonce]
/// first version of the job    [job, work hash, key(64), clean]: the shape of others, so that the login has to tell
/// </code>
/// </remarks>
internal sealed class Xelis : IJsonDialect
{
    public string Name => "xelis";

    public IReadOnlyList<string> Methods => ["mining.authorize", "mining.notify", "mining.submit"];

    public ResultForms Results => ResultForms.Array;

    public Match Recognise(in JsonMessage message)
    {
        switch (message.StratumMethod)
        {
            case StratumMethod.Authorize:
                return IsAddress(message.Params[0]) ? Certainly.Miner : Match.None;
            case StratumMethod.Notify:
                return IsJob(message.Params.Elements) ? Certainly.Pool : Match.None;
            case StratumMethod.Submit:
                return message.Params.Count is 3 or 4 && IsAddress(message.Params[0]) ? Certainly.Miner : Match.None;
            case StratumMethod.None when message.Method.IsEmpty && message.Result.IsArray:
                return IsSubscription(message.Result.Elements) ? Certainly.Pool : Match.None;
            default:
                return Match.None;
        }
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        // Difficulty 1 is one hash (miningcore XelisPool.HashrateFromShares).
        session.WorkPerDifficulty = 1;
        if (message.StratumMethod == StratumMethod.Submit && !IsAddress(message.Params[0]))
        {
            // The worker's name alone: the login before it named the wallet.
            session.ShareSubmitted(message.Id.Raw, message.Params[1].Text, session.Moment);
            session.Saw("mining.submit");
            StratumFamily.ReadWorker(message.Params[0].Text, session);
            return;
        }

        switch (StratumFamily.Read(in message, speaker, session))
        {
            case StratumMethod.Notify:
                session.SetAlgorithm("xelishash");
                session.SetCoin("XEL");
                StratumFamily.AddJob(message.Params[0].Text, "mining.notify of Xelis", session);
                break;
            case StratumMethod.Authorize when message.Params.Count == 3:
                session.SetLogin(default, message.Params[1].Text);
                break;
            default:
                break;
        }

        session.NameCoinByAddress("XEL");
    }

    private static bool IsSubscription(in JsonElements result) =>
        result.Count == 4 && result[0].IsString && result[1].IsHexAtLeast(48) && result[1].Raw.Length <= 66 && result[2].Kind == JsonKind.Number && result[3].IsHex(64);

    private static bool IsJob(in JsonElements job) => job.Count == 5 && job[1].IsHex(16) && job[2].IsHex(64) && job[3].Text.StartsWith("xel/"u8);

    private static bool IsAddress(JsonSlice login)
    {
        LoginName.Split(login.Text, out var account, out _);
        return Address.Judge(account).Coin is "XEL";
    }
}
