namespace MinerFlow.Enrichment.Subscribers.Receivers;

/// <summary>Why something that a peer sent did not reach its reader.</summary>
internal enum ReceiveLoss
{
    /// <summary>The reader was too slow, and the sender cannot be told to wait.</summary>
    QueueFull,

    /// <summary>Longer than messages may be; only its beginning was kept from being read as another message.</summary>
    TooLong,

    /// <summary>The stream's framing is neither a count of octets nor lines (RFC 6587).</summary>
    BadFraming,

    /// <summary>The stream ended in the middle of a message.</summary>
    Cut,

    /// <summary>The TLS handshake failed.</summary>
    BadTls,
}

/// <summary>One sender, with what came from it and what was lost of it.</summary>
internal sealed class LogPeer(string name, int number)
{
    private readonly long[] _lost = new long[Enum.GetValues<ReceiveLoss>().Length];
    private long _messages;
    private long _bytes;

    /// <summary>Address of the sender.</summary>
    public string Name { get; } = name;

    public int Number { get; } = number;

    public long Messages => Interlocked.Read(ref _messages);

    public long Bytes => Interlocked.Read(ref _bytes);

    public long this[ReceiveLoss loss] => Interlocked.Read(ref _lost[(int)loss]);

    public void Received(int bytes)
    {
        Interlocked.Increment(ref _messages);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void Lost(ReceiveLoss loss) => Interlocked.Increment(ref _lost[(int)loss]);
}

/// <summary>The senders of a receiver, by address. Bounded: UDP addresses can be forged.</summary>
internal sealed class LogPeers(MessageRing ring, int most)
{
    private readonly Dictionary<Abstractions.IpAddress, LogPeer> _peers = [];
    private readonly Lock _turn = new();
    private LogPeer? _others;

    public IReadOnlyList<LogPeer> All
    {
        get
        {
            lock (_turn)
            {
                return _others is null ? [.. _peers.Values] : [.. _peers.Values, _others];
            }
        }
    }

    /// <summary>The sender of this address; one for all others when there are too many.</summary>
    public LogPeer Get(Abstractions.IpAddress address)
    {
        lock (_turn)
        {
            if (_peers.TryGetValue(address, out var peer))
            {
                return peer;
            }

            if (_peers.Count >= most)
            {
                return _others ??= ring.AddPeer("others");
            }

            _peers.Add(address, peer = ring.AddPeer(address.ToString()));
            return peer;
        }
    }
}
