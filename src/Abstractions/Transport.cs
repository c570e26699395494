namespace MinerFlow.Abstractions;

/// <summary>Protocol number of the transport, as in the IPv4 header (IANA "Assigned Internet Protocol Numbers").</summary>
public enum Transport : byte
{
    None = 0,
    Tcp = 6,
    Udp = 17,
}
