using System.Net;

namespace MinerFlow.Traffic;

/// <summary>One TCP segment or UDP datagram, so long after the start of its dialogue.</summary>
internal sealed record Packet(TimeSpan At, IPEndPoint Source, IPEndPoint Destination, bool FromClient, bool IsUdp, byte[] Payload)
{
    public TcpFlags Flags { get; init; }

    public uint Sequence { get; init; }

    public uint Acknowledgement { get; init; }
}

[Flags]
internal enum TcpFlags : byte
{
    None = 0,
    Fin = 0x01,
    Syn = 0x02,
    Push = 0x08,
    Ack = 0x10,
}
