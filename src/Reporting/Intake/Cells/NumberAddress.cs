using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.Intake.Cells;

/// <summary>Numbers that may have been addresses before a spreadsheet took them for numbers.</summary>
internal static class NumberAddress
{
    /// <summary>All addresses that the digits may stand for.</summary>
    public static List<IpAddress> Readings(string text)
    {
        var readings = new List<IpAddress>();
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 0x0100_0000 and <= uint.MaxValue)
        {
            readings.Add(IpAddress.FromIPv4((uint)number));
        }

        // Excel takes 192.000.002.001 for a number with thousands where the point groups digits.
        var grouped = text.Length is >= 10 and <= 12 ? $"{text[..^9]}.{text[^9..^6]}.{text[^6..^3]}.{text[^3..]}" : "";
        if (OneAddress.TryReadQuad(grouped, out var quad, out _) == QuadFault.None)
        {
            readings.Add(quad);
        }

        return readings;
    }
}
