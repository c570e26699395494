using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers;

/// <summary>A flow that our own sensor saw: its source port can stand in for one that a question lacks.</summary>
/// <param name="Client">Address and port as the pool saw them.</param>
/// <param name="Server">The pool's side.</param>
/// <param name="Protocol">IP protocol number.</param>
/// <param name="From">First packet.</param>
/// <param name="To">Last packet.</param>
/// <param name="Evidence">Where it was seen: capture and frames, or the key of a sighting.</param>
public sealed record OwnFlow(Endpoint Client, Endpoint Server, byte Protocol, PacketTime From, PacketTime To, string Evidence);

/// <summary>Flows by client address.</summary>
public sealed class OwnFlows(IEnumerable<OwnFlow> flows)
{
    private readonly ILookup<IpAddress, OwnFlow> _byClient = flows.ToLookup(flow => flow.Client.Address);

    /// <summary>Flows of the address that share a moment with the time; to the destination only, when one is given.</summary>
    public IEnumerable<OwnFlow> Find(IpAddress client, Endpoint? destination, PacketTime from, PacketTime to) =>
        _byClient[client].Where(flow => flow.From <= to && flow.To >= from && (destination is not { } far || far == flow.Server));
}
