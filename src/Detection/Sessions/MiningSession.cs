using MinerFlow.Abstractions;
using MinerFlow.Connections;
using MinerFlow.Detection.Coins;
using MinerFlow.Detection.Rules;

namespace MinerFlow.Detection.Protocols;

/// <summary>How a share was answered.</summary>
public enum ShareOutcome : byte
{
    Accepted,
    Rejected,
    Stale,
}

/// <summary>
/// What one connection has said about mining so far. Protocols write into it; when the connection ends it becomes a <see cref="MiningEvent"/>.
/// Its memory is bounded: jobs and open requests are kept in small rings, texts are cut at <see cref="LongestText"/>.
/// </summary>
public sealed partial class MiningSession
{
    /// <summary>Longest text kept of an agent, login or host. 255: the longest a DNS name or a Stratum V2 STR0_255 can be.</summary>
    public const int LongestText = 255;

    /// <summary>Different worker names that are counted on one connection: agents and proxies put up to 10,000 miners on one.</summary>
    private const int WorkersKept = 16_384;

    private SessionText? _agent;
    private SessionText? _account;
    private SessionText? _worker;
    private SessionText? _poolHost;
    private SessionText? _algorithmAsSpelt;
    private string? _poolTag;
    private string? _coin;
    private string? _algorithm;
    private double? _statedHashrate;
    private long? _height;
    private int _workers;
    private ulong _block;
    private ulong _lastLogin;
    private ulong _firstWorker;
    private ulong _lastWorker;
    private HashSet<ulong>? _namedWorkers;

    private JsonConversation? _json;

    /// <summary>A session on its own, without rules and protocols of a detector.</summary>
    public MiningSession()
        : this(new SessionContext(RuleSet.Default, new ProtocolCatalog([]), new DetectionOptions()))
    {
    }

    internal MiningSession(SessionContext context) => Context = context;

    internal SessionContext Context { get; }

    /// <summary>The JSON messages of this connection, whatever carries them: a carrier hands each one to it.</summary>
    internal JsonConversation Json => _json ??= new JsonConversation(this);

    /// <summary>JSON messages so far that nothing recognised.</summary>
    internal int Unrecognised => _json?.Unrecognised ?? 0;

    // --- who is who -------------------------------------------------------------------------------------------

    /// <summary>The side of the miner; null until a message told.</summary>
    public FlowSide? Miner { get; private set; }

    /// <summary>Role of the <see cref="Miner"/> side. A protocol sets it when it is not <see cref="MiningRole.Miner"/>: node, pool-backend, proxy.</summary>
    public MiningRole Role { get; set; } = MiningRole.Miner;

    /// <summary>The miner's side sent something that was recognised.</summary>
    public bool MinerHeard { get; private set; }

    /// <summary>The pool's side sent something that was recognised.</summary>
    public bool PoolHeard { get; private set; }

    /// <summary>Where the message that is being read came from. Set before each call of a protocol.</summary>
    public StreamMoment Moment
    {
        get;
        internal set
        {
            CountSilence(field.Time, value.Time);
            field = value;
        }
    }

    public void Orient(FlowSide miner) => Miner ??= miner;

    /// <summary>Who speaks when this side does; unknown until <see cref="Orient"/>.</summary>
    public Speaker SpeakerOf(FlowSide sender) =>
        Miner is not { } miner ? Speaker.Unknown : sender == miner ? Speaker.Miner : Speaker.Pool;

    /// <summary>A recognised message of this speaker was read.</summary>
    public void Heard(Speaker speaker)
    {
        MinerHeard |= speaker == Speaker.Miner;
        PoolHeard |= speaker == Speaker.Pool;
    }

    // --- what was said (spans are copied once, and only when they changed) -------------------------------------

    public void SetAgent(ReadOnlySpan<byte> agent) => Context.Texts.Set(ref _agent, agent);

    /// <summary>The name a miner logs in with, split by the caller's dialect into account and worker (either may be empty).</summary>
    public void SetLogin(ReadOnlySpan<byte> account, ReadOnlySpan<byte> worker)
    {
        Context.Texts.Set(ref _account, account);
        Context.Texts.Set(ref _worker, worker);
    }

    /// <summary>Host the miner says it speaks to.</summary>
    public void SetPoolHost(ReadOnlySpan<byte> host) => Context.Texts.Set(ref _poolHost, host);

    /// <summary>Name of the pool as the job carries it.</summary>
    public void SetPoolTag(string tag) => _poolTag = tag;

    public void SetCoin(string coin) => _coin = coin;

    public void SetAlgorithm(string algorithm) => _algorithm = algorithm;

    /// <summary>Algorithm as the wire spells it (<c>rx/0</c>); copied only when it changed.</summary>
    public void SetAlgorithm(ReadOnlySpan<byte> algorithm) => Context.Texts.Set(ref _algorithmAsSpelt, algorithm);

    public void SetHeight(long height) => _height = height;

    /// <summary>A rate the miner states itself, in hashes per second.</summary>
    public void SetStatedHashrate(double perSecond)
    {
        if (perSecond > 0 && double.IsFinite(perSecond))
        {
            _statedHashrate = perSecond;
        }
    }

    /// <summary>Workers that this one connection carries, where the protocol names them.</summary>
    public void SetWorkers(int workers) => _workers = Math.Max(_workers, workers);

    /// <summary>A worker that logged in or handed in a share; each different name counts once, up to <see cref="WorkersKept"/>.</summary>
    public void NameWorker(ReadOnlySpan<byte> worker)
    {
        if (worker.IsEmpty)
        {
            return;
        }

        var key = NameKey.Of(worker);
        if (key == _lastWorker)
        {
            return;
        }

        _lastWorker = key;
        if (_workers == 0)
        {
            _firstWorker = key;
            _workers = 1;
        }
        else if (key != _firstWorker && (_namedWorkers ??= [_firstWorker]).Count < WorkersKept && _namedWorkers.Add(key))
        {
            _workers = Math.Max(_workers, _namedWorkers.Count);
        }
    }

    /// <summary>True when this is another login than at the last call: shares repeat theirs, and most connections have one.</summary>
    internal bool IsNewLogin(ReadOnlySpan<byte> login)
    {
        var key = NameKey.Of(login);
        var isNew = key != _lastLogin;
        _lastLogin = key;
        return isNew;
    }

    /// <summary>Height set so far; null when no job told.</summary>
    public long? Height => _height;

    /// <summary>The conversation is encrypted and known by its shape or its opening alone.</summary>
    public bool IsEncrypted { get; set; }

    /// <summary>Algorithm a protocol named so far; null when nothing told, or only the wire's own spelling.</summary>
    internal string? Algorithm => _algorithm;

    /// <summary>Ticker set so far; null when nothing told.</summary>
    public string? Coin => _coin;

    /// <summary>Jobs that were searched for their coin so far.</summary>
    internal byte CoinLooks { get; set; }

    /// <summary>Names coins from jobs.</summary>
    internal CoinIdentifier Coins => Context.Rules.Coins;

    /// <summary>True when this names another block than at the last call: what a job says of its chain is worth another look.</summary>
    internal bool IsNewBlock(ReadOnlySpan<byte> name)
    {
        var key = NameKey.Of(name);
        var isNew = key != _block;
        _block = key;
        return isNew;
    }
}
