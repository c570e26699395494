using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Which client mined with which endpoint in which capture, to name what is left of their other connections. Bounded: when it is full it
/// starts anew, since what is recent is what tails belong to.
/// </summary>
internal sealed class KnownPairs(int capacity)
{
    private readonly Dictionary<(string Capture, IpAddress Client, Endpoint Server), (IMiningProtocol? Protocol, MiningRole Role)> _pairs = [];

    public void Add(MiningEvent found, IMiningProtocol? protocol)
    {
        if (capacity == 0 || found.Transport != Transport.Tcp)
        {
            return;
        }

        if (_pairs.Count >= capacity)
        {
            _pairs.Clear();
        }

        _pairs[(found.CaptureFile, found.Client.Address, found.Server)] = (protocol, found.Role);
    }

    public KnownPair? Find(string capture, FlowKey key)
    {
        if (_pairs.Count == 0)
        {
            return null;
        }

        if (_pairs.TryGetValue((capture, key.Low.Address, key.High), out var pair))
        {
            return new KnownPair(FlowSide.Low, pair.Protocol, pair.Role);
        }

        return _pairs.TryGetValue((capture, key.High.Address, key.Low), out pair) ? new KnownPair(FlowSide.High, pair.Protocol, pair.Role) : null;
    }
}

/// <summary>A client and a server that are known to mine together.</summary>
internal readonly record struct KnownPair(FlowSide Miner, IMiningProtocol? Protocol, MiningRole Role);
