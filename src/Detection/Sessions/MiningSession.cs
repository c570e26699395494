using MinerFlow.Abstractions;
using MinerFlow.Connections;

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
public sealed class MiningSession
{
    /// <summary>Longest text kept of an agent, login or host. 255: the longest a DNS name or a Stratum V2 STR0_255 can be.</summary>
    public const int LongestText = 255;

    // --- who is who -------------------------------------------------------------------------------------------

    /// <summary>The side of the miner; null until a message told.</summary>
    public FlowSide? Miner { get; private set; }

    /// <summary>Role of the <see cref="Miner"/> side. A protocol sets it when it is not <see cref="MiningRole.Miner"/>: node, pool-backend, proxy.</summary>
    public MiningRole Role { get; set; } = MiningRole.Miner;

    public void Orient(FlowSide miner) => Miner ??= miner;

    // --- what was said (spans are copied once, and only when they changed) -------------------------------------

    public void SetAgent(ReadOnlySpan<byte> agent) => throw new NotSupportedException();

    /// <summary>The name a miner logs in with, split by the caller's dialect into account and worker (either may be empty).</summary>
    public void SetLogin(ReadOnlySpan<byte> account, ReadOnlySpan<byte> worker) => throw new NotSupportedException();

    /// <summary>Host the miner says it speaks to.</summary>
    public void SetPoolHost(ReadOnlySpan<byte> host) => throw new NotSupportedException();

    /// <summary>Name of the pool as the job carries it.</summary>
    public void SetPoolTag(string tag) => throw new NotSupportedException();

    public void SetCoin(string coin) => throw new NotSupportedException();

    public void SetAlgorithm(string algorithm) => throw new NotSupportedException();

    /// <summary>Algorithm as the wire spells it (<c>rx/0</c>); copied only when it changed.</summary>
    public void SetAlgorithm(ReadOnlySpan<byte> algorithm) => throw new NotSupportedException();

    public void SetHeight(long height) => throw new NotSupportedException();

    /// <summary>A rate the miner states itself, in hashes per second.</summary>
    public void SetStatedHashrate(double perSecond) => throw new NotSupportedException();

    /// <summary>Workers that this one connection carries, where the protocol names them.</summary>
    public void SetWorkers(int workers) => throw new NotSupportedException();

    // --- work -------------------------------------------------------------------------------------------------

    /// <summary>The unit of work: <c>H/s</c> unless set to <c>Sol/s</c>.</summary>
    public string HashrateUnit { get; set; } = "H/s";

    /// <summary>Difficulty for the jobs to come.</summary>
    /// <param name="difficulty">In the dialect's own unit, as shown to people.</param>
    /// <param name="workPerShare">Expected hashes (or solutions) behind one share.</param>
    public void SetDifficulty(double difficulty, double workPerShare) => throw new NotSupportedException();

    /// <summary>A job arrived; the difficulty now in force stays with it, however long it is worked on.</summary>
    public void AddJob(ReadOnlySpan<byte> jobId) => throw new NotSupportedException();

    /// <summary>A job that names its own difficulty.</summary>
    public void AddJob(ReadOnlySpan<byte> jobId, double difficulty, double workPerShare) => throw new NotSupportedException();

    /// <summary>The miner handed in a share. <paramref name="request"/> is the message id as received, to find the answer by.</summary>
    public void ShareSubmitted(ReadOnlySpan<byte> request, ReadOnlySpan<byte> jobId, in StreamMoment moment) => throw new NotSupportedException();

    /// <summary>The pool answered. When the share's submission was not seen, a true answer counts as a share at the difficulty in force.</summary>
    /// <returns>False when the id belongs to no share that is open.</returns>
    public bool ShareAnswered(ReadOnlySpan<byte> request, ShareOutcome outcome, in StreamMoment moment) => throw new NotSupportedException();

    /// <summary>A share of known work, taken or refused in one message (protocols without ids).</summary>
    public void ShareCounted(ShareOutcome outcome, double workPerShare, in StreamMoment moment) => throw new NotSupportedException();

    // --- verdict ----------------------------------------------------------------------------------------------

    /// <summary>The pool gave work or took a share.</summary>
    public void Accepted() => throw new NotSupportedException();

    /// <summary>The pool refused login or subscription; <see cref="Accepted"/> wins over it.</summary>
    public void Rejected() => throw new NotSupportedException();

    /// <summary>Adds a line to the evidence, at most one for each text, at most 8 in all.</summary>
    /// <param name="seen">Constant English words without personal data.</param>
    /// <param name="frameNumber">Frame that carried it.</param>
    public void Saw(string seen, long frameNumber) => throw new NotSupportedException();

    /// <summary>Raises the confidence; it never falls.</summary>
    public void AtLeast(double confidence) => throw new NotSupportedException();
}
