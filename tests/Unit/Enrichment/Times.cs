using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Unit.Enrichment;

internal static class Times
{
    public static PacketTime At(string text) => PacketTime.From(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));

    public static IpAddress Ip(string text) => IpAddress.TryParse(text, out var address) ? address : throw new FormatException(text);

    public static IpRange Range(string text) => IpRange.TryParse(text, out var range) ? range : throw new FormatException(text);
}
