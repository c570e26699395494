using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>What an address can be by its number alone (IANA IPv4 and IPv6 Special-Purpose Address Registries).</summary>
public enum AddressScope
{
    /// <summary>Unique in the Internet.</summary>
    Public,

    /// <summary>RFC 1918, 100.64.0.0/10 (RFC 6598), fc00::/7: an inner address, unique only behind its own access server.</summary>
    Inner,

    /// <summary>Never the source of a subscriber's packets to a pool: this-network, loopback, link-local, multicast, reserved.</summary>
    Impossible,
}

public static class AddressScopes
{
    private static readonly IpRange[] InnerRanges = Parse("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7");

    private static readonly IpRange[] ImpossibleRanges =
        Parse("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "::/127", "fe80::/10", "ff00::/8");

    public static AddressScope Of(IpAddress address) =>
        Within(ImpossibleRanges, address) ? AddressScope.Impossible : Within(InnerRanges, address) ? AddressScope.Inner : AddressScope.Public;

    private static bool Within(IpRange[] ranges, IpAddress address)
    {
        foreach (var range in ranges)
        {
            if (range.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    private static IpRange[] Parse(params string[] prefixes) =>
        Array.ConvertAll(prefixes, text => IpRange.TryParse(text, out var range) ? range : throw new FormatException(text));
}
