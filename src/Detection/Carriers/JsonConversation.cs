using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Finds out which dialect the JSON messages of one connection are, and lets it read them. Whatever carries the messages
/// (lines, HTTP bodies, WebSocket frames) hands each of them to <see cref="Read(in JsonMessage, FlowSide)"/>.
/// </summary>
/// <remarks>
/// Until a message is certain, each one is offered to every dialect that may know it, and the dialect with the most points leads and reads.
/// What a former leader read stays in the session, so a later and more specific leader loses nothing.
/// </remarks>
internal sealed partial class JsonConversation(MiningSession session)
{
    /// <summary>Recognised messages after which the leader stays. 32: every dialect shows a job or a share long before.</summary>
    private const int MessagesOfElection = 32;

    private int[]? _points;
    private IJsonDialect? _leader;
    private byte _recognised;
    private bool _settled;
    private bool _hadMethodAlone;

    /// <summary>Messages that no dialect knew, before the first one that some did for certain or by structure.</summary>
    public int Unrecognised { get; private set; }

    /// <summary>Reads one message.</summary>
    /// <returns>How well it was recognised; <see cref="Recognition.Certain"/> for every message of a settled conversation.</returns>
    public Recognition Read(in JsonMessage message, FlowSide sender)
    {
        if (_settled && session.Miner is not null)
        {
            var speaker = session.SpeakerOf(sender);
            session.Heard(speaker);
            if (StratumMethods.SpeakerOf(message.StratumMethod) is not Speaker.Unknown and var of && of != speaker)
            {
                session.Contradicts(speaker);
            }

            ReadBy(_leader!, in message, speaker);
            return Recognition.Certain;
        }

        var match = Weigh(Elect(in message), in message);
        if (match.Recognition == Recognition.None && _leader is null)
        {
            Unrecognised++;
            return Recognition.None;
        }

        Orient(match, sender);
        session.Protocol = _leader;
        session.Recognised(match.Recognition);
        var known = session.SpeakerOf(sender);
        known = known == Speaker.Unknown ? match.Speaker : known;
        session.Heard(known);
        var wasReported = session.IsReported;
        ReadBy(_leader!, in message, known);
        if (session.IsReported && !wasReported && known != Speaker.Unknown)
        {
            // What the dialect knows of earlier messages made this one the proof.
            session.Orient(known == Speaker.Miner ? sender : sender.Opposite());
        }

        return match.Recognition;
    }

    /// <summary>
    /// Offers the message to every dialect that may know it, unless the leader is certain of it or it can tell none from another.
    /// </summary>
    private Match Elect(in JsonMessage message)
    {
        if (_leader is not null && session.Miner is not null && IsCommon(in message))
        {
            return _leader.Recognise(in message);
        }

        if (_leader is not null && _leader.Recognise(in message) is { Recognition: Recognition.Certain } certain)
        {
            _settled = true;
            return certain;
        }

        return Poll(in message);
    }

    /// <summary>
    /// A request that is cut before its list begins is one of any trade: what comes behind the first line of a connection may have overtaken it and be lost.
    /// That happens once. A snap length cuts every line alike, and the second request proves what the first did not.
    /// </summary>
    private Match Weigh(Match match, in JsonMessage message)
    {
        if (!message.IsTruncated || message.Params.Exists || message.StratumMethod == StratumMethod.None || _hadMethodAlone)
        {
            return match;
        }

        _hadMethodAlone = true;
        return match.Recognition > Recognition.Possible ? match with { Recognition = Recognition.Possible } : match;
    }

    /// <summary>A plain yes, a difficulty, the wish to be told of extranonces: a dozen dialects say it in the same words.</summary>
    private static bool IsCommon(in JsonMessage message) => message.Method.IsEmpty
        ? message.Result.Kind == JsonKind.True && message.Error.Kind is JsonKind.Missing or JsonKind.Null
        : message.StratumMethod is StratumMethod.SetDifficulty or StratumMethod.ExtranonceSubscribe;

    /// <summary>The strongest match of all dialects; the leader is the one with the most points, the one that leads already when even.</summary>
    private Match Poll(in JsonMessage message)
    {
        var dialects = session.Context.Dialects;
        _points ??= new int[dialects.Length];
        var best = Match.None;
        var leading = _leader is null ? -1 : Array.IndexOf(dialects, _leader);
        foreach (var i in session.Context.Table.For(in message))
        {
            var match = dialects[i].Recognise(in message);
            if (match.Recognition == Recognition.None)
            {
                continue;
            }

            if (match.Recognition >= Recognition.Likely && best.Recognition < Recognition.Likely && IsRecord(in message))
            {
                return Match.None;
            }

            _points[i] += Points(match.Recognition);
            if (match.Recognition > best.Recognition || (match.Recognition == best.Recognition && best.Speaker == Speaker.Unknown))
            {
                best = match;
            }
        }

        for (var i = 0; i < dialects.Length; i++)
        {
            if (_points[i] > (leading < 0 ? 0 : _points[leading]))
            {
                leading = i;
            }
        }

        if (best.Recognition != Recognition.None)
        {
            Lead(dialects[leading]);
            _settled = best.Recognition == Recognition.Certain || ++_recognised >= MessagesOfElection;
            _points = _settled && session.Miner is not null ? null : _points;
        }

        return best;
    }

    /// <summary>A line of a pool's log, whose members a collector (Fluent Bit, Logstash, Elasticsearch) laid beside the date of their own.</summary>
    private static bool IsRecord(in JsonMessage message)
    {
        // Jobs are long: looking for two strings costs a tenth of walking through the members.
        if (message.Raw.IndexOf("\"@"u8) < 0 && message.Raw.IndexOf("\"date\""u8) < 0)
        {
            return false;
        }

        var members = new JsonMembers(message.Raw);
        while (members.MoveNext())
        {
            if (members.Name is [(byte)'@', ..] or [(byte)'d', (byte)'a', (byte)'t', (byte)'e'])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What a former leader took for granted is not taken over.</summary>
    private void Lead(IJsonDialect dialect)
    {
        if (_leader is not null && _leader != dialect)
        {
            session.HashrateUnit = "H/s";
            session.WorkPerDifficulty = MiningSession.HashesOfDifficultyOne;
        }

        _leader = dialect;
    }

    /// <summary>
    /// A message that fits several protocols may fit one of them the other way round: only structure turns the session. Miners open their connections:
    /// a server that sends their words shows a log of them, and a client that sends a pool's forwards one.
    /// </summary>
    private void Orient(Match match, FlowSide sender)
    {
        if (match is not { Recognition: >= Recognition.Likely, Speaker: not Speaker.Unknown })
        {
            return;
        }

        session.Orient(match.Speaker == Speaker.Miner ? sender : sender ^ FlowSide.High);
        var speaker = session.SpeakerOf(sender);
        if (speaker != match.Speaker || (session.Opener is { } opener && (opener == sender) != (match.Speaker == Speaker.Miner)))
        {
            session.Contradicts(speaker);
        }
    }

    /// <summary>One structural message outweighs any run of names, and one certain message any run of structures.</summary>
    private static int Points(Recognition recognition) => recognition switch
    {
        Recognition.Certain => 1 << 20,
        Recognition.Likely => 1 << 10,
        _ => 1,
    };
}
