using System.Collections.Frozen;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>How the value of an attribute stands in a packet (RFC 8044).</summary>
internal enum RadiusFormat : byte
{
    Text,

    /// <summary>Octets that most devices fill with text.</summary>
    Octets,

    /// <summary>32 bits, also those that count seconds since 1970.</summary>
    Number,
    IPv4Address,
    IPv6Address,
    IPv6Prefix,
}

/// <summary>
/// Numbers of the attributes that are read. RFC 2865, 2866, 2869, 3162, 4818, 6911; vendors as in FreeRADIUS share/dictionary.huawei, .h3c, .alcatel.sr (Nokia 7750 RADIUS attributes
/// guide for 26.6527.121), .rfc4679.
/// </summary>
internal static class RadiusNumbers
{
    public const byte VendorSpecific = 26;
    public const uint NoVendor = 0;

    private const uint Huawei = 2011;
    private const uint Adsl = 3561;
    private const uint Nokia = 6527;
    private const uint H3C = 25506;

    private static readonly FrozenDictionary<(uint Vendor, byte Type), (RadiusAttribute Attribute, RadiusFormat Format)> Known =
        new Dictionary<(uint Vendor, byte Type), (RadiusAttribute Attribute, RadiusFormat Format)>
        {
            [(NoVendor, 1)] = (RadiusAttribute.UserName, RadiusFormat.Text),
            [(NoVendor, 4)] = (RadiusAttribute.NasAddress, RadiusFormat.IPv4Address),
            [(NoVendor, 5)] = (RadiusAttribute.NasPort, RadiusFormat.Number),
            [(NoVendor, 8)] = (RadiusAttribute.FramedAddress, RadiusFormat.IPv4Address),
            [(NoVendor, 32)] = (RadiusAttribute.NasIdentifier, RadiusFormat.Text),
            [(NoVendor, 40)] = (RadiusAttribute.StatusType, RadiusFormat.Number),
            [(NoVendor, 41)] = (RadiusAttribute.DelayTime, RadiusFormat.Number),
            [(NoVendor, 44)] = (RadiusAttribute.SessionId, RadiusFormat.Text),
            [(NoVendor, 46)] = (RadiusAttribute.SessionTime, RadiusFormat.Number),
            [(NoVendor, 55)] = (RadiusAttribute.EventTimestamp, RadiusFormat.Number),
            [(NoVendor, 85)] = (RadiusAttribute.InterimInterval, RadiusFormat.Number),
            [(NoVendor, 87)] = (RadiusAttribute.NasPortId, RadiusFormat.Text),
            [(NoVendor, 95)] = (RadiusAttribute.NasIPv6Address, RadiusFormat.IPv6Address),
            [(NoVendor, 97)] = (RadiusAttribute.FramedIPv6Prefix, RadiusFormat.IPv6Prefix),
            [(NoVendor, 123)] = (RadiusAttribute.DelegatedIPv6Prefix, RadiusFormat.IPv6Prefix),
            [(NoVendor, 168)] = (RadiusAttribute.FramedIPv6Address, RadiusFormat.IPv6Address),
            [(Huawei, 94)] = (RadiusAttribute.VpnInstance, RadiusFormat.Text),
            [(Huawei, 158)] = (RadiusAttribute.FramedIPv6Address, RadiusFormat.IPv6Address),
            [(Huawei, 161)] = (RadiusAttribute.NatAddress, RadiusFormat.IPv4Address),
            [(Huawei, 162)] = (RadiusAttribute.NatStartPort, RadiusFormat.Number),
            [(Huawei, 163)] = (RadiusAttribute.NatEndPort, RadiusFormat.Number),
            [(H3C, 32)] = (RadiusAttribute.NatAddress, RadiusFormat.IPv4Address),
            [(H3C, 33)] = (RadiusAttribute.NatStartPort, RadiusFormat.Number),
            [(H3C, 34)] = (RadiusAttribute.NatEndPort, RadiusFormat.Number),
            [(H3C, 104)] = (RadiusAttribute.VpnInstance, RadiusFormat.Text),
            [(Nokia, 121)] = (RadiusAttribute.NatPortRange, RadiusFormat.Text),
            [(Nokia, 141)] = (RadiusAttribute.NatAddress, RadiusFormat.IPv4Address),
            [(Adsl, 1)] = (RadiusAttribute.AgentCircuitId, RadiusFormat.Octets),
        }.ToFrozenDictionary();

    public static bool TryFind(uint vendor, byte type, out RadiusAttribute attribute, out RadiusFormat format)
    {
        var isKnown = Known.TryGetValue((vendor, type), out var found);
        (attribute, format) = found;
        return isKnown;
    }
}
