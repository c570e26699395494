namespace MinerFlow.Detection.Protocols;

/// <summary>Grin and the Mimblewimble coins cloned from it: a job is the header before its proof, a share a cycle of edges.</summary>
/// <remarks>
/// Sources: mimblewimble/grin doc/stratum.md, nicehash/Specifications Grin_NiceHash_v1.0.txt; protocols.md section 10.8. Epic Cash, which takes
/// three algorithms in turn: EpicCash/epic-miner src/bin/types.rs and client.rs.
/// <code>
/// job, or the result of getjobtemplate  {"difficulty":…,"height":…,"job_id":…,"pre_pow":"476 digits"}
/// submit                                {"edge_bits":32,"height":…,"job_id":…,"nonce":…,"pow":[42 numbers]}
/// answers repeat the method             {"id":"2","method":"submit","result":"ok"}
/// Epic's job                            "algorithm":"randomx","difficulty":[["cuckoo",3],["randomx",800000],["progpow",2500000000]]
/// Epic's submit                         "pow":{"RandomX":[32 numbers]} or {"ProgPow":[32 numbers]} or {"Cuckoo":[31,[42 numbers]]}
/// </code>
/// </remarks>
internal sealed class Grin : IJsonDialect
{
    /// <summary>Edge bits of Grin's graph; the shares of other coins tell theirs.</summary>
    private const long EdgeBits = 32;

    public string Name => "grin";

    public IReadOnlyList<string> Methods => ["login", "getjobtemplate", "job", "submit", "keepalive"];

    public ResultForms Results => ResultForms.None;

    public Match Recognise(in JsonMessage message)
    {
        var method = message.Method;
        switch (method.Length)
        {
            case 3 when method.SequenceEqual("job"u8):
                return IsJob(message.Params) ? Certainly.Pool : Match.None;
            case 5 when method.SequenceEqual("login"u8):
                return RecogniseLogin(in message);
            case 6 when method.SequenceEqual("submit"u8):
                return IsShare(message.Params) ? Certainly.Miner : RecogniseEcho(in message);
            case 9 when method.SequenceEqual("keepalive"u8):
                return RecogniseEcho(in message);
            case 14 when method.SequenceEqual("getjobtemplate"u8):
                // Servers that run jobs from templates are asked for one in the same word, but by its number or name.
                return IsJob(message.Result) ? Certainly.Pool
                    : message.Result.Exists || message.Error.Exists ? new Match(Recognition.Possible, Speaker.Pool)
                    : new Match(IsRequest(message.Params) && !message.IsTruncated ? Recognition.Likely : Recognition.Possible, Speaker.Miner);
            default:
                return Match.None;
        }
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        session.HashrateUnit = session.Coin is "EPIC" ? "H/s" : "Sol/s";
        if (IsJob(message.Params) || IsJob(message.Result))
        {
            session.Answered(message.Id.Raw);
            ReadJob(message.Result.IsObject ? message.Result : message.Params, session);
        }
        else if (message.Result.Exists || message.Error.Exists)
        {
            ReadAnswer(in message, session);
        }
        else if (message.Method.SequenceEqual("submit"u8))
        {
            if (message.Params["pow"u8].IsArray && message.Params["edge_bits"u8].TryGetInt64(out var bits) && bits is >= 24 and <= 64)
            {
                session.WorkPerDifficulty = 1 / GraphWeight(bits);
            }

            session.ShareSubmitted(message.Id.Raw, message.Params["job_id"u8].Text, session.Moment);
            session.Saw(message.Params["pow"u8].IsArray ? "submit with a cycle of edges" : "submit with a proof of Epic Cash");
        }
        else if (message.Method.SequenceEqual("login"u8))
        {
            session.Open(message.Id.Raw, OpenRequest.Login);
            session.Saw("login");
            StratumFamily.ReadAgent(message.Params["agent"u8].Text, session);
            StratumFamily.ReadLogin(message.Params["login"u8].Text, session);
        }

        session.NameCoinByAddress("GRIN");
    }

    private static bool IsJob(JsonSlice job) =>
        job.IsObject && job["pre_pow"u8].IsHexAtLeast(64) && job["job_id"u8].Exists && job["difficulty"u8].Exists;

    private static bool IsShare(JsonSlice share) => share.IsObject && share["job_id"u8].Exists && share["nonce"u8].Exists
        && (share["pow"u8] is { IsArray: true, Count: >= 32 } || IsProofOfEpic(share["pow"u8]));

