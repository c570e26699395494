using System.Buffers;
using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Protocols;

/// <summary>The CryptoNote pool protocol: Monero and its relatives, spoken by XMRig, xmrig-proxy, xmr-stak, cpuminer and browser relays.</summary>
/// <remarks>
/// Sources: xmrig src/base/net/stratum/Client.cpp and Job.cpp, MoneroOcean/nodejs-pool, sammy007/monero-stratum; protocols.md section 11. Tari and
/// Bytom speak it with jobs of their own: tari minotari_node stratum/tari_sha3x_stratum_handler.rs, btccom/btcpool docs/bytom/STRATUM-BTM.md.
/// The method names are words of everyday JSON-RPC, so only what goes with them counts: an address, a blob, a target, a 64-digit result.
/// </remarks>
internal sealed class CryptoNote : IJsonDialect
{
    /// <summary>The shortest address of any relative has 95 characters; 90 leaves room for clones.</summary>
    private const int ShortestAddress = 90;

    /// <summary>Characters of a cut address or blob that tell: 12 of base58 are 70 bits. XMRig's login leaves 14 of them at a snap length of 128.</summary>
    private const int ShortestStart = 12;

    /// <summary>The shortest hashing blob: header of 43 bytes and a root of 32.</summary>
    private const int ShortestBlob = 2 * 70;

    private static readonly SearchValues<byte> Base58 = SearchValues.Create("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"u8);

    public string Name => "cryptonote";

    public IReadOnlyList<string> Methods => ["login", "job", "submit", "getjob", "keepalived"];

    public ResultForms Results => ResultForms.Object;

    public Match Recognise(in JsonMessage message)
    {
        var method = message.Method;
        switch (method.Length)
        {
            case 0:
                return RecogniseAnswer(in message);
            case 3 when method.SequenceEqual("job"u8):
                return IsJob(message.Params) ? Certainly.Pool : IsJobStart(message.Params) ? new Match(Recognition.Likely, Speaker.Pool) : Match.None;
            case 5 when method.SequenceEqual("login"u8):
                return RecogniseLogin(message.Params);
            case 6 when method.SequenceEqual("submit"u8):
                // Every share carries the id that the login was answered with; without it, a puzzle for visitors of a site looks the same.
                return !IsShare(message.Params) ? Match.None : message.Params["id"u8].Exists ? Certainly.Miner : new Match(Recognition.Possible, Speaker.Miner);
            case 6 when method.SequenceEqual("getjob"u8):
            case 10 when method.SequenceEqual("keepalived"u8):
                return message.Params["id"u8].Exists ? new Match(Recognition.Possible, Speaker.Miner) : Match.None;
            default:
                return Match.None;
        }
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        var method = message.Method;
        switch (method.Length)
        {
            case 0:
                ReadAnswer(in message, session);
                break;
            case 3 when method.SequenceEqual("job"u8):
                ReadJob(message.Params, session);
                break;
            case 5 when method.SequenceEqual("login"u8):
                ReadLogin(in message, session);
                break;
            case 6 when method.SequenceEqual("submit"u8):
                session.ShareSubmitted(message.Id.Raw, message.Params["job_id"u8].Text, session.Moment);
                session.Saw("submit with nonce and result");
                break;
            default:
                session.Open(message.Id.Raw, OpenRequest.Other);
                break;
        }
    }

    /// <summary>
    /// <c>{"login":…,"pass":…,"agent":…,"algo":[…]}</c>. An address, the list of algorithms or a known agent makes it a miner's; a short name and a
    /// password alone are any login's.
    /// </summary>
    private static Match RecogniseLogin(JsonSlice login)
    {
        var name = login["login"u8];
        if (!name.IsString)
        {
            return login.TryGetCut("login"u8, out var begun) && IsAddressStart(begun) ? new Match(Recognition.Likely, Speaker.Miner) : Match.None;
        }

        var isMiner = IsAddress(name.Text) || IsAlgorithm(login["algo"u8][0].Text) || IsMiner(login["agent"u8].Text);
        return isMiner
            ? new Match(Recognition.Likely, Speaker.Miner)
            : login["pass"u8].IsString ? new Match(Recognition.Possible, Speaker.Miner) : Match.None;
    }

    /// <summary>Base58 at the length of an address, whatever is appended to it (worker, payment id, difficulty).</summary>
    private static bool IsAddress(ReadOnlySpan<byte> login)
    {
        var end = login.IndexOfAnyExcept(Base58);
        return (end < 0 ? login.Length : end) >= ShortestAddress;
    }

