using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// ViaBTC's mineragent (viabtc/viabtc_mining_server), JSON lines between an agent with many miners and the pool: <c>agent.subscribe [n, agent]</c>,
/// <c>agent.sync [[miner, nonce id, extranonce1, difficulty]…]</c>, <c>agent.submit [miner, account, job, extranonce2, ntime, nonce…]</c>,
/// <c>agent.event</c>, <c>agent.status</c>; jobs come as in Stratum V1.
/// </summary>
internal sealed class ViaBtcAgent : IJsonDialect
{
    private static readonly StratumV1 Lines = new();

    public string Name => "viabtc-agent";

    public IReadOnlyList<string> Methods => ["agent.subscribe", "agent.sync", "agent.submit", "agent.event", "agent.status"];

    public ResultForms Results => ResultForms.None;

    public Match Recognise(in JsonMessage message)
    {
        var method = message.Method;
        if (!method.StartsWith("agent."u8) || !message.Params.IsArray)
        {
            return Match.None;
        }

        var call = method["agent."u8.Length..];
        if (call.SequenceEqual("submit"u8))
        {
            return new Match(IsShare(message.Params.Elements) ? Recognition.Certain : Recognition.None, Speaker.Miner);
        }

        if (call.SequenceEqual("sync"u8))
        {
            return new Match(message.Params[0][0].Exists && message.Params[0][0][2].IsHexAtLeast(8) ? Recognition.Certain : Recognition.Possible, Speaker.Miner);
        }

        if (call.SequenceEqual("subscribe"u8))
        {
            var isNumbered = message.Params.Count == 2 && message.Params[0].Kind == JsonKind.Number && message.Params[1].IsString;
            return new Match(isNumbered ? Recognition.Certain : Recognition.Possible, Speaker.Miner);
        }

        return call.SequenceEqual("event"u8) || call.SequenceEqual("status"u8) ? new Match(Recognition.Possible, Speaker.Miner) : Match.None;
    }

    private static bool IsShare(in JsonElements share) =>
        share.Count >= 6 && share[1].IsString && share[3].IsHexAtLeast(2) && share[4].IsHex(8) && share[5].IsHex(8);

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        session.Role = MiningRole.Proxy;
        var parameters = message.Params;
        if (message.Method.SequenceEqual("agent.sync"u8))
        {
            session.Saw("agent.sync lists the miners behind the agent");
            session.SetWorkers(parameters[0].Count);
        }
        else if (message.Method.SequenceEqual("agent.submit"u8))
        {
            var share = parameters.Elements;
            session.Saw("agent.submit");
            session.SetLogin(share[1].Text, default);
            session.ShareSubmitted(message.Id.Raw, share[2].Text, session.Moment);
        }
        else if (message.Method.SequenceEqual("agent.subscribe"u8))
        {
            session.Saw("agent.subscribe");
        }
        else if (!message.Method.IsEmpty)
        {
            Lines.Read(in message, speaker, session);
            session.Role = MiningRole.Proxy;
        }
        else if (message.IsResponse)
        {
            var accepted = message.Result.Kind == JsonKind.True;
            var refused = message.Result.Kind == JsonKind.False || message.HasError;
            if (accepted || refused)
            {
                session.ShareAnswered(message.Id.Raw, accepted ? ShareOutcome.Accepted : ShareRefusal.OutcomeOf(in message), session.Moment);
            }
        }
    }
}
