namespace MinerFlow.Detection.Protocols;

/// <summary>Every protocol of this assembly, in ordinal order of their names: adding one is adding its file and its name here.</summary>
public sealed class ProtocolCatalog
{
    public ProtocolCatalog()
        : this(FindAll())
    {
    }

    /// <summary>A catalogue of chosen protocols, for tests and tools.</summary>
    public ProtocolCatalog(IEnumerable<IMiningProtocol> protocols)
    {
        var all = protocols.ToArray();
        Array.Sort(all, (left, right) => string.CompareOrdinal(left.Name, right.Name));
        All = all;
        Dialects = [.. All.OfType<IJsonDialect>()];
        Streams = [.. All.OfType<IStreamProtocol>()];
        Datagrams = [.. All.OfType<IDatagramProtocol>()];
    }

    public IReadOnlyList<IMiningProtocol> All { get; }

    public IReadOnlyList<IJsonDialect> Dialects { get; }

    public IReadOnlyList<IStreamProtocol> Streams { get; }

    public IReadOnlyList<IDatagramProtocol> Datagrams { get; }

    /// <summary>Named one by one: to search the assembly for them costs each start 8 ms, a tenth of it. A test finds who is missing.</summary>
    private static IMiningProtocol[] FindAll() =>
    [
        new Aeternity(), new Aleo(), new Alephium(), new Beam(), new BitcoinDaemon(), new BitcoinPeer(), new BtcAgent(), new Ckb(), new Coinhive(),
        new Conflux(), new CryptoNote(), new Datum(), new Decred(), new Equihash(), new Ergo(), new EthProxy(), new EthereumDiscovery(),
        new EthereumGetWork(), new EthereumPeer(), new EthereumStratum1(), new EthereumStratum2(), new GetBlockTemplate(), new GetWork(), new Grin(),
        new Handshake(), new HttpCarrier(), new IronFish(), new Kadena(), new Kaspa(), new KawPow(), new MoneroDaemon(), new MoneroPeer(), new Nexa(),
        new Sia(), new SocksCarrier(), new StratumV1(), new StratumV2(), new StratumV2Legacy(), new StratumV2Noise(), new ViaBtcAgent(),
        new Warthog(), new WebMinerPool(), new WebSocketCarrier(), new Xelis(), new Zano(),
    ];
}
