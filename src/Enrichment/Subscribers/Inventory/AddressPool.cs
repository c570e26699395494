using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Inventory;

/// <summary>One row of the inventory: a prefix of ours, and how its addresses were given out from then until then.</summary>
public sealed record AddressPool(IpRange Range, PoolKind Kind)
{
    /// <summary>First moment; <see cref="PacketTime.None"/> when the row does not say.</summary>
    public PacketTime From { get; init; } = PacketTime.None;

    /// <summary>Exclusive; <see cref="AddressInterval.Open"/> when it goes on.</summary>
    public PacketTime To { get; init; } = AddressInterval.Open;

    /// <summary>The device that translates or gives out the addresses, named as its logs name it; null when the row names none.</summary>
    public string? Device { get; init; }

    /// <summary>The access server whose sessions have these addresses; needed where inner addresses repeat behind several of them.</summary>
    public string? AccessServer { get; init; }

    /// <summary>Zone of the device's log lines; null when the row names none.</summary>
    public TimeSpan? TimeZone { get; init; }

    /// <summary>The rule of a <see cref="PoolKind.CgnDeterministic"/> pool.</summary>
    public DeterministicRule? Rule { get; init; }

    internal int Line { get; init; }

    /// <summary>The row itself as evidence: of a deterministic pool it is the log.</summary>
    internal LineDigest Digest { get; init; }

    public bool IsValid(PacketTime from, PacketTime to) => From <= to && To > from;
}

/// <summary>
/// Deterministic NAT (RFC 7422): the n-th inner address has the n-th block of ports, address after address. Ports that are left over at the end of
/// an address, because the block does not divide the range, belong to nobody.
/// </summary>
/// <param name="Inner">Inner addresses, the first one of which has the first block.</param>
/// <param name="FirstPort">First port given out on each public address.</param>
/// <param name="LastPort">Last one, included.</param>
/// <param name="PortsPerAddress">Size of a block.</param>
public sealed record DeterministicRule(IpRange Inner, ushort FirstPort, ushort LastPort, int PortsPerAddress)
{
    /// <summary>The inner address and its block; false when the port belongs to nobody.</summary>
    /// <param name="pool">The public addresses of the rule.</param>
    /// <param name="address">One of them.</param>
    /// <param name="port">The port asked.</param>
    /// <param name="inner">Who has it.</param>
    /// <param name="block">First and last port of the block.</param>
    public bool TryFind(IpRange pool, IpAddress address, ushort port, out IpAddress inner, out (ushort First, ushort Last) block)
    {
        inner = default;
        block = default;
        if (!pool.Contains(address) || port < FirstPort || port > LastPort)
        {
            return false;
        }

        var blocks = (UInt128)((LastPort - FirstPort + 1) / PortsPerAddress);
        var within = (port - FirstPort) / PortsPerAddress;
        var number = (new IpRange(pool.First, address).Span * blocks) + (UInt128)within;
        if ((UInt128)within >= blocks || number > Inner.Span)
        {
            return false;
        }

        inner = Inner.At(number);
        var first = FirstPort + (within * PortsPerAddress);
        block = ((ushort)first, (ushort)(first + PortsPerAddress - 1));
        return true;
    }

    /// <summary>RFC 7422 section 2 and Junos with a block size of 0: ports divided by the whole number of inner addresses that share one public address.</summary>
    public static int DefaultPortsPerAddress(IpRange pool, IpRange inner, int ports)
    {
        var publicCount = pool.Span + 1;
        var sharing = (inner.Span + publicCount) / publicCount;
        return sharing == 0 || sharing > (UInt128)ports ? 0 : ports / (int)sharing;
    }
}
