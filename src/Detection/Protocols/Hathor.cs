using MinerFlow.Detection.Coins;

namespace MinerFlow.Detection.Protocols;

/// <summary>Hathor: Stratum with named parameters and jobs that weigh their shares by a logarithm.</summary>
/// <remarks>
/// Source: HathorNetwork/hathor-core hathor/stratum/stratum.py.
/// <code>
/// C subscribe {address, mine_txs?, merged_mining?}        or mining.subscribe; the answer is "ok"
/// S job       {data, job_id(32), nonce_size, weight, parent_hash(64)?}
/// C submit    {job_id(32), nonce or aux_pow}              or mining.submit; the answer is "ok" or "block_found", or an error with a code
/// </code>
/// Queues of other trades take a <c>submit</c> with a UUID and a nonce too, and services a <c>subscribe</c> with an address: by their short names
/// the two prove something only together, or with a job.
/// </remarks>
internal sealed class Hathor : IJsonDialect
{
    private const string Ticker = "HTR";

    /// <summary>A UUID without its hyphens.</summary>
    private const int JobDigits = 32;

    /// <summary>A header without its nonce: graph hash and parents alone have more.</summary>
    private const int ShortestHeader = 2 * 64;

    private enum Call
    {
        None,
        Subscribe,
        Job,
        Submit,
    }

    public string Name => "hathor";

    public IReadOnlyList<string> Methods => ["subscribe", "mining.subscribe", "job", "submit", "mining.submit"];

    public ResultForms Results => ResultForms.None;

    public Match Recognise(in JsonMessage message)
    {
        var fields = message.Params;
        if (!fields.IsObject)
        {
            return Match.None;
        }

        switch (CallOf(message.Method))
        {
            case Call.Job:
                return IsJob(fields) ? Certainly.Pool : Match.None;
            case Call.Submit:
                return fields["job_id"u8].IsHex(JobDigits) && IsProof(fields) ? OfMiner(isTold: NamesMining(message.Method)) : Match.None;
            case Call.Subscribe:
                var hasOption = fields["mine_txs"u8].Exists || fields["merged_mining"u8].Exists;
                return IsAddress(fields["address"u8]) ? OfMiner(isTold: hasOption || NamesMining(message.Method))
                    : hasOption ? OfMiner(isTold: false)
                    : Match.None;
            default:
                return Match.None;
        }
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        var fields = message.Params;
        switch (CallOf(message.Method))
        {
            case Call.Job:
                ReadJob(fields, session);
                break;
            case Call.Submit:
                if (session.Coin is Ticker)
                {
                    session.Recognised(Recognition.Likely);
                }

                session.ShareSubmitted(message.Id.Raw, fields["job_id"u8].Text, session.Moment);
                session.Saw("submit with job and nonce");
                break;
            case Call.Subscribe:
                session.Open(message.Id.Raw, OpenRequest.Login);
                session.Saw("subscribe with named parameters");
                SetLogin(fields["address"u8], session);
                break;
            case Call.None when message.IsResponse:
                ReadAnswer(in message, session);
                break;
            default:
                break;
        }
    }

    private static Match OfMiner(bool isTold) => new(isTold ? Recognition.Likely : Recognition.Possible, Speaker.Miner);

    private static bool NamesMining(ReadOnlySpan<byte> method) => method.StartsWith("mining."u8);

    private static Call CallOf(ReadOnlySpan<byte> method) => method.Length switch
    {
        3 when method.SequenceEqual("job"u8) => Call.Job,
        6 when method.SequenceEqual("submit"u8) => Call.Submit,
        9 when method.SequenceEqual("subscribe"u8) => Call.Subscribe,
        13 when method.SequenceEqual("mining.submit"u8) => Call.Submit,
        16 when method.SequenceEqual("mining.subscribe"u8) => Call.Subscribe,
        _ => Call.None,
    };

    private static bool IsJob(JsonSlice job) =>
        job["job_id"u8].IsHex(JobDigits) && job["data"u8].IsHexAtLeast(ShortestHeader)
        && job["nonce_size"u8].Kind == JsonKind.Number && job["weight"u8].Kind == JsonKind.Number;

    /// <summary>A nonce of 4 to 16 bytes, or the proof of a merge-mined block in its place.</summary>
    private static bool IsProof(JsonSlice share) =>
        (share["nonce"u8].IsHexAtLeast(2) && share["nonce"u8].Raw.Length <= 36) || share["aux_pow"u8].IsHexAtLeast(ShortestHeader);

    private static bool IsAddress(JsonSlice address) =>
        address.Text is [(byte)'H' or (byte)'h', ..] and { Length: 34 } text && Address.Judge(text).Shape == AddressShape.Base58;

    private static void SetLogin(JsonSlice address, MiningSession session)
    {
        session.SetLogin(address.Text, default);
        if (IsAddress(address))
        {
            SetCoin(session);
        }
    }

    private static void SetCoin(MiningSession session)
    {
        session.SetCoin(Ticker);
        session.SetAlgorithm("sha256d");
    }

    /// <summary>A weight is the logarithm of the expected hashes to the base of 2.</summary>
    private static void ReadJob(JsonSlice job, MiningSession session)
    {
        if (job["weight"u8].TryGetNumber(out var weight))
        {
            var hashes = Math.Pow(2, weight);
            session.SetDifficulty(hashes / MiningSession.HashesOfDifficultyOne, hashes);
        }

        SetCoin(session);
        StratumFamily.AddJob(job["job_id"u8].Text, "job with the weight of its shares", session);
    }

    private static bool IsTaken(JsonSlice result) => result.Text.SequenceEqual("ok"u8) || result.Text.SequenceEqual("block_found"u8);

    private static void ReadAnswer(in JsonMessage message, MiningSession session)
    {
        var refused = StratumFamily.IsRefusal(in message);
        var outcome = refused ? ShareRefusal.OutcomeOf(in message) : ShareOutcome.Accepted;
        switch (session.Answered(message.Id.Raw))
        {
            case OpenRequest.Share:
                session.ShareAnswered(message.Id.Raw, outcome, session.Moment);
                session.Saw(refused ? "pool refused a share" : "pool took a share");
                break;
            case OpenRequest.Login when refused:
                session.Rejected();
                session.Saw("pool refused");
                break;
            case OpenRequest.None when !session.MinerHeard && session.Jobs > 0 && (refused || IsTaken(message.Result)):
                session.ShareAnswered(message.Id.Raw, outcome, session.Moment);
                break;
            default:
                break;
        }
    }
}
