using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// What the dialects grown from Stratum V1 have in common: subscribing, logging in, difficulty, shares and their answers. A dialect of the
/// family recognises and reads its own messages and leaves the rest to <see cref="Read"/>.
/// </summary>
/// <remarks>Sources: cgminer and bfgminer util.c, slushpool/stratumprotocol, BIP 310, nicehash/Specifications; protocols.md section 3.</remarks>
internal static class StratumFamily
{
    /// <summary>Reads any message of the family other than a job (<c>mining.notify</c>), which every dialect lays out its own way.</summary>
    /// <returns>The method, so that the dialect can go on with what is its own.</returns>
    public static StratumMethod Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        var method = message.StratumMethod;
        switch (method)
        {
            case StratumMethod.Submit:
                ReadSubmit(in message, session);
                break;
            case StratumMethod.SetDifficulty:
                if (message.Params[0].TryGetNumber(out var difficulty))
                {
                    session.SetDifficulty(difficulty);
                }

                break;
            case StratumMethod.SetTarget:
                // Givers of TON send four things by this name, a seed first.
                if (message.Params.Count == 1 && ShareTarget.TryReadWork(message.Params[0], out var work))
                {
                    session.SetDifficulty(work / MiningSession.HashesOfDifficultyOne, work);
                }

                break;
            case StratumMethod.Subscribe:
                ReadSubscribe(in message, session);
                break;
            case StratumMethod.Authorize:
                ReadAuthorize(in message, session);
                break;
            case StratumMethod.Reconnect:
                session.Saw("pool sends the miner to another server (client.reconnect)");
                break;
            case StratumMethod.None:
                if (message.Method.IsEmpty)
                {
                    ReadAnswer(in message, speaker, session);
                }

                break;
            default:
                if (StratumMethods.SpeakerOf(method) == Speaker.Miner)
                {
                    session.Open(message.Id.Raw, OpenRequest.Other);
                }

                break;
        }

