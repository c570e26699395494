using System.Collections.Frozen;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>The accounting attributes that are read; every other line of a record is passed over.</summary>
internal enum RadiusAttribute : byte
{
    Unread,
    Timestamp,
    UserName,
    NasAddress,
    NasIPv6Address,
    NasIdentifier,
    NasPort,
    NasPortId,
    StatusType,
    DelayTime,
    SessionId,
    SessionTime,
    InterimInterval,
    EventTimestamp,
    FramedAddress,
    FramedIPv6Address,
    FramedIPv6Prefix,
    DelegatedIPv6Prefix,
    NatAddress,
    NatStartPort,
    NatEndPort,

    /// <summary>Alc-Nat-Port-Range: address, first and last port in one text.</summary>
    NatPortRange,
    VpnInstance,
    AgentCircuitId,
    PacketType,
}

internal static class RadiusAttributes
{
    // Names as in FreeRADIUS share/dictionary/radius; numbers as unknown dictionaries print them (Attr-26.VENDOR.N, Vendor-VENDOR-Attr-N).
    private static readonly FrozenDictionary<string, RadiusAttribute> Names = new Dictionary<string, RadiusAttribute>(StringComparer.OrdinalIgnoreCase)
    {
        ["Timestamp"] = RadiusAttribute.Timestamp,
        ["User-Name"] = RadiusAttribute.UserName,
        ["NAS-IP-Address"] = RadiusAttribute.NasAddress,
        ["NAS-IPv6-Address"] = RadiusAttribute.NasIPv6Address,
        ["NAS-Identifier"] = RadiusAttribute.NasIdentifier,
        ["NAS-Port"] = RadiusAttribute.NasPort,
        ["NAS-Port-Id"] = RadiusAttribute.NasPortId,
        ["Acct-Status-Type"] = RadiusAttribute.StatusType,
        ["Acct-Delay-Time"] = RadiusAttribute.DelayTime,
        ["Acct-Session-Id"] = RadiusAttribute.SessionId,
        ["Acct-Session-Time"] = RadiusAttribute.SessionTime,
        ["Acct-Interim-Interval"] = RadiusAttribute.InterimInterval,
        ["Event-Timestamp"] = RadiusAttribute.EventTimestamp,
        ["Framed-IP-Address"] = RadiusAttribute.FramedAddress,
        ["Framed-IPv6-Address"] = RadiusAttribute.FramedIPv6Address,
        ["Huawei-Framed-IPv6-Address"] = RadiusAttribute.FramedIPv6Address,
        ["Framed-IPv6-Prefix"] = RadiusAttribute.FramedIPv6Prefix,
        ["Delegated-IPv6-Prefix"] = RadiusAttribute.DelegatedIPv6Prefix,
        ["Huawei-NAT-Public-Address"] = RadiusAttribute.NatAddress,
        ["Huawei-NAT-Start-Port"] = RadiusAttribute.NatStartPort,
        ["Huawei-NAT-End-Port"] = RadiusAttribute.NatEndPort,
        ["Attr-26.2011.161"] = RadiusAttribute.NatAddress,
        ["Attr-26.2011.162"] = RadiusAttribute.NatStartPort,
        ["Attr-26.2011.163"] = RadiusAttribute.NatEndPort,
        ["Vendor-2011-Attr-161"] = RadiusAttribute.NatAddress,
        ["Vendor-2011-Attr-162"] = RadiusAttribute.NatStartPort,
        ["Vendor-2011-Attr-163"] = RadiusAttribute.NatEndPort,
        ["H3C-NAT-IP-Address"] = RadiusAttribute.NatAddress,
        ["H3C-NAT-Start-Port"] = RadiusAttribute.NatStartPort,
        ["H3C-NAT-End-Port"] = RadiusAttribute.NatEndPort,
        ["Attr-26.25506.32"] = RadiusAttribute.NatAddress,
        ["Attr-26.25506.33"] = RadiusAttribute.NatStartPort,
        ["Attr-26.25506.34"] = RadiusAttribute.NatEndPort,
        // RFC 8045 section 3.1.2: an IP-Port-Range, the extended type 241.6.
        ["IP-Port-Range-Ext-IPv4-Addr"] = RadiusAttribute.NatAddress,
        ["IP-Port-Range-Range-Start"] = RadiusAttribute.NatStartPort,
        ["IP-Port-Range-Range-End"] = RadiusAttribute.NatEndPort,
        ["IP-Port-Range-IP-Port-Ext-IPv4-Addr"] = RadiusAttribute.NatAddress,
        ["IP-Port-Range-IP-Port-Range-Start"] = RadiusAttribute.NatStartPort,
        ["IP-Port-Range-IP-Port-Range-End"] = RadiusAttribute.NatEndPort,
        ["Alc-Nat-Port-Range"] = RadiusAttribute.NatPortRange,
        ["Alc-Nat-Outside-Ip-Addr"] = RadiusAttribute.NatAddress,
        ["Attr-26.6527.121"] = RadiusAttribute.NatPortRange,
        ["Attr-26.6527.141"] = RadiusAttribute.NatAddress,
        ["H3C-VPN-Instance"] = RadiusAttribute.VpnInstance,
        ["Huawei-VPN-Instance"] = RadiusAttribute.VpnInstance,
        ["ADSL-Agent-Circuit-Id"] = RadiusAttribute.AgentCircuitId,
        ["Packet-Type"] = RadiusAttribute.PacketType,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, RadiusAttribute>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The attribute of a name in v3 spelling.</summary>
    public static RadiusAttribute Find(ReadOnlySpan<char> name) => Lookup.TryGetValue(name, out var attribute) ? attribute : RadiusAttribute.Unread;

    /// <summary>Brings a v4 path (<c>&amp;request.Vendor-Specific.Huawei.NAT-Start-Port</c>) to the v3 spelling (<c>Huawei-NAT-Start-Port</c>).</summary>
    public static int ToVersion3(ReadOnlySpan<char> path, Span<char> name)
    {
        if (path is ['&', ..])
        {
            path = path[1..];
        }

        path = After(After(path, "request."), "Vendor-Specific.");
        if (path.StartsWith("Attr-26."))
        {
            path.CopyTo(name);
            return path.Length;
        }

        path.Replace(name, '.', '-');
        return path.Length;
    }

    private static ReadOnlySpan<char> After(ReadOnlySpan<char> text, ReadOnlySpan<char> prefix) =>
        text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? text[prefix.Length..] : text;
}
