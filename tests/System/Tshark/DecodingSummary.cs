namespace MinerFlow.SystemTests.Tshark;

/// <summary>What a decoder made of one capture: innermost packets by network and transport layer, distinct flows, payload bytes on the wire.</summary>
internal sealed class DecodingSummary
{
    private readonly HashSet<string> _flows = new(StringComparer.Ordinal);

    public long IPv4Tcp { get; private set; }

    public long IPv4Udp { get; private set; }

    public long IPv6Tcp { get; private set; }

    public long IPv6Udp { get; private set; }

    public long PayloadBytes { get; private set; }

    /// <summary>Distinct pairs of endpoints and transport, whichever side sent.</summary>
    public int Flows => _flows.Count;

    public void Add(bool isIPv6, bool isTcp, string source, string destination, long payloadBytes)
    {
        if (isIPv6)
        {
            IPv6Tcp += isTcp ? 1 : 0;
            IPv6Udp += isTcp ? 0 : 1;
        }
        else
        {
            IPv4Tcp += isTcp ? 1 : 0;
            IPv4Udp += isTcp ? 0 : 1;
        }

        PayloadBytes += payloadBytes;
        var (low, high) = string.CompareOrdinal(source, destination) <= 0 ? (source, destination) : (destination, source);
        _flows.Add($"{(isTcp ? "tcp" : "udp")} {low} {high}");
    }

    public override string ToString() => $"tcp4={IPv4Tcp} udp4={IPv4Udp} tcp6={IPv6Tcp} udp6={IPv6Udp} flows={Flows} payload={PayloadBytes}";
}
