namespace MinerFlow.Enrichment.Subscribers.Receivers;

internal sealed record ReceiverOptions
{
    /// <summary>
    /// Bytes that the kernel keeps for a UDP socket. 64 MiB: half a second of 50,000 datagrams a second of 150 bytes, each of which the kernel counts as some
    /// 2,300. Above net.core.rmem_max only a process with CAP_NET_ADMIN gets it.
    /// </summary>
    public int SocketBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Longest message. 65,535: the largest datagram.</summary>
    public int MaxMessageBytes { get; init; } = 65_535;

    /// <summary>Senders that are counted one by one.</summary>
    public int MaxPeers { get; init; } = 4_096;

    /// <summary>Streams that are open at a time.</summary>
    public int MaxConnections { get; init; } = 1_024;

    /// <summary>How long a stream waits for room in the ring before it looks again.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(5);
}
