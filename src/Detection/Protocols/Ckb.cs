using MinerFlow.Detection.Coins;

namespace MinerFlow.Detection.Protocols;

/// <summary>Nervos CKB: the dialect of most pools, and the older one of SparkPool with <c>ckb_</c> methods.</summary>
/// <remarks>
/// Sources: btcpool src/ckb, leifjacky/ckb-gominer-demo, nervosnetwork/ckb docs/stratum_v1.md; protocols.md section 10.3.
/// <code>
/// mining.notify   [job, header hash(64), height, parent hash(64), clean]
/// mining.submit   [ckb1….worker, job, nonce2]
/// ckb_submitLogin {"login":…,"agent":…,"worker":…}, ckb_submitWork {"pow_hash":…,"nonce":…}; jobs are results {"pow_hash":…,"target":…}
/// </code>
/// </remarks>
internal sealed class Ckb : IJsonDialect
{
    public string Name => "ckb";

    public IReadOnlyList<string> Methods => ["mining.authorize", "mining.notify", "mining.submit", "ckb_submitLogin", "ckb_getWork", "ckb_submitWork", "ckb_submitHashrate"];

    public ResultForms Results => ResultForms.Object;

    public Match Recognise(in JsonMessage message)
    {
        if (message.Method.StartsWith("ckb_"u8))
        {
            return IsOldCall(message.Method) ? Certainly.Miner : Match.None;
        }

        switch (message.StratumMethod)
        {
            case StratumMethod.Notify:
                return IsJob(message.Params.Elements) ? Certainly.Pool : Match.None;
            case StratumMethod.Authorize:
                return IsAddress(message.Params[0]) ? new Match(Recognition.Likely, Speaker.Miner) : Match.None;
            case StratumMethod.Submit:
                return IsShare(message.Params.Elements) ? Certainly.Miner : Match.None;
            case StratumMethod.None when message.Method.IsEmpty:
                return IsOldJob(message.Result) ? Certainly.Pool : Match.None;
            default:
                return Match.None;
        }
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        if (message.Method.StartsWith("ckb_"u8))
        {
            ReadOldCall(in message, session);
        }
        else if (IsOldJob(message.Result))
        {
            session.Answered(message.Id.Raw);
            ReadOldJob(message.Result, session);
        }
        else if (StratumFamily.Read(in message, speaker, session) == StratumMethod.Notify)
        {
            var job = message.Params.Elements;
            if (job[2].TryGetInt64(out var height))
            {
                session.SetHeight(height);
            }

            session.SetAlgorithm("eaglesong");
            session.RestateDifficulty();
            StratumFamily.AddJob(job[0].Text, "mining.notify with header hash, height and parent hash", session);
        }

        session.NameCoinByAddress("CKB");
    }

    private static bool IsJob(in JsonElements job) =>
        job.Count == 5 && job[1].IsHex(64) && job[2].Kind == JsonKind.Number && job[3].IsHex(64) && job[4].Kind is JsonKind.True or JsonKind.False;

    private static bool IsShare(in JsonElements share) => share.Count == 3 && share[2].IsHexAtLeast(8) && IsAddress(share[0]);

    private static bool IsAddress(JsonSlice login)
    {
        LoginName.Split(login.Text, out var account, out _);
        return Address.Judge(account).Coin is "CKB";
    }

    private static bool IsOldCall(ReadOnlySpan<byte> method) =>
        method.SequenceEqual("ckb_submitLogin"u8) || method.SequenceEqual("ckb_getWork"u8) || method.SequenceEqual("ckb_submitWork"u8)
        || method.SequenceEqual("ckb_submitHashrate"u8);

    private static bool IsOldJob(JsonSlice result) => result.IsObject && result["pow_hash"u8].IsHex(64) && result["target"u8].IsHexAtLeast(32);

    private static void ReadOldCall(in JsonMessage message, MiningSession session)
    {
        if (message.Method.SequenceEqual("ckb_submitLogin"u8))
        {
            session.Open(message.Id.Raw, OpenRequest.Login);
            session.Saw("ckb_submitLogin");
            StratumFamily.ReadLogin(message.Params["login"u8].Text, session);
            StratumFamily.ReadAgent(message.Params["agent"u8].Text, session);
            session.SetLogin(default, message.Params["worker"u8].Text);
        }
        else if (message.Method.SequenceEqual("ckb_submitWork"u8))
        {
            session.ShareSubmitted(message.Id.Raw, message.Params["pow_hash"u8].Text, session.Moment);
            session.Saw("ckb_submitWork");
        }
        else if (message.Method.SequenceEqual("ckb_submitHashrate"u8) && message.Params.TryGetHex(out var digits) && Hex.TryRead(digits, out var rate))
        {
            session.Open(message.Id.Raw, OpenRequest.Other);
            session.SetStatedHashrate(rate);
        }
        else
        {
            session.Open(message.Id.Raw, OpenRequest.Other);
        }
    }

    private static void ReadOldJob(JsonSlice job, MiningSession session)
    {
        if (ShareTarget.TryReadWork(job["target"u8], out var work))
        {
            session.SetDifficulty(work / MiningSession.HashesOfDifficultyOne, work);
        }

        if (job["height"u8].TryGetInt64(out var height))
        {
            session.SetHeight(height);
        }

        session.SetAlgorithm("eaglesong");
        StratumFamily.AddJob(job["pow_hash"u8].Text, "job with pow_hash and target", session);
    }
}
