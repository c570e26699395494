using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Unit.Enrichment;

internal static class Times
{
    public static PacketTime At(string text) => PacketTime.From(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));

    public static IpAddress Ip(string text) => IpAddress.TryParse(text, out var address) ? address : throw new FormatException(text);
}
