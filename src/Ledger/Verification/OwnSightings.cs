using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Ledger.Verification;

/// <summary>What our own sensors know of an entry.</summary>
/// <param name="View">Whether they saw it.</param>
/// <param name="Mining">Sightings of mining at the address in the row's window.</param>
internal sealed record OwnSightings(OwnView View, IReadOnlyList<Sighting> Mining)
{
    /// <summary>A list that says a minute means that minute as the regulator's clock had it.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);

    /// <summary>Sightings of more addresses than these are not looked through one by one: the time alone narrows them.</summary>
    public static OwnSightings Of(LedgerSession session, TaskEntry entry)
    {
        var range = entry.Entry.Addresses;
        var ofAddress = Read(session, range.First == range.Last ? range.First : null, entry).Where(sighting => range.Contains(sighting.Client)).ToList();
        var inWindow = ofAddress.Where(sighting => Overlaps(sighting, entry) && HasPort(sighting, entry.Entry.Ports)).ToList();
        var mining = inWindow.Where(sighting => sighting.Best.Event.Role.IsHit()).ToList();
        var view = mining.Count > 0 ? OwnView.Seen
            : inWindow.Count > 0 ? OwnView.SeenWithoutMining
            : ofAddress.Exists(sighting => sighting.Best.Event.Role.IsHit()) ? OwnView.SeenAtAnotherTime
            : Coverage.AnyWhole(session, entry.From, entry.To) ? OwnView.NotSeen
            : OwnView.NoCoverage;
        return new OwnSightings(view, mining);
    }

    /// <summary>Of one address all, so that it can be said that it was seen at another time; of a prefix those of the window.</summary>
    private static List<Sighting> Read(LedgerSession session, IpAddress? address, TaskEntry entry) => SightingRow.Select(session, address is not null
        ? new SightingFilter { Client = address }
        : new SightingFilter { From = Shift(entry.From, -Tolerance), To = Shift(entry.To, Tolerance) });

    private static bool Overlaps(Sighting sighting, TaskEntry entry) => sighting.LastSeen.UnixNanoseconds >= Shift(entry.From, -Tolerance).UnixNanoseconds
        && sighting.FirstSeen.UnixNanoseconds <= Shift(entry.To, Tolerance).UnixNanoseconds;

    /// <summary>Of many connections not every port is kept: then the port does not speak against it.</summary>
    private static bool HasPort(Sighting sighting, PortRange? ports) =>
        ports is not { } asked || sighting.Connections > sighting.ClientPorts.Count || sighting.ClientPorts.Any(port => port >= asked.First && port <= asked.Last);

    private static PacketTime Shift(PacketTime time, TimeSpan by) => new(time.UnixNanoseconds + (by.Ticks * 100));
}
