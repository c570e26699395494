using System.Globalization;
using System.Text.RegularExpressions;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake.Cells;

/// <summary>Cells of pools: host names and addresses, with or without port and scheme. A name that is neither is kept as text.</summary>
internal static partial class PoolCell
{
    public static (List<string> Pools, List<PortRange> Ports) Read(CellReport report)
    {
        var pools = new List<string>();
        var ports = new List<PortRange>();
        var text = report.Clean();
        if (CellText.SaysNothing(text))
        {
            return (pools, ports);
        }

        foreach (var piece in Separators().Split(Scheme().Replace(text, "")).Where(piece => piece.Length > 0))
        {
            var match = Form().Match(piece);
            if (!match.Success)
            {
                report.Add(RowProblemKind.BadPool, piece);
                Take(pools, piece.Trim().ToLowerInvariant());
                continue;
            }

            if (match.Groups["port"] is { Success: true } port)
            {
                if (ushort.TryParse(port.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
                {
                    Take(ports, PortRange.Single(number));
                }
                else
                {
                    report.Add(RowProblemKind.BadPool, piece);
                }
            }

            var host = match.Groups["host"].Value;
            Take(pools, IpAddress.TryParse(host, out var address) ? address.ToString() : host.TrimEnd('.').ToLowerInvariant());
        }

        return (pools, ports);
    }

    private static void Take<T>(List<T> list, T value)
    {
        if (!list.Contains(value))
        {
            list.Add(value);
        }
    }

    // A stroke stands between a name and its address (矿池域名/IP); what follows another stroke is a path.
    [GeneratedRegex(@"[、,;|\s]+|/(?=[^/\s]*\.[^/\s]*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Separators();

    [GeneratedRegex(@"\b[A-Za-z][A-Za-z0-9+.-]*://", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"^(\[(?<host>[0-9A-Fa-f:.]+)\]|(?<host>([A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?\.)+([A-Za-z][A-Za-z0-9-]*|\d{1,3})\.?)|(?<host>[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*))(:(?<port>\d{1,9}))?(/[^/\s]*)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Form();
}
