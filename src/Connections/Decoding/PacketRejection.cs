namespace MinerFlow.Connections.Decoding;

/// <summary>Why a frame went no further. Each has a counter in <see cref="ConnectionCounters.Rejected"/>.</summary>
public enum PacketRejection : byte
{
    /// <summary>Decoded: innermost TCP or UDP was found.</summary>
    None,

    /// <summary>Kept as a part of a datagram whose other fragments are still missing; counted as <see cref="ConnectionCounters.FragmentsHeld"/>.</summary>
    FragmentHeld,

    /// <summary>A link type that is not read; see <see cref="ConnectionCounters.UnknownLinkTypes"/>.</summary>
    UnknownLinkType,

    /// <summary>The frame ends inside its link-layer, tag or label headers.</summary>
    TruncatedLink,

    /// <summary>A link-layer frame that carries no packet: 802.11 management and control, PPP negotiation, LLC supervision.</summary>
    LinkControl,

    /// <summary>Another network protocol than IP: ARP, LLDP, STP, IS-IS.</summary>
    NotIp,

    /// <summary>The frame ends inside its IP header.</summary>
    TruncatedIp,

    /// <summary>An IP header whose version or lengths contradict themselves.</summary>
    BadIp,

    /// <summary>A protocol over IP that is neither TCP nor UDP nor a tunnel of them: ICMP, SCTP, OSPF.</summary>
    OtherTransport,

    /// <summary>The frame ends before the ports, sequence numbers and header length of TCP, or the ports and length of UDP.</summary>
    TruncatedTransport,

    /// <summary>A TCP or UDP header whose lengths contradict the packet.</summary>
    BadTransport,

    /// <summary>ESP, or 802.11 with the protected bit.</summary>
    Encrypted,

    /// <summary>A tunnel header that is cut or says what it must not.</summary>
    BadTunnel,

    /// <summary>More than <see cref="PacketDecoder.MaximumLayers"/> encapsulations inside each other.</summary>
    TooManyLayers,

    /// <summary>A fragment that overlaps others wrongly, lies beyond 65,535 bytes, was cut by the snap length, or came while nothing may be kept.</summary>
    BadFragment,
}
