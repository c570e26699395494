namespace MinerFlow.Abstractions;

/// <summary>
/// What one connection proved about mining, owning its data: one at the connection's end, and interim ones for a service.
/// <see cref="Client"/> is always the miner's side, also when the capture starts mid-stream or shows one direction only.
/// </summary>
public sealed record MiningEvent
{
    /// <summary>The miner's side; for <see cref="MiningRole.PoolBackend"/> the pool's, for <see cref="MiningRole.Node"/> the side that opened.</summary>
    public required Endpoint Client { get; init; }

    /// <summary>The pool's side; for <see cref="MiningRole.PoolBackend"/> the coin daemon's.</summary>
    public required Endpoint Server { get; init; }

    public required Transport Transport { get; init; }

    /// <summary>Same for every event of one connection and the same in every replay of the same input.</summary>
    public required ulong FlowId { get; init; }

    public required MiningRole Role { get; init; }

    public required MiningState State { get; init; }

    /// <summary>Name of the protocol file, such as <c>stratum-v1</c>.</summary>
    public required string Dialect { get; init; }

    /// <summary>The rule that decided, as in <c>rules/</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>Ticker of the coin, or <c>unknown</c>: never guessed.</summary>
    public string Coin { get; init; } = "unknown";

    /// <summary>Name of the proof-of-work algorithm when the wire tells it, such as <c>sha256d</c>, <c>rx/0</c>, <c>equihash-200-9</c>.</summary>
    public string? Algorithm { get; init; }

    /// <summary>Software or device as the miner names itself.</summary>
    public string? Agent { get; init; }

    public Identity? Login { get; init; }

    public Identity? Worker { get; init; }

    /// <summary>Workers behind this one connection, where the protocol names them; 0 when it does not.</summary>
    public int Workers { get; init; }

    /// <summary>Host name of the pool, when the conversation itself carries it (HTTP Host, CONNECT, SOCKS, ZIP 301 subscribe).</summary>
    public string? PoolHost { get; init; }

    /// <summary>Name of the pool when the job carries its tag.</summary>
    public string? PoolTag { get; init; }

    public long SharesSubmitted { get; init; }

    public long SharesAccepted { get; init; }

    public long SharesRejected { get; init; }

    /// <summary>Of the rejected, those too late for their job.</summary>
    public long SharesStale { get; init; }

    /// <summary>Work the pool accepted, in units of <see cref="Hashrate.Unit"/> (expected hashes or solutions).</summary>
    public double AcceptedWork { get; init; }

    /// <summary>Share difficulty last in force, in the dialect's own unit; null when unknown.</summary>
    public double? Difficulty { get; init; }

    public Hashrate? Hashrate { get; init; }

    /// <summary>Rate that the miner itself states, in H/s: evidence, not to be trusted alone.</summary>
    public double? StatedHashrate { get; init; }

    /// <summary>Height of the block last worked on.</summary>
    public long? Height { get; init; }

    public long Jobs { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Confidence { get; init; }

    public bool Encrypted { get; init; }

    public required PacketTime FirstSeen { get; init; }

    public required PacketTime LastSeen { get; init; }

    public required IReadOnlyList<Evidence> Evidence { get; init; }

    /// <summary>Name of the capture file, <c>-</c> for standard input, or the interface.</summary>
    public required string CaptureFile { get; init; }

    /// <summary>First and last frame of the connection, counted from 1 in their capture.</summary>
    public required long FirstFrame { get; init; }

    public required long LastFrame { get; init; }

    /// <summary>False for the interim events of a service.</summary>
    public bool IsFinal { get; init; } = true;
}

/// <summary>Takes events as Detection makes them; called on the capture thread, must not block.</summary>
public interface IMiningEventSink
{
    void OnEvent(MiningEvent miningEvent);
}
