using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>Addresses from <paramref name="First"/> to <paramref name="Last"/>, both included, of one family.</summary>
public readonly record struct IpRange(IpAddress First, IpAddress Last)
{
    /// <summary>Number of addresses less one.</summary>
    public UInt128 Span => Number(Last) - Number(First);

    public static IpRange Single(IpAddress address) => new(address, address);

    /// <summary>The address so many behind the first.</summary>
    public IpAddress At(UInt128 number) => Address(Number(First) + number);

    public bool Contains(IpAddress address) => First <= address && address <= Last;

    /// <summary>One address, or a prefix such as <c>203.0.113.0/24</c>; bits behind the prefix length are ignored.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpRange range)
    {
        range = default;
        var slash = text.IndexOf('/');
        if (!AddressText.TryParse(slash < 0 ? text : text[..slash], out var address))
        {
            return false;
        }

        var bits = address.IsIPv4 ? 32 : 128;
        var length = bits;
        if (slash >= 0 && (!int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits))
        {
            return false;
        }

        range = Prefix(address, length);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>, or two addresses of one family with a hyphen between them, in ascending order.</summary>
    public static bool TryParseSpan(ReadOnlySpan<char> text, out IpRange range)
    {
        var hyphen = text.IndexOf('-');
        if (hyphen < 0)
        {
            return TryParse(text, out range);
        }

        var isSpan = AddressText.TryParse(text[..hyphen].Trim(), out var first) & AddressText.TryParse(text[(hyphen + 1)..].Trim(), out var last);
        range = new IpRange(first, last);
        return isSpan && first.IsIPv4 == last.IsIPv4 && first <= last;
    }

    /// <summary>The prefix of <paramref name="length"/> bits that holds the address.</summary>
    public static IpRange Prefix(IpAddress address, int length)
    {
        var host = (address.IsIPv4 ? 32 : 128) - length;
        var mask = host == 128 ? UInt128.MaxValue : (UInt128.One << host) - 1;
        var number = Number(address);
        return new IpRange(Address(number & ~mask), Address(number | mask));
    }

    public override string ToString() => First == Last ? First.ToString() : $"{First}-{Last}";

    private static UInt128 Number(IpAddress address) => new(address.Upper, address.Lower);

    private static IpAddress Address(UInt128 number) => new((ulong)(number >> 64), (ulong)number);
}
