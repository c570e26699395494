using MinerFlow.Abstractions;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Ledger.Verification;

/// <summary>What of a sighting an entry asks for.</summary>
internal sealed record OwnMiner(string Key, IpAddress Client, bool IsHit, PacketTime FirstSeen, PacketTime LastSeen, IReadOnlyList<ushort> Ports, long Connections, string Coin, double? Watts);

/// <summary>Our own sightings beside the entries of one step. Most listed addresses were never seen: one question finds these out, and only the others are looked for one by one.</summary>
internal sealed class OwnMiners
{
    /// <summary>A list that says a minute means that minute as the regulator's clock had it.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);

    private static readonly string Hits = string.Join(", ", Enum.GetValues<MiningRole>().Where(role => role.IsHit()).Select(role => $"'{role.ToWord()}'"));

    private readonly LedgerSession _session;
    private readonly HealthySpans _healthy;

    /// <summary>Listed addresses that were ever seen, and whether mining.</summary>
    private readonly Dictionary<IpAddress, bool> _seen = [];

    /// <summary>Sightings in the listed prefixes, found in one pass.</summary>
    private readonly List<OwnMiner> _inPrefixes = [];

    public OwnMiners(LedgerSession session, HealthySpans healthy, IReadOnlyCollection<TaskEntry> entries)
    {
        _session = session;
        _healthy = healthy;
        FindAddresses([.. entries.Where(IsOneAddress).Select(entry => entry.Entry.Addresses.First).Distinct()]);
        FindInPrefixes([.. entries.Where(entry => !IsOneAddress(entry))]);
    }

    public OwnSightings Of(TaskEntry entry)
    {
        var wasSeenMining = false;
        List<OwnMiner> inWindow = [];
        if (!IsOneAddress(entry))
        {
            inWindow = _inPrefixes.FindAll(miner => entry.Entry.Addresses.Contains(miner.Client) && Overlaps(miner, entry) && HasPort(miner, entry.Entry.Ports));
        }
        else if (_seen.TryGetValue(entry.Entry.Addresses.First, out wasSeenMining))
        {
            inWindow = Read("s.client = @client AND s.window_start <= @to AND s.last_seen >= @from AND s.first_seen <= @to", Begin(entry), End(entry), ("client", entry.Entry.Addresses.First.ToString()));
            inWindow.RemoveAll(miner => !HasPort(miner, entry.Entry.Ports));
        }

        var mining = inWindow.FindAll(miner => miner.IsHit);
        var view = mining.Count > 0 ? OwnView.Seen
            : inWindow.Count > 0 ? OwnView.SeenWithoutMining
            : wasSeenMining ? OwnView.SeenAtAnotherTime
            : _healthy.Cover(entry.From, entry.To) ? OwnView.NotSeen
            : OwnView.NoCoverage;
        return new OwnSightings(view, mining);
    }

    private void FindAddresses(List<IpAddress> addresses)
    {
        if (addresses.Count == 0)
        {
            return;
        }

        // Addresses in their canonical form hold nothing but digits, letters, dots and colons.
        var asked = string.Join(", ", addresses.Select(address => $"('{address}')"));
        foreach (var (client, isMiner) in _session.Query(
            $"""
            WITH asked (client) AS (VALUES {asked})
            SELECT a.client, CASE WHEN EXISTS (SELECT 1 FROM sighting s WHERE s.client = a.client AND s.role IN ({Hits})) THEN 1 ELSE 0 END AS is_miner
            FROM asked a WHERE EXISTS (SELECT 1 FROM sighting s WHERE s.client = a.client)
            """,
            row => (row.Address("client"), row.Flag("is_miner"))))
        {
            _seen.Add(client, isMiner);
        }
    }

    private void FindInPrefixes(List<TaskEntry> entries)
    {
        if (entries.Count > 0)
        {
            _inPrefixes.AddRange(Read("s.last_seen >= @from AND s.first_seen <= @to", Begin(entries.MinBy(entry => entry.From.UnixNanoseconds)!), End(entries.MaxBy(entry => entry.To.UnixNanoseconds)!))
                .Where(miner => entries.Exists(entry => entry.Entry.Addresses.Contains(miner.Client))));
        }
    }

    private List<OwnMiner> Read(string condition, PacketTime from, PacketTime to, params ReadOnlySpan<(string Name, object? Value)> parameters) => _session.Query(
        $"""
        SELECT s.key, s.client, CASE WHEN s.role IN ({Hits}) THEN 1 ELSE 0 END AS is_hit, s.first_seen, s.last_seen, s.client_ports, s.connections, s.coin, s.detail
        FROM sighting s WHERE {condition} ORDER BY s.window_start, s.key
        """,
        row => new OwnMiner(
            row.Text("key"),
            row.Address("client"),
            row.Flag("is_hit"),
            row.Time("first_seen"),
            row.Time("last_seen"),
            SightingDetail.FromJson<List<ushort>>(row.Text("client_ports")),
            row.Number("connections"),
            row.Text("coin"),
            SightingDetail.FromJson(row.Text("detail")).Power?.Watts),
        [("from", from), ("to", to), .. parameters]);

    private static bool IsOneAddress(TaskEntry entry) => entry.Entry.Addresses.First == entry.Entry.Addresses.Last;

    private static bool Overlaps(OwnMiner miner, TaskEntry entry) => miner.LastSeen >= Begin(entry) && miner.FirstSeen <= End(entry);

    /// <summary>Of many connections not every port is kept: then the port does not speak against it.</summary>
    private static bool HasPort(OwnMiner miner, PortRange? ports) =>
        ports is not { } asked || miner.Connections > miner.Ports.Count || miner.Ports.Any(port => port >= asked.First && port <= asked.Last);

    private static PacketTime Begin(TaskEntry entry) => Shift(entry.From, -Tolerance);

    private static PacketTime End(TaskEntry entry) => Shift(entry.To, Tolerance);

    private static PacketTime Shift(PacketTime time, TimeSpan by) => new(time.UnixNanoseconds + (by.Ticks * 100));
}
