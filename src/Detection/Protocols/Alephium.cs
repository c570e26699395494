namespace MinerFlow.Detection.Protocols;

/// <summary>Alephium's pool protocol: a job is an array of objects, one for each pair of groups.</summary>
/// <remarks>
/// Sources: alephium/mining-pool lib/stratum.js and lib/blockTemplate.js, miningcore AlephiumPool, docs.alephium.org/mining/alephium-stratum;
/// protocols.md section 10.4.
/// <code>
/// mining.notify         [{"jobId":…,"fromGroup":0,"toGroup":1,"headerBlob":…,"txsBlob":…,"targetBlob":…}, …]
/// mining.submit         {"jobId":…,"fromGroup":0,"toGroup":1,"nonce":"48 digits","worker":"address.name"}
/// mining.submit_result  {"id":…,"method":"mining.submit_result","result":true}
/// </code>
/// </remarks>
internal sealed class Alephium : IJsonDialect
{
    /// <summary>
    /// Hashes behind difficulty 1: 2^30, times 16 because a hash counts only when its last bits fall on the job's pair of the 4 x 4 groups
    /// (miningcore AlephiumPool.HashrateFromShares).
    /// </summary>
    private const double HashesOfDifficultyOne = 16d * (1 << 30);

    public string Name => "alephium";

    public IReadOnlyList<string> Methods => ["mining.subscribe", "mining.hello", "mining.notify", "mining.submit", "mining.submit_result", "alph_submitHashrate"];

    public ResultForms Results => ResultForms.Array;

    public Match Recognise(in JsonMessage message)
    {
        switch (message.StratumMethod)
        {
            case StratumMethod.Notify:
                return IsJob(message.Params[0]) ? Certainly.Pool : Match.None;
            case StratumMethod.Submit:
                return IsShare(message.Params) ? Certainly.Miner : Match.None;
            case StratumMethod.Subscribe:
                return IsVersion(message.Params[1]) ? Certainly.Miner : Match.None;
            case StratumMethod.None:
                return RecogniseOther(in message);
            default:
                return Match.None;
        }
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        session.WorkPerDifficulty = HashesOfDifficultyOne;
        session.SetAlgorithm("blake3-alephium");
        session.SetCoin("ALPH");
        var method = message.StratumMethod;
        if (method == StratumMethod.Submit && message.Params.IsObject)
        {
            session.ShareSubmitted(message.Id.Raw, message.Params["jobId"u8].Text, session.Moment);
            session.Saw("mining.submit with a pair of groups");
            StratumFamily.ReadLogin(message.Params["worker"u8].Text, session);
        }
        else if (method == StratumMethod.Notify)
        {
            ReadJobs(message.Params, session);
        }
        else if (message.Method.SequenceEqual("mining.submit_result"u8))
        {
            StratumFamily.ReadAnswer(in message, speaker, session);
        }
        else if (message.Method.SequenceEqual("mining.hello"u8))
        {
            session.Open(message.Id.Raw, OpenRequest.Subscribe);
            StratumFamily.ReadAgent(message.Params[0].Text, session);
        }
        else if (!EthereumFamily.TryReadStatedHashrate(in message, session))
        {
            StratumFamily.Read(in message, speaker, session);
        }
    }

    private static Match RecogniseOther(in JsonMessage message)
    {
        if (message.Method.IsEmpty)
        {
            return message.Result.IsArray && IsVersion(message.Result[0]) ? Certainly.Pool : Match.None;
        }

        if (message.Method.SequenceEqual("mining.submit_result"u8))
        {
            return Certainly.Pool;
        }

        return message.Method.SequenceEqual("alph_submitHashrate"u8) || (message.Method.SequenceEqual("mining.hello"u8) && IsVersion(message.Params[1]))
            ? Certainly.Miner
            : Match.None;
    }

    private static bool IsVersion(JsonSlice text) => text.Text.StartsWith("AlephiumStratum/"u8);

    private static bool IsJob(JsonSlice job) =>
        job.IsObject && job["fromGroup"u8].Exists && job["toGroup"u8].Exists && job["headerBlob"u8].IsHexAtLeast(64) && job["jobId"u8].Exists;

    private static bool IsShare(JsonSlice share) =>
        share.IsObject && share["fromGroup"u8].Exists && share["toGroup"u8].Exists && share["nonce"u8].IsHexAtLeast(16) && share["jobId"u8].Exists;

    private static void ReadJobs(JsonSlice jobs, MiningSession session)
    {
        var members = new JsonMembers(jobs.Raw);
        while (jobs.IsArray && members.MoveNext())
        {
            session.AddJob(members.Value["jobId"u8].Text);
        }

        session.Accepted();
        session.Saw("mining.notify with an array of jobs for pairs of groups");
    }
}