    private static bool IsProofOfEpic(JsonSlice proof) => proof["RandomX"u8].IsArray || proof["ProgPow"u8].IsArray || proof["Cuckoo"u8].IsArray;

    /// <summary>Nothing is asked for but work, or work for one of Epic's algorithms. Other trades send an empty list where these miners send null.</summary>
    private static bool IsRequest(JsonSlice request) =>
        request is { Kind: JsonKind.Missing or JsonKind.Null } || IsAlgorithmOfEpic(request["algorithm"u8].Text);

    private static bool IsAlgorithmOfEpic(ReadOnlySpan<byte> name) => name.SequenceEqual("randomx"u8) || name.SequenceEqual("progpow"u8) || name.SequenceEqual("cuckoo"u8);

    /// <summary>A login of this dialect is also one of many others, except for the agents of the miners that came with the coins.</summary>
    private static Match RecogniseLogin(in JsonMessage message)
    {
        var agent = message.Params["agent"u8].Text;
        if (agent.StartsWith("grin-miner"u8) || agent.StartsWith("epic-miner"u8))
        {
            return new Match(Recognition.Likely, Speaker.Miner);
        }

        return RecogniseEcho(in message);
    }

    /// <summary>JSON-RPC answers have no method: servers of this code base repeat it.</summary>
    private static Match RecogniseEcho(in JsonMessage message) =>
        message.Result.Text.SequenceEqual("ok"u8) || message["error"u8]["code"u8].Exists ? new Match(Recognition.Possible, Speaker.Pool) : Match.None;

    private static void ReadJob(JsonSlice job, MiningSession session)
    {
        if (job["height"u8].TryGetInt64(out var height))
        {
            session.SetHeight(height);
        }

        if (job["difficulty"u8].TryGetNumber(out var difficulty))
        {
            if (session.WorkPerDifficulty == MiningSession.HashesOfDifficultyOne)
            {
                session.WorkPerDifficulty = 1 / GraphWeight(EdgeBits);
            }

            session.SetDifficulty(difficulty, Math.Max(1, difficulty * session.WorkPerDifficulty));
        }
        else if (job["difficulty"u8].IsArray)
        {
            ReadWorkOfEpic(job, session);
        }

        StratumFamily.AddJob(job["job_id"u8].Text, "job with pre_pow", session);
    }

    /// <summary>Difficulty that every cycle reaches (grin core consensus.rs, graph_weight).</summary>
    private static double GraphWeight(long edgeBits) => Math.Pow(2, edgeBits - 23) * edgeBits;

    /// <summary>One difficulty for each algorithm, in hashes. That of a Cuckoo cycle weighs by a size of graph which the job leaves open: no work is read from it.</summary>
    private static void ReadWorkOfEpic(JsonSlice job, MiningSession session)
    {
        session.SetCoin("EPIC");
        session.HashrateUnit = "H/s";
        var algorithm = job["algorithm"u8].Text;
        session.SetAlgorithm(algorithm);
        if (algorithm.SequenceEqual("cuckoo"u8))
        {
            return;
        }

        var pairs = job["difficulty"u8].Elements;
        for (var i = 0; i < pairs.Count; i++)
        {
            if (pairs[i][0].Text.SequenceEqual(algorithm) && pairs[i][1].TryGetNumber(out var hashes))
            {
                session.SetDifficulty(hashes, hashes);
            }
        }
    }

    private static void ReadAnswer(in JsonMessage message, MiningSession session)
    {
        var refused = StratumFamily.IsRefusal(in message);
        var kind = session.Answered(message.Id.Raw);
        if (message.Method.SequenceEqual("submit"u8) || kind == OpenRequest.Share)
        {
            // -32503: the solution came too late.
            message.Error["code"u8].TryGetInt64(out var code);
            session.ShareAnswered(message.Id.Raw, !refused ? ShareOutcome.Accepted : code == -32503 ? ShareOutcome.Stale : ShareOutcome.Rejected, session.Moment);
            session.Saw(refused ? "pool refused a share" : "pool took a share");
        }
        else if (message.Method.SequenceEqual("login"u8) && refused)
        {
            session.Rejected();
            session.Saw("pool refused");
        }
        else if (message.Method.SequenceEqual("login"u8))
        {
            session.Accepted();
            session.Saw("pool took the login");
        }
    }
}
