using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Master;

/// <summary>
/// The physical port at the access node (OLT, PON, ONU) out of a NAS-Port-Id or of the resource system, in a form that can be compared. Read are the
/// China Telecom form <c>{atm|eth|trunk|ge} slot/sub/port:XPI.XCI node/rack/frame/slot/sub/port[:XPI.XCI]</c> (H3C MSR manual), its second half alone, and
/// TR-101 <c>node eth slot/port[:vlan]</c> (TR-101 section 3.9.3). A NAS-Port-Id that names only the access server's own port says nothing of the line.
/// </summary>
internal readonly record struct AccessPort(string Node, string Place)
{
    public static bool TryParse(string text, out AccessPort port)
    {
        port = default;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // TR-101: node, the kind of its port, the port.
        if (words is [var name, "eth" or "atm" or "pon", var tr101] && !name.Contains('/', StringComparison.Ordinal))
        {
            return TryTake(name, WithoutChannel(tr101), out port);
        }

        var last = words.Length == 0 ? "" : WithoutChannel(words[^1]);
        var slash = last.IndexOf('/', StringComparison.Ordinal);
        // The node's name has a letter; slots and ports are numbers.
        return slash > 0 && last.AsSpan(0, slash).ContainsAnyExceptInRange('0', '9') && TryTake(last[..slash], last[(slash + 1)..], out port);
    }

    /// <summary>Compares the port of a session with the one of the register.</summary>
    public static PortWitness Compare(string session, string? registered)
    {
        if (session.Length == 0 || string.IsNullOrEmpty(registered))
        {
            return PortWitness.Silent;
        }

        if (string.Equals(session, registered, StringComparison.OrdinalIgnoreCase))
        {
            return PortWitness.Agrees;
        }

        return !TryParse(session, out var seen) || !TryParse(registered, out var known) ? PortWitness.Silent
            : seen == known ? PortWitness.Agrees : PortWitness.Contradicts;
    }

    private static bool TryTake(string node, string place, out AccessPort port)
    {
        port = default;
        var numbers = place.Split('/');
        for (var i = 0; i < numbers.Length; i++)
        {
            // Systems write the same slot as 0 and as 00.
            if (!int.TryParse(numbers[i], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            numbers[i] = number.ToString(CultureInfo.InvariantCulture);
        }

        port = new AccessPort(node.ToUpperInvariant(), string.Join('/', numbers));
        return true;
    }

    /// <summary>VLAN or circuit behind the port: it tells services apart, not lines.</summary>
    private static string WithoutChannel(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? text : text[..colon];
    }
}
