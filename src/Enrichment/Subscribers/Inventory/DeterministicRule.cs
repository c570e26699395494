using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Inventory;

/// <summary>In which order a deterministic translator hands its public ports to the inner addresses (the algorithms of RFC 7422 section 2 that can be turned round).</summary>
/// <remarks>Only the first could be compared with manuals of devices; of the others there are the words of the RFC.</remarks>
public enum PortOrder : byte
{
    /// <summary>
    /// The n-th inner address has the n-th block of neighbouring ports, public address after public address: with m whole blocks in the range of ports the first m inner addresses are on
    /// the first public one (HP MSR Layer 3 - IP Services Configuration Guide V7, static NAT444). Junos, VPP and most others.
    /// </summary>
    Sequential,

    /// <summary>Those that share a public address take its ports in turn: each has every C-th port of it, C being their number.</summary>
    Staggered,

    /// <summary>The n-th inner address has the n-th block of neighbouring ports, the same ones on every public address.</summary>
    RoundRobin,

    /// <summary>All inner addresses take ports in turn, public address after public address at one port, then at the next port.</summary>
    Interlaced,
}

/// <summary>Deterministic NAT (RFC 7422): who has a public port follows from the port. Ports that are left over because nothing divides evenly belong to nobody.</summary>
/// <param name="Inner">Inner addresses that are translated, the first of which comes first. Where a device leaves out network and broadcast addresses: without them.</param>
/// <param name="FirstPort">First port given out on each public address.</param>
/// <param name="LastPort">Last one, included.</param>
/// <param name="PortsPerAddress">Ports of one inner address, on all public addresses together.</param>
public sealed record DeterministicRule(IpRange Inner, ushort FirstPort, ushort LastPort, int PortsPerAddress)
{
    public PortOrder Order { get; init; }

    /// <summary>How many inner addresses share a public one; 0 for as many as it has blocks for. VPP and others leave the rest of its blocks empty.</summary>
    public int HostsPerAddress { get; init; }

    private int Ports => LastPort - FirstPort + 1;

    /// <summary>
    /// Ports of each public address that make no whole block, where nothing says how many inner addresses share one. Some devices leave them free; where the offset of an inner address is
    /// counted over all ports of all public addresses, the next one begins with them, and every block behind is another's.
    /// </summary>
    public int PortsInDoubt(IpRange pool) => Order == PortOrder.Sequential && HostsPerAddress == 0 && pool.Span > 0 ? Ports % PortsPerAddress : 0;

    /// <summary>Whether a port of a public address has another holder where blocks go on from one public address to the next.</summary>
    public bool TellsApart(IpRange pool, IpAddress address, ushort port) =>
        pool.Contains(address) && port >= FirstPort && port <= LastPort
        && Place(pool, address, port - FirstPort)?.Number != ((new IpRange(pool.First, address).Span * (UInt128)Ports) + (UInt128)(port - FirstPort)) / (UInt128)PortsPerAddress;

    /// <summary>The inner address that a port belongs to, and the neighbouring ports that do too; false when it belongs to nobody.</summary>
    /// <param name="pool">The public addresses of the rule.</param>
    /// <param name="address">One of them.</param>
    /// <param name="port">The port asked.</param>
    /// <param name="inner">Who has it.</param>
    /// <param name="block">First and last port; the port alone in orders that hand out single ones.</param>
    public bool TryFind(IpRange pool, IpAddress address, ushort port, out IpAddress inner, out (ushort First, ushort Last) block)
    {
        (inner, block) = (default, default);
        if (!pool.Contains(address) || port < FirstPort || port > LastPort)
        {
            return false;
        }

        var place = Place(pool, address, port - FirstPort);
        if (place is not var (number, offset, length) || number > Inner.Span)
        {
            return false;
        }

        inner = Inner.At(number);
        block = ((ushort)(FirstPort + offset), (ushort)(FirstPort + offset + length - 1));
        return true;
    }

