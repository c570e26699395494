using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Dhcp;

/// <summary>
/// Reads the lease file that Kea's memfile backend appends to (Kea ARM, "Memfile"; columns as in src/lib/dhcpsrv/csv_lease_file4.cc and -6.cc). Older versions
/// lack the last columns. The server rewrites the file from time to time: what is not read before is lost.
/// </summary>
internal sealed class KeaLeaseReader(DhcpProblems problems, DhcpLogCounters counters, IDhcpEventHandler handler) : ILineHandler
{
    private const long Infinite = uint.MaxValue;

    // Lease types of IPv6: 0 an address, 1 a temporary one, 2 a delegated prefix.
    private const string DelegatedPrefix = "2";

    // 0 held, 1 declined, 2 run out and reclaimed, 3 given back, 4 registered by the client itself.
    private const string Declined = "1";
    private const string Reclaimed = "2";
    private const string Released = "3";

    private Dictionary<string, int>? _columns;
    private int _line;
    private PacketTime _latest = PacketTime.None;

    public void Take(ReadOnlySpan<byte> line)
    {
        _line++;
        if (line.IsEmpty)
        {
            return;
        }

        var fields = Encoding.UTF8.GetString(line).Split(',');
        if (_columns is null || fields[0] == "address")
        {
            ReadHeader(fields);
            return;
        }

        counters.Records++;
        if (Read(fields, LineDigest.Of(line)) is { } reason)
        {
            problems.Malformed(_line, reason);
        }
    }

    private void ReadHeader(string[] fields)
    {
        _columns = [];
        for (var i = 0; i < fields.Length; i++)
        {
            _columns.TryAdd(fields[i].Trim(), i);
        }

        if (!_columns.ContainsKey("address") || !_columns.ContainsKey("expire") || !_columns.ContainsKey("valid_lifetime"))
        {
            problems.Malformed(_line, "the first line is no heading of a Kea lease file: it needs address, valid_lifetime and expire");
        }
    }

    /// <summary>Null when the row was read or passed over, else why it cannot be.</summary>
    private Sentence? Read(string[] fields, LineDigest digest)
    {
        if (!AddressText.TryParse(Get(fields, "address"), out var address))
        {
            return "its address cannot be read";
        }

        if (!long.TryParse(Get(fields, "valid_lifetime"), NumberStyles.None, CultureInfo.InvariantCulture, out var lifetime)
            || !long.TryParse(Get(fields, "expire"), NumberStyles.None, CultureInfo.InvariantCulture, out var expire)
            || lifetime > Infinite || expire > 253_402_300_799 || expire < 0)
        {
            return "its lifetime or its end cannot be read";
        }

        var range = IpRange.Single(address);
        if (!address.IsIPv4 && Get(fields, "lease_type") == DelegatedPrefix)
        {
            if (!int.TryParse(Get(fields, "prefix_len"), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > 128)
            {
                return "its prefix length cannot be read";
            }

            range = IpRange.Prefix(address, length);
        }

        Tell(fields, range, lifetime, expire, digest);
        return null;
    }

    private void Tell(string[] fields, IpRange range, long lifetime, long expire, LineDigest digest)
    {
        var client = Client(fields);
        var state = Get(fields, "state");
        if (client.Length == 0 || state == Declined)
        {
            counters.Ignored++;
            return;
        }

        // The client spoke to the server this long before the end. Kea adds the lifetime to 32 bits of seconds, an infinite one too.
        var spoke = PacketTime.FromSeconds(lifetime == Infinite ? (expire - Infinite) & Infinite : expire - lifetime);
        _latest = spoke > _latest ? spoke : _latest;
        var hasEnded = lifetime == 0 || state is Reclaimed or Released;
        handler.Take(new DhcpEvent
        {
            Kind = hasEnded ? DhcpEventKind.Ended : DhcpEventKind.Held,
            Range = range,
            // A row that removes a lease does not say when: not before the rows above it. One that was reclaimed ran out.
            Time = !hasEnded ? spoke : state == Reclaimed && lifetime > 0 ? PacketTime.FromSeconds(expire) : _latest,
            TimeIsEstimated = hasEnded && !(state == Reclaimed && lifetime > 0),
            Expires = lifetime == Infinite ? AddressInterval.Open : PacketTime.FromSeconds(expire),
            Client = client,
            AccessPort = KeaContext.RelayOf(Unescape(Get(fields, "user_context"))),
            Realm = Get(fields, "subnet_id"),
            Digest = digest,
        });
    }

    private string Client(string[] fields)
    {
        var duid = Get(fields, "duid");
        var hardware = Get(fields, "hwaddr");
        var client = Get(fields, "client_id");
        return duid.Length > 0 ? "duid " + duid.Replace(":", "", StringComparison.Ordinal) : hardware.Length > 0 ? hardware : client.Length > 0 ? "uid " + client : "";
    }

    private string Get(string[] fields, string column) => _columns!.TryGetValue(column, out var index) && index < fields.Length ? fields[index].Trim() : "";

    /// <summary>Kea writes a comma within a field as <c>&amp;#x2c</c>.</summary>
    private static string Unescape(string field) => field.Replace("&#x2c", ",", StringComparison.Ordinal);
}