    /// <summary>
    /// Where a short snap length cuts an address: main ones begin with 4, subaddresses with 8, and names and numbers of people do not mix
    /// both cases with digits for so long.
    /// </summary>
    private static bool IsAddressStart(ReadOnlySpan<byte> begun) =>
        begun.Length >= ShortestStart && begun[0] is (byte)'4' or (byte)'8' && !begun.ContainsAnyExcept(Base58)
        && begun.ContainsAnyInRange((byte)'a', (byte)'z') && begun.ContainsAnyInRange((byte)'A', (byte)'Z');

    /// <summary>An algorithm as XMRig spells them (xmrig src/base/crypto/Algorithm.h): other trades negotiate "HS256".</summary>
    private static bool IsAlgorithm(ReadOnlySpan<byte> name) =>
        name.StartsWith("rx/"u8) || name.StartsWith("cn/"u8) || name.StartsWith("cn-"u8) || name.StartsWith("argon2/"u8) || name.StartsWith("cryptonight"u8)
        || name.StartsWith("randomx"u8) || name.StartsWith("astrobwt"u8) || name.SequenceEqual("kawpow"u8) || name.SequenceEqual("ghostrider"u8);

    private static bool IsMiner(ReadOnlySpan<byte> agent) =>
        agent.StartsWith("XMRig"u8) || agent.StartsWith("xmrig"u8) || agent.StartsWith("xmr-"u8) || agent.StartsWith("xmr/"u8)
        || agent.StartsWith("cpuminer"u8) || agent.StartsWith("ccminer"u8) || agent.StartsWith("SRBMiner"u8) || agent.StartsWith("MinerGate"u8)
        || agent.StartsWith("cryptonight"u8);

    private static Match RecogniseAnswer(in JsonMessage message)
    {
        var result = message.Result;
        if (!result.IsObject)
        {
            return Match.None;
        }

        // The answer to a login carries the first job; the answer to getjob is one.
        var job = result["job"u8];
        if (IsJob(job) || IsJob(result))
        {
            return Certainly.Pool;
        }

        if (IsJobStart(job))
        {
            return new Match(Recognition.Likely, Speaker.Pool);
        }

        var status = result["status"u8].Text;
        return status.SequenceEqual("OK"u8) || status.SequenceEqual("KEEPALIVED"u8) ? new Match(Recognition.Possible, Speaker.Pool) : Match.None;
    }

    private static bool IsJob(JsonSlice job)
    {
        if (!job.IsObject)
        {
            return false;
        }

        var fields = new JobFields(job);
        return fields.JobId.Exists && (fields.IsForProxy || (fields.Target.TryGetHex(out var target) && target.Length is > 0 and <= 16
            && (fields.Blob.IsHexAtLeast(ShortestBlob) || fields.IsOfTari || fields.IsOfBytom)));
    }

    /// <summary>A job that is cut in its blob, which begins with the major version of a block: none has reached 32.</summary>
    private static bool IsJobStart(JsonSlice job) =>
        job.TryGetCut("blob"u8, out var begun) && begun.Length >= ShortestStart && begun[0] is (byte)'0' or (byte)'1' && Coins.Hex.IsAll(begun);

    /// <summary><c>{"id":…,"job_id":…,"nonce":"8 digits","result":"64 digits"}</c>.</summary>
    private static bool IsShare(JsonSlice share) =>
        share["job_id"u8].Exists && share["nonce"u8].IsHexAtLeast(8) && share["nonce"u8].Raw.Length <= 18 && share["result"u8].IsHex(64);

    private static void ReadLogin(in JsonMessage message, MiningSession session)
    {
        session.Open(message.Id.Raw, OpenRequest.Login);
        session.Saw("login");
        StratumFamily.ReadAgent(message.Params["agent"u8].Text, session);

        // Pools let the rig of XMRig's --rig-id stand for the worker of the login.
        StratumFamily.ReadLogin(message.Params["login"u8].Text, message.Params["rigid"u8].Text, session);
    }

