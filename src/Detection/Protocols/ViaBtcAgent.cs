using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Protocols;

/// <summary>ViaBTC's mineragent: JSON lines between an agent with many miners and the pool.</summary>
/// <remarks>
/// Sources: viabtc/viabtc_mining_server btc/mineragent/ma_job.c and btc/gateway/gw_worker.c; protocols.md section 7. The pool answers the first two
/// requests and no share.
/// <code>
/// agent.subscribe [1, agent]        agent.sync [miner, nonce id, "extranonce1", difficulty]
/// agent.submit [miner, "account.worker", "job", "extranonce2", "ntime", "nonce", 0, 0, 0]
/// agent.event ["account", "worker", "connected"]        agent.status [time, connections]
/// job, without a method: {"job_id":…,"version":…,"curtime":…,"nbits":…,"height":…,"prevhash":…,"pool_name":…,"coinbase1":…,"coinbase2":…,"merkle_branch":[…],…}
/// </code>
/// </remarks>
internal sealed class ViaBtcAgent : IJsonDialect
{
    /// <summary>Requests are numbered by the time of day, in milliseconds since 1970.</summary>
    private const int MillisecondDigits = 13;

    private static readonly StratumV1 Lines = new();

    public string Name => "viabtc-agent";

    public IReadOnlyList<string> Methods => ["agent.subscribe", "agent.sync", "agent.submit", "agent.event", "agent.status"];

    public ResultForms Results => ResultForms.Missing;

    public Match Recognise(in JsonMessage message)
    {
        if (message.Method.IsEmpty)
        {
            return IsJob(in message) ? Certainly.Pool : Match.None;
        }

        if (!message.Method.StartsWith("agent."u8) || !message.Params.IsArray)
        {
            return Match.None;
        }

        // Agents of monitors and schedulers have the same names: only what the lists hold is the miners'.
        var elements = message.Params.Elements;
        return CallOf(message.Method) switch
        {
            AgentCall.Submit => IsShare(in elements) ? Certainly.Miner : Match.None,
            AgentCall.Sync when IsMiner(in elements) || IsMiner(elements[0].Elements) || IsMiner(elements[0][0].Elements) => Certainly.Miner,
            AgentCall.Subscribe when IsSubscription(in elements) && message.Id is { Kind: JsonKind.Number, Raw.Length: MillisecondDigits } => new Match(Recognition.Likely, Speaker.Miner),
            AgentCall.None => Match.None,
            _ => new Match(Recognition.Possible, Speaker.Miner),
        };
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        session.Role = MiningRole.Proxy;
        var elements = message.Params.Elements;
        switch (CallOf(message.Method))
        {
            case AgentCall.Subscribe:
                session.Saw("agent.subscribe");
                break;
            case AgentCall.Sync:
                session.Saw("agent.sync tells the miners behind the agent");
                ReadMiners(in elements, session);
                break;
            case AgentCall.Submit when IsShare(in elements):
                ReadShare(in elements, session);
                break;
            case AgentCall.None when message.Method.IsEmpty && IsJob(in message):
                ReadJob(in message, session);
                break;
            case AgentCall.None when !message.Method.IsEmpty:
                Lines.Read(in message, speaker, session);
                session.Role = MiningRole.Proxy;
                break;
            default:
                break;
        }
    }

    private static AgentCall CallOf(ReadOnlySpan<byte> method) =>
        method.SequenceEqual("agent.submit"u8) ? AgentCall.Submit
        : method.SequenceEqual("agent.sync"u8) ? AgentCall.Sync
        : method.SequenceEqual("agent.subscribe"u8) ? AgentCall.Subscribe
        : method.SequenceEqual("agent.event"u8) || method.SequenceEqual("agent.status"u8) ? AgentCall.Notice
        : AgentCall.None;

    /// <summary>Version 1, and the agent's number.</summary>
    private static bool IsSubscription(in JsonElements subscription) =>
        subscription.Count == 2 && subscription[0].Raw.SequenceEqual("1"u8) && subscription[1].Kind == JsonKind.Number;

    private static bool IsShare(in JsonElements share) =>
        share.Count >= 6 && share[0].Kind == JsonKind.Number && share[1].IsString && share[3].IsHexAtLeast(2) && share[4].IsHex(8) && share[5].IsHex(8);

    private static bool IsMiner(in JsonElements miner) =>
        miner.Count == 4 && miner[0].Kind == JsonKind.Number && miner[2].IsHex(8) && miner[3].Kind == JsonKind.Number;

    private static bool IsJob(in JsonMessage message) =>
        message["job_id"u8].IsString && message["prevhash"u8].IsHex(64) && message["coinbase1"u8].IsHexAtLeast(8) && message["merkle_branch"u8].IsArray;

    /// <summary>One miner, or a list of them.</summary>
    private static void ReadMiners(in JsonElements elements, MiningSession session)
    {
        if (IsMiner(in elements))
        {
            ReadMiner(in elements, session);
            return;
        }

        var list = elements[0][0].IsArray ? elements[0].Elements : elements;
        for (var i = 0; i < list.Count; i++)
        {
            ReadMiner(list[i].Elements, session);
        }
    }

    private static void ReadMiner(in JsonElements miner, MiningSession session)
    {
        if (IsMiner(in miner) && miner[3].TryGetNumber(out var difficulty))
        {
            session.NameWorker(miner[0].Text);
            session.SetDifficultyOf(miner[0].Text, difficulty);
        }
    }

    private static void ReadShare(in JsonElements share, MiningSession session)
    {
        session.Saw("agent.submit");
        session.Saw("the pool does not answer shares: all are counted as taken, an upper bound");
        LoginName.Split(share[1].Text, out var account, out var worker);
        session.SetLogin(account, worker);
        session.NameWorker(share[0].Text);
        session.ShareCounted(ShareOutcome.Accepted, session.WorkOf(share[0].Text), session.Moment);
    }

    private static void ReadJob(in JsonMessage message, MiningSession session)
    {
        var previous = message["prevhash"u8].Text;
        StratumFamily.AddJob(message["job_id"u8].Text, "job with the parts of a coinbase", session);
        if (!session.IsNewBlock(previous) || !message["height"u8].TryGetInt64(out var height) || !message["curtime"u8].TryGetInt64(out var time)
            || !message["nbits"u8].TryGetInt64(out var bits))
        {
            return;
        }

        // Pools are known by what stands in their coinbases, where this name comes between slashes.
        Span<byte> tag = stackalloc byte[2 + MiningSession.LongestText];
        var name = message["pool_name"u8].Text;
        name = name[..Math.Min(name.Length, MiningSession.LongestText)];
        tag[0] = (byte)'/';
        name.CopyTo(tag[1..]);
        tag[name.Length + 1] = (byte)'/';
        StratumV1.ReadFinding(session.Coins.OfTemplate(previous, height, time, (uint)bits, tag[..(name.Length + 2)]), session);
    }

    private enum AgentCall : byte
    {
        None,
        Subscribe,
        Sync,
        Submit,
        Notice,
    }
}
