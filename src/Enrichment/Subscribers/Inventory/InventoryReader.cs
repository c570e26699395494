using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Inventory;

/// <summary>Turns rows of the inventory into pools, or names what is wrong with them. Headers are Chinese, or the English words beside them.</summary>
internal sealed class InventoryReader(CsvFile file, TimeSpan utcOffset)
{
    public static readonly string[] Required = ["地址段|prefix", "类型|kind"];

    private readonly string _range = Header(file, "地址段", "prefix");
    private readonly string _kind = Header(file, "类型", "kind");
    private readonly string _device = Header(file, "NAT设备", "device");
    private readonly string _access = Header(file, "接入设备", "access_server");
    private readonly string _zone = Header(file, "时区", "time_zone");
    private readonly string _from = Header(file, "生效时间", "valid_from");
    private readonly string _to = Header(file, "失效时间", "valid_to");
    private readonly RuleReader _rules = new(file);

    public AddressPool? Read(CsvRow row)
    {
        var isGood = true;
        if (!IpRange.TryParseSpan(file.Get(row, _range), out var range))
        {
            file.Report(row, _range, "is no address, prefix or span; write 203.0.113.0/24 or 203.0.113.0-203.0.113.127.");
            isGood = false;
        }

        if (!PoolKinds.TryParse(file.Get(row, _kind), out var kind))
        {
            file.Report(row, _kind, "is no kind of pool; write one of static, dynamic, cgn-pba, cgn-session, cgn-deterministic, nat64, ds-lite, ipv6, idc, inner.");
            isGood = false;
        }

        var zone = file.Get(row, _zone);
        var offset = utcOffset;
        if (zone.Length > 0 && !CsvTimes.TryParseOffset(zone, out offset))
        {
            file.Report(row, _zone, "is no offset from UTC; write +08:00 or UTC.");
            isGood = false;
        }

        isGood &= CsvTimes.TryRead(file, row, _from, utcOffset, PacketTime.None, isEnd: false, out var from);
        isGood &= CsvTimes.TryRead(file, row, _to, utcOffset, AddressInterval.Open, isEnd: true, out var to);
        if (isGood && from >= to)
        {
            file.Report(row, _to, $"does not lie behind {_from}.");
            return null;
        }

        if (isGood && (range.First.IsIPv4 ? kind == PoolKind.IPv6Delegated : kind.NeedsPort()))
        {
            file.Report(row, _kind, range.First.IsIPv4 ? "ipv6 is no kind of an IPv4 prefix." : "an IPv6 prefix is not shared by ports; write ipv6, static or idc.");
            isGood = false;
        }

        var rule = isGood && kind == PoolKind.CgnDeterministic ? _rules.Read(row, range) : null;
        if (!isGood || (kind == PoolKind.CgnDeterministic && rule is null))
        {
            return null;
        }

        return new AddressPool(range, kind)
        {
            From = from,
            To = to,
            Device = Optional(row, _device),
            AccessServer = Optional(row, _access),
            TimeZone = zone.Length > 0 ? offset : null,
            Rule = rule,
            Line = row.Line,
            Digest = LineDigest.Read(row.Digest()),
        };
    }

    private string? Optional(CsvRow row, string column) => file.Get(row, column) is { Length: > 0 } text ? text : null;

    public static string Header(CsvFile file, string chinese, string english) => file.Has(chinese) || !file.Has(english) ? chinese : english;
}
