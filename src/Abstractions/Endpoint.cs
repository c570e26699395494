namespace MinerFlow.Abstractions;

/// <summary>An address and a port as one comparable value.</summary>
public readonly record struct Endpoint(IpAddress Address, ushort Port) : IComparable<Endpoint>
{
    public int CompareTo(Endpoint other)
    {
        var byAddress = Address.CompareTo(other.Address);
        return byAddress != 0 ? byAddress : Port.CompareTo(other.Port);
    }

    public override string ToString() => Address.IsIPv4 ? $"{Address}:{Port}" : $"[{Address}]:{Port}";
}
