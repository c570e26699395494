namespace MinerFlow.Connections.Streams;

/// <summary>What is kept of one direction from packet to packet. It lies inside its <see cref="Connection"/>: a miner's is touched with every packet.</summary>
internal struct StreamState
{
    /// <summary>Segments that wait for what is missing; null when nothing is.</summary>
    public SegmentsAhead? Ahead;

    /// <summary>Bytes that the handler left; null when there are none.</summary>
    public byte[]? Kept;

    /// <summary>When the first of <see cref="Ahead"/> came, Unix nanoseconds.</summary>
    public long AheadSince;
    public int KeptStart;
    public int KeptLength;

    /// <summary>Sequence number of the next byte, as far as <see cref="Start"/> knows it.</summary>
    public uint Next;

    /// <summary>The other side has everything before this number, once <see cref="IsAcknowledged"/>.</summary>
    public uint Acknowledged;
    public StreamStart Start;
    public bool IsAcknowledged;
    public byte FarBehind;
}

/// <summary>Where the data of a direction begins.</summary>
internal enum StreamStart : byte
{
    Unknown,

    /// <summary>The other side's acknowledgment told where the data should begin; earlier data is still welcome.</summary>
    Expected,
    Known,
}