    /// <summary>Everybody who has ports of a public address, with a block of them.</summary>
    public IEnumerable<(IpAddress Inner, (ushort First, ushort Last) Block)> HoldersOf(IpRange pool, IpAddress address)
    {
        var seen = new HashSet<IpAddress>();
        for (int port = FirstPort; port <= LastPort; port++)
        {
            if (TryFind(pool, address, (ushort)port, out var inner, out var block))
            {
                port = block.Last;
                if (!seen.Add(inner))
                {
                    // Single ports go round: who comes again was the first.
                    yield break;
                }

                yield return (inner, block);
            }
        }
    }

    /// <summary>What the devices take when no block size is set: the ports there are divided by the whole number of inner addresses that share them; 0 when they do not suffice.</summary>
    /// <remarks>Junos, deterministic NAPT with a block size of 0: <c>int(64512 / ceil(private / public))</c>; the ports that are shared by all are divided likewise.</remarks>
    public static int DefaultPortsPerAddress(IpRange pool, IpRange inner, int ports, PortOrder order, int hostsPerAddress)
    {
        var (publicCount, innerCount) = (pool.Span + 1, inner.Span + 1);
        var share = order switch
        {
            PortOrder.RoundRobin => (UInt128)ports / innerCount * publicCount,
            PortOrder.Interlaced => (UInt128)ports * publicCount / innerCount,
            _ => (UInt128)ports / (hostsPerAddress > 0 ? (UInt128)hostsPerAddress : Sharing(pool, inner)),
        };
        return (int)UInt128.Min(share, int.MaxValue);
    }

    /// <summary>Inner addresses for each public one, rounded up.</summary>
    public static UInt128 Sharing(IpRange pool, IpRange inner) => (inner.Span / (pool.Span + 1)) + 1;

    /// <summary>What is wrong with the rule for these public addresses; null when it can be used.</summary>
    public Sentence? Problem(IpRange pool)
    {
        var publicCount = pool.Span + 1;
        return Order switch
        {
            PortOrder.Sequential or PortOrder.Staggered when PortsPerAddress > Ports => (Sentence)$"{PortsPerAddress} ports are more than the {Ports} of a public address",
            PortOrder.RoundRobin or PortOrder.Interlaced when (UInt128)PortsPerAddress > (UInt128)Ports * publicCount => $"{PortsPerAddress} ports are more than all public addresses have",
            PortOrder.Sequential or PortOrder.Staggered when HostsPerAddress > 0 && (long)HostsPerAddress * PortsPerAddress > Ports =>
                $"{HostsPerAddress} inner addresses with {PortsPerAddress} ports each do not fit the {Ports} ports of one public address",
            PortOrder.RoundRobin when (UInt128)PortsPerAddress % publicCount != 0 => $"{PortsPerAddress} ports cannot be spread evenly over {publicCount} public addresses",
            PortOrder.RoundRobin or PortOrder.Interlaced when HostsPerAddress > 0 => "a number of inner addresses for one public address has no meaning in this order, in which all share all",
            _ => null,
        };
    }

    /// <summary>Number of the inner address, and its block as an offset from the first port; null when the port is left over.</summary>
    private (UInt128 Number, int Offset, int Length)? Place(IpRange pool, IpAddress address, int port)
    {
        var index = new IpRange(pool.First, address).Span;
        var publicCount = pool.Span + 1;
        var sharing = HostsPerAddress > 0 ? HostsPerAddress : Ports / PortsPerAddress;
        switch (Order)
        {
            case PortOrder.Staggered:
                return port / sharing < PortsPerAddress ? ((index * (UInt128)sharing) + (UInt128)(port % sharing), port, 1) : null;
            case PortOrder.RoundRobin:
                var width = (int)((UInt128)PortsPerAddress / publicCount);
                var round = port / width;
                return (round + 1) * width <= Ports ? ((UInt128)round, round * width, width) : null;
            case PortOrder.Interlaced:
                var (turn, number) = UInt128.DivRem(((UInt128)port * publicCount) + index, Inner.Span + 1);
                return turn < (UInt128)PortsPerAddress ? (number, port, 1) : null;
            default:
                var within = port / PortsPerAddress;
                return within < sharing ? ((index * (UInt128)sharing) + (UInt128)within, within * PortsPerAddress, PortsPerAddress) : null;
        }
    }
}
