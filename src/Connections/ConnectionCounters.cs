using MinerFlow.Capture;
using MinerFlow.Connections.Decoding;

namespace MinerFlow.Connections;

/// <summary>
/// What one worker saw and what it could not use: <see cref="Frames"/> = <see cref="Decoded"/> + the sum of <see cref="Rejected"/>
/// + <see cref="FragmentsHeld"/> + <see cref="FramesSampledOut"/> + <see cref="FramesShed"/>.
/// </summary>
public sealed class ConnectionCounters
{
    private long[] _rejected = new long[Enum.GetValues<PacketRejection>().Length];
    private long[] _connectionsClosed = new long[Enum.GetValues<ConnectionEnd>().Length];
    private SortedDictionary<int, long> _unknownLinkTypes = [];

    /// <summary>Frames handed over by the capture.</summary>
    public long Frames { get; internal set; }

    /// <summary>Frames whose innermost TCP segment or UDP datagram was found and followed; of a reassembled datagram the frame that completed it.</summary>
    public long Decoded { get; internal set; }

    /// <summary>Frames that went no further, by <see cref="PacketRejection"/>.</summary>
    public ReadOnlySpan<long> Rejected => _rejected;

    /// <summary>Frames that hold a fragment whose datagram was not yet complete.</summary>
    public long FragmentsHeld { get; internal set; }

    /// <summary>Frames of flows that the sample leaves out: see <see cref="FlowOptions.SampleOneFlowIn"/>.</summary>
    public long FramesSampledOut { get; internal set; }

    /// <summary>Frames of flows that were not followed because the source could not keep up with its link: see <see cref="FrameBatch.KeepOneFlowIn"/>.</summary>
    public long FramesShed { get; internal set; }

    /// <summary>Frames of link types that are not read, by number in the tcpdump registry.</summary>
    public IReadOnlyDictionary<int, long> UnknownLinkTypes => _unknownLinkTypes;

    /// <summary>Decoded packets whose innermost network layer is IPv4.</summary>
    public long IPv4Packets => Decoded - IPv6Packets;

    /// <summary>Decoded packets whose innermost network layer is IPv6.</summary>
    public long IPv6Packets { get; internal set; }

    /// <summary>Decoded TCP segments.</summary>
    public long TcpPackets { get; internal set; }

    /// <summary>Decoded UDP datagrams.</summary>
    public long UdpPackets => Decoded - TcpPackets;

    /// <summary>Payload bytes of decoded packets as they were on the wire.</summary>
    public long PayloadBytes { get; internal set; }

    /// <summary>Payload bytes that a snap length cut off.</summary>
    public long PayloadBytesCut { get; internal set; }

    /// <summary>Flows that took a slot, also anew after their end.</summary>
    public long FlowsCreated { get; internal set; }

    /// <summary>Flows in the table now.</summary>
    public long FlowsActive { get; internal set; }

    /// <summary>Flows that went because the table was full.</summary>
    public long FlowsEvicted { get; internal set; }

    /// <summary>Flows that went after their idle time.</summary>
    public long FlowsExpired { get; internal set; }

    /// <summary>Flows that went after FIN of both sides or RST and the linger time, or because a new SYN took their place.</summary>
    public long FlowsClosed { get; internal set; }

    /// <summary>Payloads that the inspector was asked about.</summary>
    public long Probes { get; internal set; }

    /// <summary>Flows that became a connection.</summary>
    public long ConnectionsOpened { get; internal set; }

    /// <summary>Connections with streams now.</summary>
    public long ConnectionsActive { get; internal set; }

    /// <summary>Connections that ended, by <see cref="ConnectionEnd"/>.</summary>
    public ReadOnlySpan<long> ConnectionsClosed => _connectionsClosed;

    /// <summary>Silent flows handed to the inspector.</summary>
    public long SilentFlows { get; internal set; }

    /// <summary>Silent flows that ended in the midst of a capture and found no room to wait for its end.</summary>
    public long SilentFlowsDropped { get; internal set; }

    /// <summary>Times that bytes of a stream were declared missing or given up.</summary>
    public long Gaps { get; internal set; }

    /// <summary>Bytes declared missing, where their number is known.</summary>
    public long MissingBytes { get; internal set; }

    /// <summary>Segments that came before what precedes them.</summary>
    public long OutOfOrderSegments { get; internal set; }

    /// <summary>Payload bytes that had been delivered before.</summary>
    public long RetransmittedBytes { get; internal set; }

    /// <summary>Payload bytes that lay over bytes still waiting for their turn; the earlier ones were kept.</summary>
    public long OverlappingBytes { get; internal set; }

    /// <summary>Times that a handler left more than <see cref="FlowOptions.StreamBytesKept"/>.</summary>
    public long KeptBytesOverflows { get; internal set; }

    /// <summary>Bytes not kept because of <see cref="FlowOptions.StreamBytesTotal"/>.</summary>
    public long StreamBytesRefused { get; internal set; }

    /// <summary>Fragments taken in.</summary>
    public long FragmentsCollected { get; internal set; }

    /// <summary>Fragments that contradict others, were cut, or came while none may be kept.</summary>
    public long FragmentsDropped { get; internal set; }

    /// <summary>Datagrams put together.</summary>
    public long DatagramsReassembled { get; internal set; }

    /// <summary>Datagrams given up after <see cref="FlowOptions.FragmentSeconds"/> or at the end of the capture.</summary>
    public long DatagramsExpired { get; internal set; }

    /// <summary>Datagrams given up because of <see cref="FlowOptions.FragmentedDatagrams"/>.</summary>
    public long DatagramsEvicted { get; internal set; }

    /// <summary>The numbers as they are now; only on the worker's own thread do they add up.</summary>
    public ConnectionCounters Copy()
    {
        var copy = (ConnectionCounters)MemberwiseClone();
        copy._rejected = [.. _rejected];
        copy._connectionsClosed = [.. _connectionsClosed];
        copy._unknownLinkTypes = new SortedDictionary<int, long>(_unknownLinkTypes);
        return copy;
    }

    internal void CountRejected(PacketRejection reason) => _rejected[(int)reason]++;

    internal void CountClosed(ConnectionEnd end) => _connectionsClosed[(int)end]++;

    internal void CountUnknownLinkType(LinkType linkType)
    {
        var number = (int)linkType;
        _unknownLinkTypes[number] = _unknownLinkTypes.GetValueOrDefault(number) + 1;
    }
}
