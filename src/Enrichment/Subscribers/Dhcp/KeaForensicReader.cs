using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Dhcp;

/// <summary>
/// Reads the log of Kea's forensic hook (libdhcp_legal_log; Kea ARM, "Forensic Logging"): who was assigned what, for how long, over which relay. Better than
/// the lease file, for it keeps history and the access port.
/// </summary>
internal sealed partial class KeaForensicReader(DhcpProblems problems, DhcpLogCounters counters, TimeSpan zone, IDhcpEventHandler handler) : ILineHandler
{
    private static readonly string[] TimeForms = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFF"];

    private int _line;

    public void Take(ReadOnlySpan<byte> line)
    {
        _line++;
        if (line.IsEmpty)
        {
            return;
        }

        counters.Records++;
        var match = LinePattern().Match(Encoding.UTF8.GetString(line));
        if (!match.Success)
        {
            // The hook can be told to write texts of its own, and writes its own start and stop.
            counters.Ignored++;
            return;
        }

        if (Read(match, LineDigest.Of(line)) is { } reason)
        {
            problems.Malformed(_line, reason);
        }
    }

    private Sentence? Read(Match match, LineDigest digest)
    {
        if (!DateTime.TryParseExact(match.Groups["time"].Value, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return "its time cannot be read";
        }

        if (!IpRange.TryParse(match.Groups["address"].Value, out var range))
        {
            return "its address cannot be read";
        }

        var rest = match.Groups["rest"].Value;
        var client = Client(rest);
        if (client.Length == 0)
        {
            return "it names no client";
        }

        var offset = match.Groups["zone"].Value is "UTC" or "GMT" ? TimeSpan.Zero : zone;
        var time = PacketTime.From(new DateTimeOffset(local, offset));
        var isHeld = match.Groups["what"].Value is "assigned" or "renewed";
        handler.Take(new DhcpEvent
        {
            Kind = isHeld ? DhcpEventKind.Held : DhcpEventKind.Ended,
            Range = range,
            Time = time,
            Expires = isHeld ? Expiry(time, rest) : time,
            Client = client,
            AccessPort = AccessPort(rest),
            Digest = digest,
        });
        return null;
    }

    private static PacketTime Expiry(PacketTime time, string rest)
    {
        var match = DurationPattern().Match(rest);
        if (!match.Success)
        {
            return AddressInterval.Open;
        }

        long Part(string name) => match.Groups[name].Success ? long.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture) : 0;
        var seconds = (((((Part("days") * 24) + Part("hours")) * 60) + Part("minutes")) * 60) + Part("seconds");
        return new PacketTime(time.UnixNanoseconds + (seconds * PacketTime.NanosecondsPerSecond));
    }

    private static string Client(string rest)
    {
        var duid = DuidPattern().Match(rest);
        if (duid.Success)
        {
            return "duid " + duid.Groups["duid"].Value.Replace(":", "", StringComparison.Ordinal);
        }

        var hardware = HardwarePattern().Match(rest);
        return hardware.Success ? hardware.Groups["hardware"].Value : "";
    }

    private static string AccessPort(string rest)
    {
        var parts = RelayPattern().Matches(rest).Select(match => RelayText.Of(match.Groups["id"].Value));
        return string.Join(' ', parts);
    }

    [GeneratedRegex(@"^(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?) (?<zone>\S+) (Address|Prefix): ?(?<address>[0-9A-Fa-f.:/]+) has been (?<what>assigned|renewed|released|declined|rebound)\b(?<rest>.*)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex LinePattern();

    [GeneratedRegex(@"\bfor ((?<days>\d{1,9}) days? )?((?<hours>\d{1,9}) hrs? )?((?<minutes>\d{1,9}) mins? )?(?<seconds>\d{1,9}) secs?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex DurationPattern();

    [GeneratedRegex(@"hardware address: (hwtype=\d+ )?(?<hardware>[0-9a-fA-F:]{5,})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex HardwarePattern();

    [GeneratedRegex(@"DUID:? (?<duid>[0-9a-fA-F:]{5,})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex DuidPattern();

    [GeneratedRegex(@"(circuit|remote)-id: (?<id>[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2})*)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex RelayPattern();
}