    private static void ReadJob(JsonSlice job, MiningSession session)
    {
        if (!job.IsObject)
        {
            return;
        }

        var fields = new JobFields(job);
        if (ShareTarget.TryReadCompactWork(fields.Target, out var work))
        {
            session.AddJob(fields.JobId.Text, work, work);
        }
        else if (fields.IsForProxy && fields.TargetDifficulty.TryGetNumber(out var hashes))
        {
            session.AddJob(fields.JobId.Text, hashes, hashes);
        }
        else if (fields.Blob.Exists || fields.IsOfBytom)
        {
            session.AddJob(fields.JobId.Text);
        }
        else
        {
            return;
        }

        session.Accepted();
        session.Saw(fields.IsOfBytom ? "job with the header of a Bytom block" : fields.IsForProxy ? "job with a block template for a proxy" : "job with blob and target");
        session.SetAlgorithm(fields.Algorithm.Text);
        session.Role = fields.IsForProxy ? MiningRole.Proxy : session.Role;
        if (fields.IsOfBytom)
        {
            session.SetAlgorithm("tensority");
            session.SetCoin("BTM");
        }
        else if (fields.IsOfTari)
        {
            session.SetCoin("XTM");
            session.HashrateUnit = fields.IsOfCuckaroo ? "Sol/s" : session.HashrateUnit;
        }

        if (!session.IsNewBlock(fields.Height.Raw))
        {
            return;
        }

        if (fields.Height.TryGetInt64(out var height))
        {
            session.SetHeight(height);
        }

        if (session.Coin is null && session.Coins.OfCryptonoteJob(fields.Algorithm.Text, height, fields.Blob.Text, session.Moment.Time) is { } coin)
        {
            session.SetCoin(coin);
            session.Saw("coin named by the job's algorithm, or its height and time");
        }
    }

    private static void ReadAnswer(in JsonMessage message, MiningSession session)
    {
        var refused = StratumFamily.IsRefusal(in message);
        switch (session.Answered(message.Id.Raw))
        {
            case OpenRequest.Share:
                session.ShareAnswered(message.Id.Raw, refused ? ShareRefusal.OutcomeOf(in message) : ShareOutcome.Accepted, session.Moment);
                session.Saw(refused ? "pool refused a share" : "pool took a share");
                return;
            case OpenRequest.Login when refused:
                session.Rejected();
                session.Saw("pool refused the login");
                return;
            case OpenRequest.None when !session.MinerHeard && session.Jobs > 0 && (refused || message.Result["status"u8].Text.SequenceEqual("OK"u8)) && !message.Result["job"u8].Exists:
                session.ShareAnswered(message.Id.Raw, refused ? ShareRefusal.OutcomeOf(in message) : ShareOutcome.Accepted, session.Moment);
                return;
            default:
                ReadJob(message.Result["job"u8] is { IsObject: true } job ? job : message.Result, session);
                return;
        }
    }

    /// <summary>The members of a job, found in one walk.</summary>
    private readonly ref struct JobFields
    {
        public JobFields(JsonSlice job)
        {
            var members = new JsonMembers(job.Raw);
            while (members.MoveNext())
            {
                switch (members.Name.Length)
                {
                    case 4 when members.Name.SequenceEqual("blob"u8):
                        Blob = members.Value;
                        break;
                    case 4 when members.Name.SequenceEqual("algo"u8):
                        Algorithm = members.Value;
                        break;
                    case 6 when members.Name.SequenceEqual("job_id"u8):
                        JobId = members.Value;
                        break;
                    case 6 when members.Name.SequenceEqual("target"u8):
                        Target = members.Value;
                        break;
                    case 6 when members.Name.SequenceEqual("height"u8):
                        Height = members.Value;
                        break;
                    case 11 when members.Name.SequenceEqual("target_diff"u8):
                        TargetDifficulty = members.Value;
                        break;
                    case 18 when members.Name.SequenceEqual("blocktemplate_blob"u8):
                        Template = members.Value;
                        break;
                    case 23 when members.Name.SequenceEqual("transaction_status_hash"u8):
                        StatusHash = members.Value;
                        break;
                    default:
                        break;
                }
            }
        }

        public JsonSlice Blob { get; }

        public JsonSlice JobId { get; }

        public JsonSlice Target { get; }

        public JsonSlice Algorithm { get; }

        public JsonSlice Height { get; }

        /// <summary>A field of the block header that only Bytom has; its jobs name each field instead of a blob.</summary>
        public JsonSlice StatusHash { get; }

        public bool IsOfBytom => StatusHash.IsHex(64);

        public JsonSlice Template { get; }

        public JsonSlice TargetDifficulty { get; }

        /// <summary>A template from which xmr-node-proxy makes the jobs of its miners (MoneroOcean/xmr-node-proxy, Snipa22/go-crypto-pool).</summary>
        public bool IsForProxy => Template.IsHexAtLeast(ShortestBlob) && TargetDifficulty.Kind == JsonKind.Number;

        /// <summary>The blob of Tari's own algorithms is the bare hash of the header.</summary>
        public bool IsOfTari => Blob.IsHex(64) && (Algorithm.Text.SequenceEqual("sha3x"u8) || IsOfCuckaroo);

        /// <summary>Its target counts cycles of edges (Snipa22/go-tari-c29-solo-stratum).</summary>
        public bool IsOfCuckaroo => Ascii.EqualsIgnoreCase(Algorithm.Text, "c29"u8);
    }
}
