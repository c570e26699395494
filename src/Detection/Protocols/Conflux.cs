namespace MinerFlow.Detection.Protocols;

/// <summary>Conflux: the dialect of its node, for miners of the same owner, and the one of pools, called Octopus.</summary>
/// <remarks>
/// Sources: Conflux-Chain conflux-documentation stratum.md (node), nicehash/Specifications Octopus_NiceHash_v1.0.txt (pools); protocols.md section 10.2.
/// <code>
/// node  mining.notify [0xjob, 0xhash, 0xboundary], answers "true" and ["true"] or ["false", reason]
/// pool  mining.notify [job, "height", 0xhash, 0xboundary] with the member xn
/// both  mining.submit [worker, job, 0xnonce, 0xhash]
/// </code>
/// </remarks>
internal sealed class Conflux : IJsonDialect
{
    public string Name => "conflux";

    public IReadOnlyList<string> Methods => ["mining.subscribe", "mining.notify", "mining.submit"];

    public ResultForms Results => ResultForms.None;

    public Match Recognise(in JsonMessage message)
    {
        switch (message.StratumMethod)
        {
            case StratumMethod.Notify:
                return IsJob(message.Params.Elements, message.IsTruncated) ? Certainly.Pool : Match.None;
            case StratumMethod.Submit:
                return !message.IsTruncated && IsShare(message.Params.Elements) ? Certainly.Miner : Match.None;
            case StratumMethod.Subscribe:
                return message.Params[0].Text.SequenceEqual("cfxmine"u8) || IsLogin(message.Params[0]) ? new Match(Recognition.Likely, Speaker.Miner) : Match.None;
            default:
                return Match.None;
        }
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        if (message.Method.IsEmpty && message.Result.IsArray && speaker == Speaker.Pool)
        {
            ReadNodeAnswer(in message, session);
            return;
        }

        if (message.StratumMethod == StratumMethod.Subscribe && IsLogin(message.Params[0]))
        {
            // Pools take the address where the agent would be.
            session.Open(message.Id.Raw, OpenRequest.Login);
            session.Saw("mining.subscribe with an address");
            StratumFamily.ReadLogin(message.Params[0].Text, session);
        }
        else if (StratumFamily.Read(in message, speaker, session) == StratumMethod.Notify)
        {
            ReadJob(in message, session);
        }

        session.NameCoinByAddress("CFX");
    }

    /// <summary>Cut behind its third parameter, a job of Zano looks like one of the node; its shares likewise.</summary>
    private static bool IsJob(in JsonElements job, bool isTruncated) => job.Count switch
    {
        3 => !isTruncated && Is0x(job[0], 64, 64) && Is0x(job[1], 64, 64) && Is0x(job[2], 32, 64),
        4 => job[0].IsString && job[1].Kind == JsonKind.String && job[1].TryGetInt64(out _) && Is0x(job[2], 64, 64) && Is0x(job[3], 32, 64),
        _ => false,
    };

    private static bool IsShare(in JsonElements share) => share.Count == 4 && share[0].IsString && Is0x(share[2], 1, 16) && Is0x(share[3], 64, 64);

    private static bool Is0x(JsonSlice text, int least, int most) =>
        text.Text.StartsWith("0x"u8) && text.TryGetHex(out var digits) && digits.Length >= least && digits.Length <= most;

    private static bool IsLogin(JsonSlice text) => text.Text.StartsWith("cfx:"u8);

    private static void ReadJob(in JsonMessage message, MiningSession session)
    {
        var job = message.Params.Elements;
        if (ShareTarget.TryReadWork(job[job.Count - 1], out var work))
        {
            session.SetDifficulty(work / MiningSession.HashesOfDifficultyOne, work);
        }

        if (job.Count == 4 && job[1].TryGetInt64(out var height))
        {
            session.SetHeight(height);
        }

        session.SetAlgorithm("octopus");
        StratumFamily.AddJob(job[0].Text, job.Count == 4 ? "mining.notify with height, hash and boundary" : "mining.notify with hash and boundary", session);
    }

    private static void ReadNodeAnswer(in JsonMessage message, MiningSession session)
    {
        var taken = message.Result[0].Text.SequenceEqual("true"u8);
        if (!session.ShareAnswered(message.Id.Raw, taken ? ShareOutcome.Accepted : ShareRefusal.OutcomeOf(message.Result), session.Moment))
        {
            return;
        }

        session.Saw(taken ? "node took a share" : "node refused a share");
    }
}
