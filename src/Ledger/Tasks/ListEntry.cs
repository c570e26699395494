using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Questions;

namespace MinerFlow.Ledger.Tasks;

/// <summary>One question of a row: who had this address, with this port, in the row's window.</summary>
/// <param name="Ordinal">Counted from 1 within the row: a row with a range has as many entries as addresses.</param>
/// <param name="Addresses">One address, or an IPv6 prefix, which one subscriber has as a whole.</param>
/// <param name="Ports">Source ports; null when the list gives none.</param>
/// <param name="Protocol">IANA protocol number; 0 when the list gives none.</param>
/// <param name="Key">What makes it the same question as another.</param>
/// <param name="Change">How it stands to earlier batches.</param>
public sealed record ListEntry(int Ordinal, IpRange Addresses, PortRange? Ports, byte Protocol, EntryKey Key, EntryChange Change = EntryChange.New);

/// <summary>Ports from first to last, both included.</summary>
public readonly record struct PortRange(ushort First, ushort Last)
{
    public static PortRange Single(ushort port) => new(port, port);

    public override string ToString() => First == Last ? First.ToString(CultureInfo.InvariantCulture) : $"{First}-{Last}";
}

/// <summary>When something was seen: a span, because a minute is sixty seconds and a date is a day.</summary>
/// <param name="From">First moment.</param>
/// <param name="To">Last moment, included.</param>
/// <param name="Precision">Of the coarser end.</param>
public readonly record struct SeenWindow(PacketTime From, PacketTime To, TimePrecision Precision);

/// <summary>
/// Address, port, protocol, time and pool: with shared addresses the same address at another time or port can be another person,
/// so an address alone never makes two rows one.
/// </summary>
/// <param name="Subject">Address, ports, protocol and pool in canonical text: <c>203.0.113.9|22017|tcp|pool.example:3333</c>.</param>
/// <param name="From">First moment, nanoseconds since 1970 in UTC.</param>
/// <param name="To">Last moment.</param>
public readonly record struct EntryKey(string Subject, long From, long To)
{
    public static EntryKey Of(IpRange addresses, PortRange? ports, byte protocol, SeenWindow seen, string pool) => new(
        string.Create(CultureInfo.InvariantCulture, $"{addresses}|{ports}|{protocol switch { 0 => "", 6 => "tcp", 17 => "udp", _ => protocol.ToString(CultureInfo.InvariantCulture) }}|{pool}"),
        seen.From.UnixNanoseconds,
        seen.To.UnixNanoseconds);
}

/// <summary>How an entry stands to earlier batches.</summary>
public enum EntryChange : byte
{
    /// <summary>No earlier batch asked for it.</summary>
    New,

    /// <summary>An earlier batch asked exactly this.</summary>
    Repeated,

    /// <summary>An earlier batch asked for address, port, protocol and pool at another time.</summary>
    Again,

    /// <summary>As <see cref="Again"/>, and what the earlier one led to was cleared since.</summary>
    Reopened,
}
