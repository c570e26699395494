namespace MinerFlow.SystemTests.Tshark;

/// <summary>One packet as tshark prints it, each field holding the values of every layer that has it, outermost first.</summary>
internal static class TsharkLine
{
    // Behind these a packet only quotes or samples others.
    private static readonly string[] Ends = ["icmp", "icmpv6", "sflow"];

    public static void AddTo(DecodingSummary summary, string[] fields)
    {
        var (ipv4, ipv6, tcp, udp) = (0, 0, 0, 0);
        var (isIPv6, isTcp, found) = (false, false, false);
        foreach (var layer in fields[1].Split(':').TakeWhile(layer => !Ends.Contains(layer)))
        {
            switch (layer)
            {
                case "ip":
                    ipv4++;
                    (isIPv6, found) = (false, false);
                    break;
                case "ipv6":
                    ipv6++;
                    (isIPv6, found) = (true, false);
                    break;
                case "tcp":
                    tcp++;
                    (isTcp, found) = (true, true);
                    break;
                case "udp":
                    udp++;
                    (isTcp, found) = (false, true);
                    break;
            }
        }

        if (!found)
        {
            return;
        }

        var (source, destination) = isIPv6 ? (Value(fields[4], ipv6), Value(fields[5], ipv6)) : (Value(fields[2], ipv4), Value(fields[3], ipv4));
        var (sourcePort, destinationPort) = isTcp ? (Value(fields[6], tcp), Value(fields[7], tcp)) : (Value(fields[9], udp), Value(fields[10], udp));
        var payload = isTcp ? Number(Value(fields[8], tcp)) : Number(Value(fields[11], udp)) - 8;
        summary.Add(isIPv6, isTcp, $"{source} {sourcePort}", $"{destination} {destinationPort}", Math.Max(payload, 0));
    }

    private static string Value(string field, int occurrence)
    {
        var values = field.Split(',');
        return values[Math.Min(occurrence, values.Length) - 1];
    }

    private static long Number(string text) => long.TryParse(text, out var number) ? number : 0;
}
