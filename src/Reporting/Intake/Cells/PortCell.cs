using System.Globalization;
using System.Text.RegularExpressions;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake.Cells;

/// <summary>Cells of ports: one, several, a range, with the transport before or behind it. "Unknown" is no port and no fault.</summary>
internal static partial class PortCell
{
    /// <param name="report">Takes what is no port.</param>
    /// <param name="protocol">Transport named in the cell; 0 when none is.</param>
    /// <param name="isGood">False when the cell has something that is no port.</param>
    public static List<PortRange> Read(CellReport report, out byte protocol, out bool isGood)
    {
        var ports = new List<PortRange>();
        (protocol, isGood) = (0, true);
        var text = report.Clean();
        if (CellText.SaysNothing(text) || text == "0")
        {
            return ports;
        }

        foreach (var piece in Separators().Split(text).Where(piece => piece.Length > 0))
        {
            var match = Form().Match(piece);
            if (!match.Success || !TryReadPort(match.Groups["first"].Value, out var first) || !TryReadLast(match.Groups["last"], first, out var last))
            {
                report.Add(RowProblemKind.BadPort, piece);
                isGood = false;
                continue;
            }

            ports.Add(new PortRange(first, last));
            if (match.Groups["transport"] is { Success: true } transport)
            {
                protocol = transport.Value.Equals("TCP", StringComparison.OrdinalIgnoreCase) ? (byte)6 : (byte)17;
            }
        }

        return ports;
    }

    private static bool TryReadLast(Group group, ushort first, out ushort last)
    {
        last = first;
        return !group.Success || (TryReadPort(group.Value, out last) && last >= first);
    }

    private static bool TryReadPort(string text, out ushort port) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port > 0;

    // A blank beside a transport or a dash belongs to the port.
    [GeneratedRegex(@"[、,;|\n]+|(?<=[0-9])\s+(?=[0-9])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Separators();

    // Excel makes 3333.0 of a port, and lists write 3333/TCP and TCP/3333.
    [GeneratedRegex(@"^\s*((?<transport>TCP|UDP)\s*[/:\s-]?\s*)?(?<first>\d{1,9})(\.0+)?(\s*[-~]\s*(?<last>\d{1,9})(\.0+)?)?(\s*[/(:\s-]?\s*(?<transport>TCP|UDP)\)?)?\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1_000)]
    private static partial Regex Form();
}
