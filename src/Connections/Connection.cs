using MinerFlow.Abstractions;
using MinerFlow.Connections.Evidence;
using MinerFlow.Connections.Streams;

namespace MinerFlow.Connections;

/// <summary>What is known of one flow that deserves more than its slot.</summary>
public sealed class Connection
{
    private StreamState _low;
    private StreamState _high;

    internal Connection(FlowKey key, ulong flowId, string captureName)
    {
        Key = key;
        FlowId = flowId;
        CaptureName = captureName;
    }

    public FlowKey Key { get; }

    /// <summary>Same in every replay of the same input: a hash of key, first time and first frame.</summary>
    public ulong FlowId { get; }

    /// <summary>Name of the capture that the first packet came from.</summary>
    public string CaptureName { get; }

    /// <summary>The side that sent the SYN; null when the start was not seen.</summary>
    public FlowSide? Opener { get; internal set; }

    /// <summary>What made the flow a connection stands in the middle of something else: both sides, or at least the one that opened it, had begun with data that nobody wanted.</summary>
    public bool BeganOtherwise { get; internal init; }

    /// <summary>First packet of the flow, also when it came before the connection was made.</summary>
    public PacketTime FirstSeen { get; internal set; }

    public PacketTime LastSeen { get; internal set; }

    public long FirstFrame { get; internal set; }

    public long LastFrame { get; internal set; }

    /// <summary>True after <see cref="Abandon"/>: the streams are given back and the flow is only a slot again.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Index of the flow's slot, which stays while there is a connection.</summary>
    internal int Slot { get; init; }

    /// <summary>End of the period that the last packet lay in, in nanoseconds since 1970; meaningless without periods.</summary>
    internal long PeriodEnd { get; set; }

    /// <summary><see cref="LastFrame"/> when a period's end was last told.</summary>
    internal long LastFrameTold { get; set; }

    internal IConnectionHandler Handler { get; set; } = null!;

    /// <summary>Its frames, as evidence; null when none are kept.</summary>
    internal KeptFrames? Kept { get; set; }

    /// <summary>The bytes of both directions are put in order; not so for UDP.</summary>
    internal bool HasStreams => Key.Transport == Transport.Tcp;

    /// <summary>What is kept of what one side sent.</summary>
    internal ref StreamState StateOf(FlowSide sender) => ref sender == FlowSide.Low ? ref _low : ref _high;

    /// <summary>The handler has seen enough and nothing of interest: no more bytes, and the memory is given back.</summary>
    public void Abandon() => IsAbandoned = true;
}