        return method;
    }

    /// <summary><c>[agent, session?, host?, port?]</c>.</summary>
    public static void ReadSubscribe(in JsonMessage message, MiningSession session)
    {
        session.Open(message.Id.Raw, OpenRequest.Subscribe);
        session.Saw("mining.subscribe");
        var elements = message.Params.Elements;
        ReadAgent(elements[0].Text, session);
        if (elements[2] is { IsString: true } host && host.Text.Contains((byte)'.'))
        {
            ReadHost(host.Text, session);
        }
    }

    /// <summary><c>[user, password]</c>.</summary>
    public static void ReadAuthorize(in JsonMessage message, MiningSession session)
    {
        session.Open(message.Id.Raw, OpenRequest.Login);
        session.Saw("mining.authorize");
        ReadLogin(message.Params[0].Text, session);
    }

    /// <summary><c>[user, job, ...]</c>: nearly every dialect of the family begins like this.</summary>
    public static void ReadSubmit(in JsonMessage message, MiningSession session)
    {
        var elements = message.Params.Elements;
        session.Saw("mining.submit");
        if (elements[1].IsArray)
        {
            // CodeChain (codechain spec/Stratum.md) names no user: [hash of the header, [seal]].
            session.ShareSubmitted(message.Id.Raw, elements[0].Text, session.Moment);
            return;
        }

        session.ShareSubmitted(message.Id.Raw, elements[1].Text, session.Moment);
        ReadLogin(elements[0].Text, session);
    }

    /// <summary>A job that the pool gave; the difficulty is the one in force.</summary>
    public static void AddJob(ReadOnlySpan<byte> jobId, string seen, MiningSession session)
    {
        session.AddJob(jobId);
        session.Accepted();
        session.Saw(seen);
    }

    public static void ReadLogin(scoped ReadOnlySpan<byte> login, MiningSession session) => ReadLogin(login, default, session);

    /// <param name="login">Account and worker in one.</param>
    /// <param name="named">The worker where the message has it in a member of its own: it stands for the login's.</param>
    /// <param name="session">The connection's facts.</param>
    public static void ReadLogin(scoped ReadOnlySpan<byte> login, scoped ReadOnlySpan<byte> named, MiningSession session)
    {
        if (login.IsEmpty || !session.IsNewLogin(login))
        {
            // One wallet may log in for several rigs.
            ReadWorker(named, session);
            return;
        }

        // Before it is split: the slash between wallet and worker may be escaped.
        Span<byte> plain = stackalloc byte[MiningSession.LongestText];
        if (login.Contains((byte)'\\'))
        {
            login = plain[..JsonText.Unescape(login[..Math.Min(login.Length, plain.Length)], plain)];
        }

        LoginName.Split(login, out var account, out var worker);
        worker = named.IsEmpty ? worker : named;
        session.SetLogin(account, worker);
        session.NameWorker(worker);
    }

    /// <summary>Keeps the agent; the ones that carry many miners on one connection say so by their name.</summary>
    public static void ReadAgent(ReadOnlySpan<byte> agent, MiningSession session)
    {
        if (agent.IsEmpty)
        {
            return;
        }

        session.SetAgent(agent);
        if (agent.StartsWith("xmrig-proxy/"u8) || agent.StartsWith("xmr-node-proxy/"u8) || agent.StartsWith("btccom-agent/"u8) || agent.StartsWith("NiceHash/"u8) || agent.StartsWith("stratum-proxy"u8))
        {
            session.Role = MiningRole.Proxy;
        }
    }

    /// <summary>A worker that a message names apart from its login; nothing where it names none.</summary>
    public static void ReadWorker(ReadOnlySpan<byte> worker, MiningSession session)
    {
        if (!worker.IsEmpty)
        {
            session.SetLogin(default, worker);
            session.NameWorker(worker);
        }
    }

    /// <summary>A host as miners write it: with a scheme before and a port behind, or bare.</summary>
    public static void ReadHost(ReadOnlySpan<byte> host, MiningSession session)
    {
        var scheme = host.IndexOf("://"u8);
        host = scheme >= 0 ? host[(scheme + 3)..] : host;
        var port = host.IndexOf((byte)':');
        session.SetPoolHost(port > 0 ? host[..port] : host);
    }

    /// <summary>An answer: to a share, a login, a subscription; by its id, or by what it holds when the question is not in the capture.</summary>
    public static void ReadAnswer(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        if (speaker == Speaker.Miner)
        {
            // The answer to client.get_version: the agent, also when the start was not seen. A string answers mining.ping too.
            var text = message.Result.IsString ? message.Result.Text : default;
            ReadAgent(text.SequenceEqual("pong"u8) ? default : text, session);
            return;
        }

        var refused = IsRefusal(in message);
        switch (session.Answered(message.Id.Raw))
        {
            case OpenRequest.Share:
                session.ShareAnswered(message.Id.Raw, refused ? ShareRefusal.OutcomeOf(in message) : ShareOutcome.Accepted, session.Moment);
                session.Saw(refused ? "pool refused a share" : "pool took a share");
                break;
            case OpenRequest.Login when !refused:
                session.Accepted();
                session.Saw("pool took the login");
                break;
            case OpenRequest.Login or OpenRequest.Subscribe when refused:
                session.Rejected();
                session.Saw("pool refused");
                break;
            case OpenRequest.Subscribe:
                session.Saw("pool answered the subscription");
                break;
            case OpenRequest.None:
                ReadAnswerToUnseen(in message, refused, session);
                break;
            default:
                break;
        }
    }

    /// <summary>
    /// With the miner's side missing, a plain true before the first job answers a login and one after it a share. With both sides there, the
    /// question came before the capture and is not counted: a share more or less at the edge would be a guess.
    /// </summary>
    private static void ReadAnswerToUnseen(in JsonMessage message, bool refused, MiningSession session)
    {
        if (refused && message.Error.IsArray)
        {
            session.Rejected();
            session.Saw("error of a Stratum server");
        }

        if (session.MinerHeard || session.Jobs == 0 || !(refused || message.Result.Kind == JsonKind.True))
        {
            return;
        }

        session.ShareAnswered(message.Id.Raw, refused ? ShareRefusal.OutcomeOf(in message) : ShareOutcome.Accepted, session.Moment);
    }

    /// <summary>False, or an error that says something.</summary>
    public static bool IsRefusal(in JsonMessage message) => message.Result.Kind == JsonKind.False || message.HasError;

    /// <summary>
    /// <c>[code, "text", traceback]</c> as only servers of this family write errors: 20 to 29 by slush's convention, 201 of BTC.com, in a pool's words.
    /// </summary>
    public static bool IsErrorOfFamily(JsonSlice error)
    {
        if (!error.IsArray)
        {
            return false;
        }

        var elements = error.Elements;
        return elements.Count == 3 && elements[0].Kind == JsonKind.Number && elements[0].TryGetInt64(out var code) && code is (>= 20 and <= 29) or 201
            && elements[1].IsString && ShareRefusal.IsOfPool(elements[1]);
    }

    /// <summary>
    /// Extranonce1 and the length of extranonce2, behind whatever names the subscription:
    /// <c>[[["mining.notify","…"]],"08000002",4]</c>, <c>[["mining.notify","ae68"],"00",8]</c>, <c>[[],"08003a25",4]</c>.
    /// </summary>
    public static bool IsSubscription(in JsonElements result) =>
        result.Count >= 3 && result[0].Kind is JsonKind.Array or JsonKind.Null or JsonKind.String
        && result[1].IsHexAtLeast(2) && result[1].Raw.Length <= 34 && result[2].Kind == JsonKind.Number
        && result[2].TryGetInt64(out var size) && size is >= 1 and <= 16;

    /// <summary>True when the subscription names a method of the family: <c>[["mining.notify", …], …]</c>, one or more of them in an array or bare.</summary>
    public static bool NamesMethod(in JsonElements result)
    {
        var name = result[0][0];
        return (name.IsArray ? name[0] : name).Text.StartsWith("mining."u8);
    }
}
